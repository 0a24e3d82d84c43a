"""Chains at random: a farm, a mill, a shop and a stranger who send, receive, answer, correct and take back.

The acts are drawn here and stated by a stage: in memory, or signed on real platforms. What a door refuses is
no act. Few parties and lots, so that statements meet, contradict and take each other back.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from tests.builders import facts as made
from tests.builders import given
from tests.builders.chain import moment_of
from tests.builders.trade import FARM, H1, MILL, SHOP, STRANGER, Trade
from trace.chain.admission import Door
from trace.errors import Refusal

PARTIES: Final = (FARM, MILL, SHOP, STRANGER)
LEFT, CAME = "2026-10-06T10:00:00+08:00", "2026-10-06T10:20:00+08:00"
BARE: Final = [{"rule": rule, "reason": "未经加工"} for rule in ("R04", "R05", "R18", "P05")]
OPENED: Final = datetime(2026, 10, 16, tzinfo=UTC)
HANDED: Final = frozenset({"food.shipment", "farm.certificate"})


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that was taken: `data` with its receiver in clear, however it was concealed."""

    id: str
    by: str
    typ: str
    sub: str
    data: dict[str, Any]

    @property
    def goods(self) -> str:
        """The lot that it made."""
        return str(self.data["outputs"][0]["lot"]) if "outputs" in self.data else self.sub


class Stage(Protocol):
    """States what is drawn; None where a door refused it."""

    def say(self, by: str, typ: str, data: dict[str, Any], sub: str) -> Said | None: ...


@dataclass
class InMemory:
    """States on a chain in memory; whose log is elsewhere, its statements are carried over."""

    trade: Trade = field(default_factory=Trade)
    elsewhere: Collection[str] = ()
    refused: int = 0
    logged: dict[str, datetime] = field(default_factory=dict)
    """When a log elsewhere, and the two platforms here (""), took their last entry: times rise."""

    def say(self, by: str, typ: str, data: dict[str, Any], sub: str) -> Said | None:
        how: dict[str, Any] = {}
        if by in self.elsewhere:
            how = {"log": f"{by}.example/log", "door": Door.CARRIED}
        clock = how.get("log", "")
        self.logged[clock] = self.logged.get(clock, OPENED) + timedelta(minutes=1)
        how["late"] = self.logged[clock] - datetime.fromisoformat(moment_of(typ, data))
        try:
            stated = self.trade.say(by, typ, sealed(data), sub=sub, **how)
        except Refusal:
            self.refused += 1
            return None
        return Said(stated.entry.statement_id, by, typ, sub, data)


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """What is handed over without its receiver, in a correction too; `a_salt` of its lot opens it."""
    inner = data.get("replacement")
    if inner is not None:
        return {**data, "replacement": sealed(inner)}
    return given.sealed(data) if "receiver" in data else data


