"""Orders that a case's acts gave, by their matter."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from trace.chain.order_effects import STANDING
from trace.store.bulk import select

_HOLDS: Final = (
    "SELECT statement.stmt FROM goods_order JOIN statement ON statement.id = goods_order.id "
    "WHERE goods_order.matter = ? AND goods_order.iss = ? AND goods_order.kind = 'hold' "
    "AND goods_order.state = ? ORDER BY statement.arrival"
)


def holds_that_stand(connection: Connection, matter: str) -> int:
    """How many holds of a matter stand, whichever bureau ordered them."""
    text = "SELECT count(*) FROM goods_order WHERE matter = ? AND kind = 'hold' AND state = ?"
    return int(select(connection, text, (matter, STANDING))[0][0])


def standing_holds(connection: Connection, bureau: str, matter: str) -> list[str]:
    """The statements of a bureau's holds on a matter that stand."""
    return [stmt for (stmt,) in select(connection, _HOLDS, (matter, bureau, STANDING))]
