"""Failed tests that reach goods: their own, their production batch's, or those of what they were made from.

A report names the lot that was sampled. What it found holds for whatever was made of that lot, and for the
other packings of the same production batch with all that was made of them (`trace.chain.lineage.packings`).
Page, trace, gates and the answer for one lot say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.transaction import Connection
from trace.usecases.lots.holds import Bearing, same_goods

MARK: Final = FAILED_REPORT
"""Code of the mark that a failed test leaves."""
OWN: Final = "own"
BATCH: Final = "batch"
SOURCE: Final = "source"


@dataclass(frozen=True, slots=True)
class FailedTest:
    """`where`: own | batch | source, "" where no failed test reaches the goods; `lots` failed beside them."""

    where: str = ""
    lots: tuple[LotRow, ...] = ()


def find_failed_test(connection: Connection, lot: LotRow, bearing: Iterable[Bearing]) -> FailedTest:
    """The nearest failed test that reaches goods; `bearing` are the open marks on all that may be in them."""
    failing = [one for one in bearing if one.certain and one.mark.code == FAILED_REPORT]
    if not failing:
        return FailedTest()
    goods = {one.id for one in read_lots(connection, same_goods(lot))}
    if any(one.mark.lot in goods and not one.by for one in failing):
        return FailedTest(OWN)
    beside = {one.mark.lot: one.by for one in failing if one.by and one.mark.lot is not None}
    of_batch = {failed for failed, by in beside.items() if not goods.isdisjoint(by)}
    named = sorted(of_batch or beside)
    return FailedTest(
        BATCH if of_batch else SOURCE, tuple(read_lots_by_id(connection, named).values()) if named else ()
    )
