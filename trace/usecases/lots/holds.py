"""Orders of a bureau on goods: holds and recalls, one answer for the page, the resolver and all others.

A recall or hold of anything that may be in the goods holds for them; that a correction took goods back holds
for the same goods alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT, ORDERS, TESTS
from trace.chain.admission.gates import HELD as HOLD_MARK
from trace.chain.admission.gates import RECALLED as RECALL_MARK
from trace.chain.admission.marks_above import under_order
from trace.chain.effects import Mark
from trace.chain.lineage.burdens import Burdens, burdens_above
from trace.chain.lineage.packings import drawn
from trace.store.base import to_micros
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow, read_lots, read_marks_on
from trace.store.transaction import Connection
from trace.usecases.lots.states import RECALLED, WITHDRAWN

_STOPPED: Final = frozenset({"locked", "withdrawn"})


def order_on(lot: LotRow, above: Iterable[LotRow], marks: Iterable[Mark]) -> str | None:
    """RECALLED, WITHDRAWN or None, from the lots above `lot` (it too) and the open marks on them."""
    ordered = {mark.code for mark in marks}
    if lot.state == RECALLED or RECALL_MARK in ordered:
        return RECALLED
    if HOLD_MARK in ordered:
        return WITHDRAWN
    same = same_goods(lot)
    return WITHDRAWN if any(one.state in _STOPPED for one in above if one.urn in same) else None


def find_order(connection: Connection, urn: str) -> str | None:
    """The same, asked through the open marks; None for an unknown lot."""
    found = read_lots(connection, [urn])
    if not found:
        return None
    above, marks = read_burdens(connection, found[0])
    return order_on(found[0], above, (each.mark for each in marks))


def read_burdens(connection: Connection, lot: LotRow) -> tuple[list[LotRow], list[Bearing]]:
    """What bears on goods from above: the stopped lots among the same goods, and the open marks of orders and
    of failed tests on whatever may be in them; a hold only where it is certain."""
    stopped = {one.id: one for one in read_lots(connection, same_goods(lot)) if one.state in _STOPPED}
    burdens = burdens_of(connection, lot.id, {*ORDERS, FAILED_REPORT}, also=stopped)
    above = [one for one in stopped.values() if one.id in burdens.whole]
    found = bearing_marks(connection, burdens)
    return above, [each for each in found if each.certain or each.mark.code != HOLD_MARK]


def has_possible_recall(marks: Iterable[Bearing]) -> bool:
    """Whether a recall is among them of goods that may be meant or not, by a claim or a link of old."""
    return any(not each.certain and each.mark.code == RECALL_MARK for each in marks)


@dataclass(frozen=True, slots=True)
class Bearing:
    """An open mark that comes down to goods; `certain` unless it is an order that may mean them or not.

    `by`: the packings above that bear it for another one of their batch, which failed; none where it comes
    from the lot that it is on.
    """

    mark: Mark
    stated: StatementRow
    certain: bool
    by: tuple[int, ...] = ()

    def told(self, lot: LotRow) -> Mark:
        """The mark as `lot` is told of it: of what is only possible, no figures."""
        return self.mark if self.certain else under_order(self.mark, lot.id)


def burdens_of(
    connection: Connection,
    lot: int,
    codes: Collection[str] = (),
    *,
    disputed: bool = False,
    also: Collection[int] = (),
) -> Burdens:
    """The marked lots of which something comes down to `lot`, itself included, and by what right.

    Marked are those with an open mark of one of `codes` (of any code where none is named), those of `also`,
    and where `disputed`, those with an open dispute. Costs the shorter way: down from the marks, or up.
    """
    return burdens_above(StoredMarkedGraph(connection, codes, disputed=disputed, also=also), lot)


def bearing_marks(connection: Connection, burdens: Burdens) -> list[Bearing]:
    """The open marks on these lots that come down, in order of arrival; also those of failed tests that
    packings among them bear for others of their batch."""
    found = []
    for mark, stated in read_marks_on(connection, burdens.lots | burdens.failed_beside()):
        lot = -1 if mark.lot is None else mark.lot
        certain = lot in burdens.whole
        passes = certain or (mark.code in ORDERS and lot in burdens.orders)
        at = to_micros(stated.logged_at)
        noted = mark.code in TESTS and burdens.bears_test(lot, at)
        by = burdens.bearing(lot, drawn(mark.params, at), at)
        if passes or noted:
            found.append(Bearing(mark, stated, certain or noted))
        elif mark.code == FAILED_REPORT and by:
            found.append(Bearing(mark, stated, certain=True, by=tuple(by)))
    return found


def same_goods(lot: LotRow) -> set[str]:
    """The urns of a lot and of the lots that were the same goods before it."""
    return {lot.urn, *lot.detail.get("goods", ())}
