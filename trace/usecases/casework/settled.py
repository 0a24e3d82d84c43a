"""Whether every lot of a recall's scope has a disposition, before its case is closed.

A lot has one where nothing of it is left by the records: it was handed on, came back, was destroyed. What is
left is told with its amount; a case closes with it where the form says why it cannot be settled. Without a
recall there is nothing to settle.
"""

from __future__ import annotations

from decimal import Decimal

from trace.chain.order_effects import WITHDRAWN
from trace.errors import ScopeUnsettled
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.orders import list_orders_of, read_orders
from trace.store.transaction import Tx
from trace.usecases.casework.goods_concerned import goods_concerned
from trace.usecases.lots.lineage_parts import parted
from trace.usecases.lots.recall_scope import reach_of


def require_settled(tx: Tx, lot: str) -> None:
    """Return where nothing is left to be settled; raises `ScopeUnsettled`."""
    concerned = goods_concerned(tx.connection, lot)
    if not any(_is_recalled(tx, one) for one in concerned.lots):
        return
    left: dict[str, Decimal] = {}
    for part in parted(sorted(reach_of(tx.connection, *(one.id for one in concerned.first)).possible)):
        for one in read_lots_by_id(tx.connection, part).values():
            if one.available.value > 0:
                left[one.available.unit] = left.get(one.available.unit, Decimal(0)) + one.available.value
    if left:
        raise ScopeUnsettled(amount=" + ".join(f"{value:f} {unit}" for unit, value in sorted(left.items())))


def _is_recalled(tx: Tx, lot: LotRow) -> bool:
    orders = read_orders(tx.connection, list_orders_of(tx.connection, lot.id)).values()
    return any(one.kind == "recall" and one.state != WITHDRAWN for one in orders)