@dataclass
class RandomChain:
    """`acts` are names of the methods below, drawn evenly; a name twice is drawn twice as often."""

    stage: Stage
    draw: random.Random
    parties: Collection[str] = PARTIES
    acts: tuple[str, ...] = (
        "ship", "ship", "ship", "receive", "receive", "receive", "receive", "confirm", "confirm", "refuse",
        "correct_receipt", "correct_shipment", "withdraw", "work", "dispute", "settle", "dispose",
    )  # fmt: skip
    said: list[Said] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    number: int = 0

    def begin(self, kilos: str = "10000") -> RandomChain:
        """A harvest of the farm."""
        self._say(FARM, "farm.harvest", made.a_harvest(quantity=made.kg(kilos)), H1)
        return self

    def run(self, steps: int, after: Callable[[Said | None], None] = lambda _: None) -> RandomChain:
        for _ in range(steps):
            self.number += 1
            after(getattr(self, f"_{self.draw.choice(self.acts)}")())
        return self

    def _say(self, by: str, typ: str, data: dict[str, Any], sub: str) -> Said | None:
        said = self.stage.say(by, typ, data, sub)
        if said is not None:
            self.said.append(said)
        return said

    def of(self, *kinds: str, by: Collection[str] = PARTIES) -> list[Said]:
        return [one for one in self.said if one.typ in kinds and one.by in by]

    def _some(self, *kinds: str, by: Collection[str] = PARTIES) -> Said | None:
        """One of the newest statements of these kinds, mostly; at times any."""
        found = self.of(*kinds, by=by)
        if not found:
            return None
        return self.draw.choice(found[-6:] if self.draw.random() < 0.8 else found)

    def _party(self) -> str:
        return self.draw.choice(tuple(self.parties))

    def _as(self, party: str) -> str:
        """Somebody who speaks here, or one of those who do in its place."""
        return party if party in self.parties else self._party()

    def _kilos(self, like: object = None) -> dict[str, str]:
        base = float(like["value"]) if isinstance(like, dict) and like.get("unit") == "kg" else 400
        share = self.draw.choice((1, 1, 1, 1, 1, 1, 0.5, 0.625, 0.375, 0.99, 1.01, 1.5))
        return made.kg(f"{base * share:g}")

    def _amount(self, like: object = None) -> dict[str, Any]:
        """What came: at times counted in bags, mostly with a word on what one of them holds."""
        if self.draw.random() < 0.88:
            return {"quantity": self._kilos(like)}
        said = {"spec": self.draw.choice(("25 kg/袋", "50 kg/袋"))} if self.draw.random() < 0.6 else {}
        return {"quantity": {"value": self.draw.choice(("4", "8", "16", "17")), "unit": "袋"}, **said}

    def _part_of(self, goods: str, kilos: dict[str, str]) -> dict[str, str]:
        """Some of a lot in the unit that it is stated in: this much, or a few bags."""
        found = (one.data.get("quantity") for one in self.said if one.goods == goods)
        stated = [one for one in found if isinstance(one, dict)]
        return {"value": "2", "unit": "袋"} if stated and stated[-1]["unit"] == "袋" else kilos

    def _ship(self) -> Said | None:
        by = self._party()
        sources = [one.goods for one in self.of("farm.harvest", "food.receipt", "food.production", by={by})]
        if not sources:
            return None
        return self.send(by, self.draw.choice(sources[-4:]), self._kilos()["value"], self._party())

    def send(self, by: str, source: str, kilos: str, to: str) -> Said | None:
        """A consignment to a concealed receiver."""
        lot = made.lot(by, f"D{self.number}")
        data = made.a_shipment(
            lot=lot, fromLot=source, quantity=self._part_of(source, made.kg(kilos)), shippedAt=LEFT,
            declared=BARE, packs=made.ABSENT, releaseReport=made.ABSENT, receiver=made.uscc(to),
            receiverName=made.ABSENT, receiverAddress=made.ABSENT, receiverContact=made.ABSENT,
        )  # fmt: skip
        return self._say(by, "food.shipment", data, lot)

    def _receive(self) -> Said | None:
        by, sent = self._party(), self._some(*HANDED)
        if sent is not None and self.draw.random() < 0.7:
            by = self._as(sent.data["receiver"].rpartition(":")[2])
        lot = made.lot(by, f"R{self.number}")
        data = made.a_receipt(
            **{
                "lot": lot,
                **self._amount(sent.data["quantity"] if sent else None),
                "receivedAt": CAME,
                "supplier": made.ABSENT,
                "supplierLot": made.ABSENT,
                "role": "goods",
                **self._named(sent, by),
            }
        )
        return self._say(by, "food.receipt", data, lot)

    def _named(self, sent: Said | None, by: str) -> dict[str, Any]:
        """What a receipt says of where its goods are from: mostly what is right."""
        chance = self.draw.random()
        if sent is None or chance < 0.05:
            return {"supplierLot": H1}
        opened = given.a_handover(sent.id, sent.sub)
        complete = {"complete": True} if self.draw.random() < 0.15 else {}
        if chance < 0.6:
            return {"handover": opened, "supplierLot": sent.sub, **complete}
        if chance < 0.7:
            return {"handover": opened, **complete}
        if chance < 0.75:
            return {"handover": {**opened, "salt": given.a_salt("guessed")}}
        if chance < 0.9:
            return {"supplierLot": self.draw.choice((sent.sub, sent.data["fromLot"])), **complete}
        if chance < 0.95:
            return {"supplierLot": sent.sub, "through": True}
        mine = self._some(*HANDED, by={by})
        return {"returns": mine.id} if mine is not None else {"supplierLot": sent.sub}

    def _confirm(self) -> Said | None:
        receipt, sent = self._some("food.receipt"), self._some(*HANDED)
        if receipt is None or sent is None:
            return None
        named = receipt.data.get("handover", {}).get("stmt")
        if self.draw.random() < 0.6:
            sent = next((one for one in self.said if one.id == named), sent)
        by = self._as(self.draw.choice((receipt.by, sent.by, sent.by, self._party())))
        more = {
            name: value
            for name, value in (("salt", given.a_salt(sent.sub)), ("complete", True))
            if self.draw.random() < 0.3
        }
        return self._say(
            by, "food.confirmation", given.a_confirmation(receipt.id, sent.id, **more), receipt.sub
        )

    def _refuse(self) -> Said | None:
        about = self._some("food.receipt", *HANDED)
        if about is None:
            return None
        lot = about.data.get("supplierLot") or about.sub
        by = self._as(lot.split(":")[2])
        if about.typ in HANDED:
            by = self._as(about.data["receiver"].rpartition(":")[2])
        salt = {"salt": given.a_salt(about.sub)} if about.typ in HANDED else {}
        return self._say(by, "food.refusal", given.a_refusal(about.id, **salt), about.sub)

    def _correct(self, before: Said | None, **changed: Any) -> Said | None:
        if before is None or before.id in self.withdrawn:  # what was taken back is not stated again
            return None
        data = {**before.data, **changed}
        data = {name: value for name, value in data.items() if value is not made.ABSENT}
        amended = made.a_correction(before.id, data)
        said = self.stage.say(self._as(before.by), "correction", amended, before.sub)
        if said is not None and said.by == before.by:
            self.said[self.said.index(before)] = Said(before.id, before.by, before.typ, before.sub, data)
        if said is not None:
            self.said.append(said)
        return said

    def _correct_receipt(self) -> Said | None:
        before = self._some("food.receipt")
        if before is None:
            return None
        amount = self._amount(before.data["quantity"])
        absent = dict.fromkeys(("handover", "supplierLot", "through", "returns", "complete"), made.ABSENT)
        source = {**absent, **self._named(self._some(*HANDED), before.by)}
        return self._correct(before, **self.draw.choice((amount, source)))

    def _correct_shipment(self) -> Said | None:
        before = self._some("food.shipment")
        if before is None:
            return None
        amount = {"quantity": self._kilos(before.data["quantity"])}
        other = {"receiver": made.uscc(self._party())}
        return self._correct(before, **self.draw.choice((amount, other)))

    def _withdraw(self) -> Said | None:
        what = self._some("food.receipt", "food.confirmation", "food.refusal", *HANDED)
        if what is None:
            return None
        data = {"amends": what.id, "reason": "没有发生", "withdraws": True}
        said = self._say(self._as(what.by), "correction", data, what.sub)
        if said is not None and said.by == what.by:
            self.withdrawn.add(what.id)
        return said

    def _work(self) -> Said | None:
        """A batch from one lot of the signer's own, received or made."""
        by = self._party()
        source = self._some("food.receipt", "food.production", by={by})
        if source is None:
            return None
        batch, goods = made.lot(by, f"B{self.number}"), made.lot(by, f"P{self.number}")
        kilos = self._kilos(made.kg("100"))
        poured = self._part_of(source.goods, kilos)
        data = made.a_production(
            batch=batch,
            inputs=[{"lot": source.goods, "quantity": poured, "role": "main"}],
            outputs=[{"lot": goods, "productName": "大米", "quantity": kilos, "kind": "product"}],
            loss=made.ABSENT,
            yieldOf=made.ABSENT,
            declared=BARE,
        )
        return self._say(by, "food.production", data, batch)

    def _dispute(self) -> Said | None:
        about = self._some("food.receipt", *HANDED)
        if about is None:
            return None
        return self._say(self._as(about.by), "dispute.open", made.a_dispute([about.id]), about.sub)

    def _settle(self) -> Said | None:
        opened = self._some("dispute.open")
        if opened is None:
            return None
        by = self._as(self.draw.choice((opened.by, self._party())))
        return self._say(by, "dispute.settle", made.a_settlement(opened.id), opened.sub)

    def _dispose(self) -> Said | None:
        by = self._party()
        lots = self.of("farm.harvest", "food.receipt", "food.production", by={by})
        if not lots:
            return None
        lot = self.draw.choice(lots).goods
        data = made.a_disposal(lot=lot, quantity=self._part_of(lot, made.kg("1")))
        return self._say(by, "food.disposal", data, lot)


def in_memory(
    seed: int, steps: int, edition: int = 1, parties: Collection[str] = PARTIES
) -> tuple[RandomChain, InMemory]:
    """A chain of so many acts, told in memory under an edition."""
    stage = InMemory()
    if edition > 1:
        stage.trade.begin_edition(edition)
    return RandomChain(stage, random.Random(seed), parties).begin().run(steps), stage
