"""Serials of a pack lot, for those who may see it: its range, and what became of which part."""

from __future__ import annotations

from typing import Any, Final

from trace.codes.intervals import Intervals
from trace.codes.ranges import CodeRange
from trace.errors import CodesNotAllocated
from trace.parties import Actor
from trace.store.codes.ranges import ranges_of_lots
from trace.store.transaction import Transactions
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.lots.visibility import require_sight

_LISTED: Final = 500


def show_codes(transactions: Transactions, lot: str, actor: Actor) -> dict[str, Any]:
    """{"lot", "scope", "epoch", "first", "count", "active", "recalled", "void", "live"}.

    Each set is {"total", "intervals": [{"first", "count"}], "truncated"}; `live` counts the codes that answer
    (active, neither recalled nor void). Raises `UnknownLot`, `LotOutOfSight`, `CodesNotAllocated`.
    """
    with transactions.look("codes") as tx:
        row = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, row)
        found = ranges_of_lots(tx.connection, [lot])
    if not found:
        raise CodesNotAllocated(lot=lot)
    codes = found[-1].codes
    return {
        "lot": lot,
        "scope": codes.scope,
        "epoch": codes.epoch,
        "first": codes.interval.first,
        "count": codes.interval.count,
        "active": _listed(codes.active),
        "recalled": _listed(codes.recalled),
        "void": _listed(codes.void),
        "live": _live(codes),
    }


def _listed(codes: Intervals) -> dict[str, Any]:
    intervals = [{"first": each.first, "count": each.count} for each in codes]
    truncated = len(intervals) > _LISTED
    return {"total": codes.total, "intervals": intervals[:_LISTED], "truncated": truncated}


def _live(codes: CodeRange) -> int:
    live = codes.active
    for withdrawn in (codes.recalled, codes.void):
        for interval in withdrawn:
            live = live.removed(interval)
    return live.total
