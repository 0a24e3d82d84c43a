"""Goods between a farm, a mill, a shop and a stranger, in memory: who sends, receives, confirms, refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.builders import facts as made
from tests.builders import given
from tests.builders.chain import BUREAU, FARM_LOG, FOOD_LOG, GROWER, PROCESSOR, Chain
from trace.chain.effects import Effects, NewLink
from trace.chain.handover_effects import ClaimSet, HandoverSet

FARM, MILL, SHOP, STRANGER = made.COOPERATIVE, made.MILL, made.MARKET, made.TOFU
ROLES: Final = {FARM: GROWER, MILL: PROCESSOR, SHOP: frozenset({"retailer"}), STRANGER: PROCESSOR}
H1: Final = made.lot(FARM, "H1")


def begun(edition: int = 1) -> Trade:
    """A farm with 16 900 kg of paddy; under the second edition where that is asked for."""
    trade = Trade()
    if edition > 1:
        trade.begin_edition(edition)
    trade.chain.farm("farm.harvest", made.a_harvest())
    return trade


@dataclass
class Trade:
    """States what happens; what is asked of is named by the batch of a lot."""

    chain: Chain = field(default_factory=Chain)

    def begin_edition(self, edition: int) -> None:
        data = {"log": FOOD_LOG, "edition": edition}
        self.chain.state("platform.edition", data, sub=FOOD_LOG, by=made.BUREAU, roles=BUREAU)

    def say(self, by: str, typ: str, data: dict[str, Any], **how: Any) -> Effects:
        """A statement of one of the parties, a farm's in the agricultural log."""
        if by == FARM:
            how = {"log": FARM_LOG, **how}
        return self.chain.state(typ, data, by=by, roles=ROLES[by], **how)

    def ship(
        self,
        batch: str,
        kilos: str,
        source: str = H1,
        *,
        by: str = FARM,
        to: str = MILL,
        door: dict[str, Any] | None = None,
        **said: Any,
    ) -> Effects:
        """A consignment to a concealed receiver."""
        usual = {"shippedAt": "2026-10-06T10:00:00+08:00", "declared": BARE, "quantity": made.kg(kilos)}
        data = given.a_sealed_shipment(to, lot=made.lot(by, batch), fromLot=source, **usual | said)
        return self.say(by, "food.shipment", data, **(door or {}))

    def receive(
        self,
        batch: str,
        kilos: str,
        sent: Effects | None = None,
        *,
        by: str = MILL,
        door: dict[str, Any] | None = None,
        **said: Any,
    ) -> Effects:
        """A receipt; of what was sent where that is given, else of what `said` names."""
        named: dict[str, Any] = {"supplierLot": made.ABSENT}
        if sent is not None:
            opened = given.a_handover(sent.entry.statement_id, sent.sub)
            named = {"supplierLot": sent.sub, "handover": opened}
        data = made.a_receipt(
            **{
                "lot": made.lot(by, batch),
                "quantity": made.kg(kilos),
                "receivedAt": "2026-10-06T10:20:00+08:00",
                "supplier": made.ABSENT,
                "role": "goods",
                **named,
                **said,
            }
        )
        return self.say(by, "food.receipt", data, **(door or {}))

    def confirm(self, receipt: Effects, sent: Effects, *, by: str, **said: Any) -> Effects:
        data = given.a_confirmation(receipt.entry.statement_id, sent.entry.statement_id, **said)
        return self.say(by, "food.confirmation", data, sub=receipt.sub)

    def refuse(self, about: Effects, *, by: str, **said: Any) -> Effects:
        return self.say(by, "food.refusal", given.a_refusal(about.entry.statement_id, **said), sub=about.sub)

    def withdraw(self, stated: Effects, *, by: str, **how: Any) -> Effects:
        data = {"amends": stated.entry.statement_id, "reason": "货未发出", "withdraws": True}
        return self.say(by, "correction", data, sub=stated.sub, **how)

    def correct(self, stated: Effects, *, by: str, door: Any = None, **changed: Any) -> Effects:
        """The statement again with some members changed; ABSENT takes a member away."""
        before = next(one.claims.data for one in self.chain.told if one.entry == stated.entry)
        data = {name: value for name, value in {**before, **changed}.items() if value is not made.ABSENT}
        amended = made.a_correction(stated.entry.statement_id, data)
        return self.say(by, "correction", amended, sub=stated.sub, **(door or {}))

    def claim(self, received: Effects) -> ClaimSet:
        lot = self.chain.known.lots[received.sub]
        return self.chain.known.claims[self.chain.known.claim_of[lot.id]]

    def state(self, received: Effects) -> str:
        return self.claim(received).state

    def handover(self, sent: Effects) -> HandoverSet:
        return self.chain.known.handovers[sent.entry.statement_id]

    def left(self, urn: str) -> str:
        """What a lot still holds."""
        return str(self.chain.known.lots[urn].available)

    def marks(self, urn: str) -> list[str]:
        return sorted(mark.code for mark in self.chain.known.lots[urn].marks)

    def link(self, received: Effects) -> NewLink | None:
        """The link of a receipt's pair, where there ever was one."""
        return self.chain.known.links.get(self.claim(received).id)


BARE: Final = [{"rule": rule, "reason": "未经加工的稻谷"} for rule in ("R04", "R05")]
