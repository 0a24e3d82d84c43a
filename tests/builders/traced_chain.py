"""A small chain of signed statements on a real platform, traced as a market bureau sees it.

One rice in round figures: 10 000 kg of paddy is harvested, handed over to the mill, milled into 7 000 kg of
rice, tested, and 5 000 kg of it packed. Amounts are in kg; days are of October 2026 in Shanghai ("14 08:30").
A statement that is not taken raises `NotTaken`, which is no failed assertion: a test that expects its last
line to fail cannot fail on the way there without being seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from tests.builders import facts as made
from tests.builders import given
from tests.builders.documents import whole
from tests.builders.signers import Signer, opening
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.ledger.canonical import unb64u
from trace.parties import COUNTRY, REGULATOR_MARKET, Actor
from trace.usecases.intake.receipt import Receipt
from trace.usecases.lots.holds import find_order
from trace.usecases.lots.trace_lineage import trace_lineage

FARM, MILL, TOFU_MAKER, SHOP, LAB = made.COOPERATIVE, made.MILL, made.TOFU, made.MARKET, made.LAB
BUREAU: Final = Actor("g1", made.uscc(made.BUREAU), frozenset({REGULATOR_MARKET}), region=COUNTRY)
SHANGHAI: Final = timezone(timedelta(hours=8))
LATER: Final = timedelta(minutes=30)
"""How long after what it tells a statement reaches the platform."""

H1, R1, M1 = made.lot(FARM, "H1"), made.lot(MILL, "R1"), made.lot(MILL, "M1")
P1, K1, D1 = made.lot(MILL, "P1"), made.lot(MILL, "K1"), made.lot(MILL, "D1")
Amounts = Sequence[tuple[str, int] | tuple[str, int, str]]
"""(batch, kg) or (batch, kg, role of an input or kind of an output)."""


def october(text: str) -> datetime:
    """A time in Shanghai: "14 08:30"."""
    return datetime.fromisoformat(f"2026-10-{text}").replace(tzinfo=SHANGHAI)


class NotTaken(Exception):
    """A statement of a chain was refused."""


@dataclass(frozen=True, slots=True)
class Traced:
    """The bureau's document of one trace, asked by lot."""

    document: dict[str, Any]

    @property
    def lots(self) -> dict[str, dict[str, Any]]:
        return {each["lot"]: each for each in self.document["lots"]}

    def left(self, lot: str) -> str:
        """What a lot still holds."""
        return str(self.lots[lot]["available"]["value"])

    def share(self, lot: str) -> str:
        """Its exact share; a share that is only known within bounds has none."""
        share = self.lots[lot]["share"]
        return str(share["low"]) if share["low"] == share["high"] else f"{share['low']}..{share['high']}"

    def marked(self, rule: str) -> set[str]:
        """The lots that carry an open mark of a rule."""
        return {lot for lot, row in self.lots.items() if any(mark["rule"] == rule for mark in row["marks"])}

    def marks(self, lot: str) -> list[dict[str, Any]]:
        """The open marks on a lot."""
        return list(self.lots[lot]["marks"])

    @property
    def open_disputes(self) -> list[dict[str, Any]]:
        return [one for one in self.document["disputes"] if one["outcome"] is None]


