"""Signed good records in any number: each lap is a harvest that becomes a shipped consignment, unmarked.

A lap states seven kinds (harvest, shipment, receipt, production, release test, pack, activation), by a
grower, a mill and a laboratory, each with chains of their own. For benches and soaks: no two laps share a
lot, so a million records are as valid as seven.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.builders import facts as made
from tests.builders.signers import Signer, opening
from tests.servers.platform import FOOD, TestPlatform
from trace.ledger.claims import InputRef
from trace.ledger.statement import Statement

DAY = datetime(2026, 10, 14, tzinfo=UTC)
AFTERWARDS = DAY + timedelta(hours=12)
"""When a platform's clock should stand to take a lap: after all of it, and within the 24 hours of R01."""

LAP = 8
SUPPLIED = ("supplier", "supplierName", "supplierAddress", "supplierContact")
RECEIVED = ("receiver", "receiverName", "receiverAddress", "receiverContact")


def hour(number: float) -> datetime:
    return DAY + timedelta(hours=number)


class GoodFood:
    """`begin` on a new platform, then log the statements of `laps` from `first_index` on."""

    def __init__(self, desks: int = 4, name: str = "d") -> None:
        self.desks = [
            (
                Signer(made.COOPERATIVE, "grower", stream=f"{name}-field-{at}"),
                Signer(made.MILL, "processor", stream=f"{name}-mill-{at}"),
                Signer(made.LAB, "lab", stream=f"{name}-bench-{at}"),
            )
            for at in range(desks)
        ]
        self._name = name
        self._next = 0

    @property
    def signers(self) -> list[Signer]:
        return [signer for desk in self.desks for signer in desk]

    @property
    def first_index(self) -> int:
        """The log index of the first lap on a platform that was new when it began: behind keys and prefix."""
        return 2 + len(self.signers)

    def begin_others(self, name: str) -> None:
        """Go on with other chains of the same keys, which a platform that knows them need not check again."""
        self._name, self._next = name, 0
        for signer in self.signers:
            signer.stream, signer.seq, signer.prev = f"{name}-{signer.stream.partition('-')[2]}", 0, None

    def begin(self, platform: TestPlatform) -> None:
        """Register the signers and the mill's prefix, without which its packs would be marked."""
        platform.register(*self.signers)
        urn = f"urn:licence:{made.PREFIX}"
        platform.log(platform.registrar.state("master.licence", urn, made.a_prefix(), at=DAY))

    def laps(self, count: int, first_index: int = 0) -> Iterator[Statement]:
        """The statements of `count` laps; `first_index` is the log index that the first one will get."""
        for lap in range(count):
            yield from self._lap(first_index + lap * LAP)

    def _lap(self, index: int) -> Iterator[Statement]:
        number, self._next = self._next, self._next + 1
        tag = f"{self._name}{number}"
        grower, mill, lab = self.desks[number % len(self.desks)]
        lots = {name: made.lot(made.MILL, f"{name}-{tag}") for name in ("R", "M", "RICE", "K", "X")}
        harvest = made.a_harvest(
            lot=made.lot(made.COOPERATIVE, f"H-{tag}"),
            harvestedFrom=hour(0).isoformat(),
            harvestedTo=hour(1).isoformat(),
        )
        reaped = grower.state("farm.harvest", harvest["lot"], harvest, at=hour(1))
        yield reaped
        consigned = made.a_shipment(
            lot=made.lot(made.COOPERATIVE, f"C-{tag}"),
            fromLot=harvest["lot"],
            quantity=harvest["quantity"],
            receiver=made.uscc(made.MILL),
            packs=made.ABSENT,
            releaseReport=made.ABSENT,
            shippedAt=hour(1.5).isoformat(),
        )
        sent = grower.state("food.shipment", consigned["lot"], consigned, at=hour(1.5), conceal=RECEIVED)
        yield sent
        receipt = made.a_receipt(
            lot=lots["R"],
            supplierLot=consigned["lot"],
            handover=opening(sent),
            productionDate="2026-10-14",
            receivedAt=hour(2).isoformat(),
        )
        raw = [InputRef(sent.statement_id, FOOD, index + 1, "raw")]
        taken = mill.state("food.receipt", lots["R"], receipt, at=hour(2), conceal=SUPPLIED, inputs=raw)
        yield taken
        milling = made.a_production(
            batch=lots["M"],
            inputs=[{"lot": lots["R"], "quantity": made.kg("16900"), "role": "main"}],
            outputs=[_output(lots["RICE"], "11492", "product")],
            loss={"quantity": made.kg("5408"), "reason": "稻壳与米糠"},
            startedAt=hour(3).isoformat(),
            finishedAt=hour(5).isoformat(),
            productionDate="2026-10-14",
        )
        given = [InputRef(taken.statement_id, FOOD, index + 2, "raw")]
        milled = mill.state("food.production", lots["M"], milling, at=hour(5), inputs=given)
        yield milled
        report = made.a_report(
            reportNo=f"J-{tag}",
            lot=lots["RICE"],
            sampledAt=hour(5).isoformat(),
            testedAt=hour(6).isoformat(),
        )
        tested = lab.state("lab.report", lots["RICE"], report, at=hour(6))
        yield tested
        pack = made.a_pack(
            lot=lots["K"],
            fromLot=lots["RICE"],
            batchNo=tag,
            productionDate="2026-10-14",
            expiryDate="2027-10-13",
            packedAt=hour(7).isoformat(),
            lbNo=made.ABSENT,
        )
        given = [
            InputRef(milled.statement_id, FOOD, index + 3, "raw"),
            InputRef(tested.statement_id, FOOD, index + 4, "test"),
        ]
        yield mill.state("food.pack", lots["K"], pack, at=hour(7), inputs=given)
        switched = made.an_activation(lot=lots["K"], batchNo=tag, report=tested.statement_id)
        yield mill.state("code.activate", lots["K"], switched, at=hour(8))
        shipment = made.a_shipment(
            lot=lots["X"],
            fromLot=lots["K"],
            releaseReport=tested.statement_id,
            shippedAt=hour(9).isoformat(),
        )
        yield mill.state("food.shipment", lots["X"], shipment, at=hour(9), conceal=RECEIVED)


def _output(lot: str, kilos: str, kind: str) -> dict[str, object]:
    return {"lot": lot, "productName": "子虚牌绿色大米", "quantity": made.kg(kilos), "kind": kind}
