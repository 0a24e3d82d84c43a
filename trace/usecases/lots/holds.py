"""Orders of a bureau on goods: holds and recalls, one answer for the page, the resolver and all others.

A recall of anything that may be in the goods holds for them; a hold, or a withdrawal, only of the same goods.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trace.chain.admission.gates import RECALLED as RECALL_MARK
from trace.chain.effects import Mark
from trace.chain.lineage.closure import trace_up
from trace.store.lots.details import LotRow, lots_named, lots_numbered, marks_on
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Connection
from trace.usecases.lots.sources import MAX_LOTS
from trace.usecases.lots.states import RECALLED, WITHDRAWN

_STOPPED: Final = frozenset({"locked", "withdrawn"})


def order_on(lot: LotRow, above: Iterable[LotRow], marks: Iterable[Mark]) -> str | None:
    """RECALLED, WITHDRAWN or None, from the lots above `lot` (it too) and the open marks on them."""
    if lot.state == RECALLED or any(mark.code == RECALL_MARK for mark in marks):
        return RECALLED
    same = {lot.urn, *lot.detail.get("goods", ())}
    return WITHDRAWN if any(one.state in _STOPPED for one in above if one.urn in same) else None


def find_order(connection: Connection, urn: str) -> str | None:
    """The same, read from the graph: a query a level and three besides. None for an unknown lot."""
    found = lots_named(connection, [urn])
    if not found:
        return None
    closure = trace_up(StoredLotGraph(connection), [found[0].id], max_lots=MAX_LOTS)
    above = lots_numbered(connection, closure.lots)
    return order_on(found[0], above.values(), (mark for mark, _ in marks_on(connection, above)))