@dataclass
class TracedChain:
    """Tells a chain step by step; every step returns the urn of the lot that it made."""

    platform: TestPlatform
    clock: SteppingClock
    signers: dict[str, Signer] = field(default_factory=dict)
    openings: dict[str, dict[str, str]] = field(default_factory=dict)
    stated: dict[tuple[str, str], tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    """(kind, subject) -> who stated it, the id of the statement and its data."""

    def __post_init__(self) -> None:
        self.clock.advance(timedelta(hours=6))
        for code, role in (
            (FARM, "grower"),
            (MILL, "processor"),
            (TOFU_MAKER, "processor"),
            (SHOP, "retailer"),
            (LAB, "lab"),
            (made.BUREAU, "regulator_market"),
        ):
            self.signers[code] = Signer(code, role)
        self.platform.register(*self.signers.values())

    def state(
        self, code: str, typ: str, subject: str, data: dict[str, Any], at: str, salt: str | None = None
    ) -> str:
        """Sign and upload; the statement's id, or `NotTaken`. Whom a shipment goes to is concealed."""
        self._wait_until(october(at) + LATER)
        hidden = given.SEALED if typ == "food.shipment" else ()
        salts = {"receiver": unb64u(salt)} if salt is not None else None
        statement = self.signers[code].state(typ, subject, data, at=october(at), conceal=hidden, salts=salts)
        if typ == "food.shipment":
            self.openings[subject] = opening(statement)
        (outcome,) = self.platform.accept(statement)
        if not isinstance(outcome, Receipt):
            raise NotTaken(f"{typ} of {subject}: {outcome}")
        self.stated[typ, subject] = (code, statement.statement_id, data)
        return statement.statement_id

    def correct(self, typ: str, subject: str, at: str, **changed: Any) -> str:
        """The statement again with some members changed."""
        code, statement, data = self.stated[typ, subject]
        return self.state(code, "correction", subject, made.a_correction(statement, {**data, **changed}), at)

    def harvest(self, batch: str, kilos: int, at: str = "05 17:00") -> str:
        lot = made.lot(FARM, batch)
        times = {
            "harvestedFrom": (october(at) - timedelta(hours=8)).isoformat(),
            "harvestedTo": october(at).isoformat(),
        }
        self.state(FARM, "farm.harvest", lot, made.a_harvest(lot=lot, quantity=made.kg(kilos), **times), at)
        return lot

    def ship(
        self,
        batch: str,
        kilos: int,
        source: str,
        *,
        by: str = MILL,
        to: str = SHOP,
        at: str = "14 08:00",
        report: str | None = None,
        salt: str | None = None,
    ) -> str:
        """A consignment out of `source`; without a test report the shipper declares why there is none."""
        lot = made.lot(by, batch)
        proof: dict[str, Any] = {"releaseReport": report}
        if report is None:
            why = [{"rule": rule, "reason": "未经加工的稻谷"} for rule in ("R04", "R05")]
            proof = {"releaseReport": made.ABSENT, "declared": why}
        data = made.a_shipment(
            lot=lot,
            fromLot=source,
            quantity=made.kg(kilos),
            packs=made.ABSENT,
            receiver=made.uscc(to),
            shippedAt=october(at).isoformat(),
            **proof,
        )
        self.state(by, "food.shipment", lot, data, at, salt)
        return lot

    def receive(
        self, batch: str, kilos: int, supplied: str, *, by: str = MILL, at: str, role: str = "ingredient",
        complete: bool = False,
    ) -> str:  # fmt: skip
        """A lot received, naming the supplier's lot and opening the consignment; `complete`: this was all."""
        lot = made.lot(by, batch)
        data = made.a_receipt(
            lot=lot,
            quantity=made.kg(kilos),
            supplierLot=supplied,
            supplier=made.uscc(supplied.split(":")[2]),
            receivedAt=october(at).isoformat(),
            role=role,
            handover=self.openings.get(supplied, made.ABSENT),
            complete=complete or made.ABSENT,
        )
        self.state(by, "food.receipt", lot, data, at)
        return lot

    def hand_over(self, number: int, kilos: int) -> str:
        """A harvest H, its consignment C to the mill and the receipt R there, of one number; the receipt."""
        harvest = self.harvest(f"H{number}", kilos)
        sent = self.ship(f"C{number}", kilos, harvest, by=FARM, to=MILL, at="06 08:00")
        return self.receive(f"R{number}", kilos, sent, at="06 09:00")

    def produce(
        self,
        batch: str,
        inputs: Amounts,
        outputs: Amounts,
        *,
        loss: int,
        hours: tuple[str, str] = ("12 08:00", "12 17:00"),
    ) -> str:
        """One run of the mill: what went in, what came out, what was lost on the way."""
        lot = made.lot(MILL, batch)
        start, end = hours
        data = made.a_production(
            batch=lot,
            inputs=[
                {"lot": made.lot(MILL, each[0]), "quantity": made.kg(each[1]), "role": _third(each, "main")}
                for each in inputs
            ],
            outputs=[
                {
                    "lot": made.lot(MILL, each[0]),
                    "productName": "大米",
                    "quantity": made.kg(each[1]),
                    "kind": _third(each, "product"),
                }
                for each in outputs
            ],
            loss={"quantity": made.kg(loss), "reason": "稻壳与清理"},
            yieldOf=made.ABSENT,
            startedAt=october(start).isoformat(),
            finishedAt=october(end).isoformat(),
            productionDate=october(end).date().isoformat(),
        )
        self.state(MILL, "food.production", lot, data, end)
        return lot

    def release(self, lot: str, at: str = "13 10:00") -> str:
        """A passed release test; the id of its report."""
        when = october(at).isoformat()
        return self.state(LAB, "lab.report", lot, made.a_report(lot=lot, sampledAt=when, testedAt=when), at)

    def pack(self, batch: str, kilos: int, source: str, at: str = "13 12:00") -> str:
        """5 kg packs of `source`, without the green mark."""
        lot = made.lot(MILL, batch)
        data = made.a_pack(
            lot=lot,
            fromLot=source,
            quantity=made.kg(kilos),
            packs={"value": str(kilos // 5), "unit": "件"},
            batchNo="M1",
            lbNo=made.ABSENT,
            packedAt=october(at).isoformat(),
        )
        self.state(MILL, "food.pack", lot, data, at)
        return lot

    def recall(self, lot: str, at: str = "22 08:00") -> None:
        self.state(made.BUREAU, "oversight.recall", lot, {"matter": "镉超标", "lots": [lot]}, at)

    def packed_rice(self) -> str:
        """H1 to K1; the id of the release report of P1."""
        self.hand_over(1, 10_000)
        self.produce("M1", [("R1", 10_000)], [("P1", 7_000)], loss=3_000)
        report = self.release(P1)
        self.pack("K1", 5_000, P1)
        return report

    def upstream(self, lot: str) -> Traced:
        return Traced(whole(trace_lineage(self.platform.transactions, lot, "upstream", BUREAU)))

    def downstream(self, lot: str) -> Traced:
        return Traced(whole(trace_lineage(self.platform.transactions, lot, "downstream", BUREAU)))

    def order_on(self, lot: str) -> str | None:
        """The order of the bureau that holds for a lot: "recalled", "withdrawn" or None."""
        with self.platform.transactions.look(BUREAU.subject) as tx:
            return find_order(tx.connection, lot)

    def _wait_until(self, due: datetime) -> None:
        now = self.clock()
        if now < due:
            self.clock.advance(due - now)


def _third(amount: tuple[str, int] | tuple[str, int, str], otherwise: str) -> str:
    return amount[2] if len(amount) == 3 else otherwise
