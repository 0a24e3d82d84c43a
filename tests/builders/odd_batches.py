"""Packs under every sort of batch number that GS1 allows: slashes, dots, percent signs, quotes, colons."""

from __future__ import annotations

from typing import Final

from tests.builders import facts as made
from tests.builders.traced_chain import MILL, P1, TracedChain, october

ODD: Final = (
    *("26/10/22", "20261015/10", "A/21/7", "A/", "/A", "A//B", "/", "//", "10/10/10", "A/10/B", "A/22/B"),
    *("%2F", "A%2FB", "%", "%%41", "100%", "A+B", "+", "A:B", "A?B", "?v=1", "A&B=C", "'A'", '"A"', "(A)"),
    *(".", "..", "A/../B", "./A", "../..", "A/.", ";", "A;B", "*", "<A>", "A,B", "!", "-", "_", "21/A"),
    *("10", "21", "v", "a", "A", "A.", "A)", "A/10/B/21/C"),
)
"""Batch numbers of which some look like other addresses, and some like clutter behind one of the others."""


def lot_of(number: int) -> str:
    """The pack lot of the numbered batch."""
    return made.lot(MILL, f"Q{number}")


def tell_odd_batches(chain: TracedChain, numbers: tuple[str, ...] = ODD) -> TracedChain:
    """A pack of 5 kg under each number, its code live."""
    registrar = chain.platform.registrar
    prefix = f"urn:licence:{made.PREFIX}"
    chain.platform.accept(registrar.state("master.licence", prefix, made.a_prefix(), at=chain.clock()))
    chain.hand_over(1, 10_000)
    chain.produce("M1", [("R1", 10_000)], [("P1", 7_000)], loss=3_000)
    report = chain.release(P1)
    for number, batch_no in enumerate(numbers):
        lot = lot_of(number)
        data = made.a_pack(
            lot=lot,
            fromLot=P1,
            quantity=made.kg(5),
            packs={"value": "1", "unit": "件"},
            batchNo=batch_no,
            lbNo=made.ABSENT,
            packedAt=october("13 12:00").isoformat(),
        )
        chain.state(MILL, "food.pack", lot, data, "13 12:00")
        activation = made.an_activation(lot=lot, batchNo=batch_no, report=report)
        chain.state(MILL, "code.activate", lot, activation, "13 14:00")
    return chain
