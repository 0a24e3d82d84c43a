"""Orders of a bureau on goods: holds and recalls, one answer for the page, the resolver and all others.

A recall of anything that may be in the goods holds for them; a hold, or a withdrawal, only of the same goods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from trace.chain.admission.gates import RECALLED as RECALL_MARK
from trace.chain.effects import Mark
from trace.chain.lineage.reach import marked_above
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.lots.details import LotRow, read_lots, read_marks_on
from trace.store.transaction import Connection
from trace.usecases.lots.states import RECALLED, WITHDRAWN

_STOPPED: Final = frozenset({"locked", "withdrawn"})


def order_on(lot: LotRow, above: Iterable[LotRow], marks: Iterable[Mark]) -> str | None:
    """RECALLED, WITHDRAWN or None, from the lots above `lot` (it too) and the open marks on them."""
    if lot.state == RECALLED or any(mark.code == RECALL_MARK for mark in marks):
        return RECALLED
    same = same_goods(lot)
    return WITHDRAWN if any(one.state in _STOPPED for one in above if one.urn in same) else None


def find_order(connection: Connection, urn: str) -> str | None:
    """The same, asked through the open marks; None for an unknown lot."""
    found = read_lots(connection, [urn])
    if not found:
        return None
    lot = found[0]
    stopped = {one.id: one for one in read_lots(connection, same_goods(lot)) if one.state in _STOPPED}
    above = marked_lots(connection, lot.id, {RECALL_MARK}, also=stopped)
    marks = read_marks_on(connection, above)
    return order_on(lot, [one for one in stopped.values() if one.id in above], (mark for mark, _ in marks))


def marked_lots(
    connection: Connection,
    lot: int,
    codes: Collection[str] = (),
    *,
    disputed: bool = False,
    also: Collection[int] = (),
) -> frozenset[int]:
    """Of the lots that are marked, `lot` and those of which something may be in it, consistent in time.

    Marked are those with an open mark of one of `codes` (of any code where none is named), those of `also`,
    and where `disputed`, those with an open dispute. Costs the shorter way: down from the marks, or up.
    """
    return marked_above(StoredMarkedGraph(connection, codes, disputed=disputed, also=also), lot)


def same_goods(lot: LotRow) -> set[str]:
    """The urns of a lot and of the lots that were the same goods before it."""
    return {lot.urn, *lot.detail.get("goods", ())}
