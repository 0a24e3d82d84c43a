"""Failed tests that reach goods: their own, their production batch's, or those of what they were made from.

A report names the lot that was sampled. What it found holds for whatever was made of that lot, and for the
other packings of the same production batch: nobody tests a five-kilogram and a ten-kilogram bag apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.effects import Mark
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow, read_goods_below, read_lots, read_lots_by_id, read_marks_on
from trace.store.transaction import Connection
from trace.usecases.lots.holds import same_goods

MARK: Final = FAILED_REPORT
"""Code of the mark that a failed test leaves."""
OWN: Final = "own"
BATCH: Final = "batch"
SOURCE: Final = "source"
_TESTED: Final = ("product", "pack")
"""Kinds of lots that are a production batch's goods; by-products are others."""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """`where`: own | batch | source, "" where no failed test reaches the goods; of "batch" the other lots."""

    where: str = ""
    lots: tuple[LotRow, ...] = ()


def find_failed_test(
    connection: Connection, lot: LotRow, marks: Iterable[tuple[Mark, StatementRow]]
) -> FailedTest:
    """The nearest failed test that reaches a pack; `marks` are the open ones on all that may be in it."""
    failing = {mark.lot for mark, _ in marks if mark.code == MARK}
    goods = {one.id: one for one in read_lots(connection, same_goods(lot))}
    if failing & goods.keys():
        return FailedTest(OWN)
    others = _other_packings(connection, lot, goods)
    found = {mark.lot for mark, _ in read_marks_on(connection, others) if mark.code == MARK}
    if found:
        return FailedTest(BATCH, tuple(row for each, row in others.items() if each in found))
    return FailedTest(SOURCE) if failing else FailedTest()


def _other_packings(connection: Connection, lot: LotRow, goods: dict[int, LotRow]) -> dict[int, LotRow]:
    """The products and packs that the same firm made of the same production batch."""
    own = [one.id for one in goods.values() if one.made_by.iss == lot.made_by.iss and one.id != lot.id]
    products = read_goods_below(connection, own, _TESTED) - goods.keys()
    packs = read_goods_below(connection, [*products], _TESTED[1:])
    lots = read_lots_by_id(connection, (products | packs) - {lot.id})
    return {each: row for each, row in lots.items() if row.made_by.iss == lot.made_by.iss}
