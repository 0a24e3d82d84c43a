"""A chain of firms that hand goods over, in hand-made rows: sent, received, claimed, taken away."""

from __future__ import annotations

from dataclasses import replace

from tests.builders.effects import EffectsOf, kg
from tests.builders.handovers import claim, former, handover, pair_link
from trace.chain.effects import Effects, LinkState, NewLink
from trace.chain.handover_effects import ClaimSet, HandoverSet
from trace.chain.ids import row_id
from trace.store.chain.effects import write_effects
from trace.store.chain.rebuild import truncate_food
from trace.store.transaction import Transactions

ORIGIN = "food.example/log"
MILL, SHOP = "urn:uscc:MILL", "urn:uscc:SHOP"


class Story:
    """What firms state, one statement after the other."""

    def __init__(self) -> None:
        self.told: list[Effects] = []
        self.lots: dict[str, int] = {}
        self.links: dict[str, NewLink] = {}
        self.handovers: dict[str, HandoverSet] = {}
        self.claims: dict[str, ClaimSet] = {}

    @property
    def row(self) -> int:
        return row_id(ORIGIN, len(self.told))

    def say(self, *changes, iss: str = MILL) -> None:
        one = EffectsOf(ORIGIN, len(self.told), "food.production", iss)
        one.keep(*changes)
        self.told.append(one.done())

    def lot(
        self, name: str, above: str | None = None, *, kind: str = "product", iss: str = MILL, way="transform"
    ):
        one = EffectsOf(ORIGIN, len(self.told), "food.production", iss)
        self.lots[name] = one.lot(f"urn:lot:X:{name}", kg("400"), kind)
        if above is not None:
            one.link(self.lots[above], self.lots[name], kg("400"), kg("400"), way)
        self.told.append(one.done(f"urn:lot:X:{name}"))
        if above is not None:
            self.links[name] = next(each for each in self.told[-1].changes if isinstance(each, NewLink))

    def send(self, name: str, above: str, **more) -> None:
        """A consignment of the goods `above`."""
        self.lot(name, above, kind="consignment", way="ship")
        sent = handover(self.lots[name], self.told[-1].entry.statement_id, self.lots[name], self.lots[above])
        self.handovers[name] = replace(sent, **({"shipper": MILL} | more))
        self.say(self.handovers[name])

    def receive(self, name: str, sent: str | None = None, **more) -> None:
        """A receipt, by a pair with what was sent where that is given."""
        self.lot(name, kind="material", iss=more.get("claimant", SHOP))
        of = claim(self.lots[name], self.lots[name], claimant=SHOP)
        if sent is not None:
            s = self.handovers[sent]
            of = replace(of, state="confirmed", handover=s.id, handover_stmt=s.stmt, paired_by=of.id)
        self.claims[name] = replace(of, **more)
        self.say(self.claims[name])
        if sent is not None:
            state = "superseded" if self.claims[name].lapsed else "signed"
            self.say(pair_link(of.id, self.lots[sent], self.lots[name], state))

    def take_away(self, name: str, above: str, *, why: str = "corrected", **more) -> None:
        """The link into a lot is superseded and former from now on."""
        made = LinkState.of(self.links[name], "superseded")
        self.say(made, former(self.row, self.lots[name], self.lots[above], why=why, **more))

    def written(self, transactions: Transactions) -> None:
        with transactions.begin("test") as tx:
            truncate_food(tx.connection)
            write_effects(tx.connection, self.told)
