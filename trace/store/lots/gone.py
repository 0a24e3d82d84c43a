"""What left a lot without a link: losses of processing, and goods disposed of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy import Connection

from trace.quantities import Quantity
from trace.store.chain.rows import LEAVING
from trace.store.columns import amount
from trace.store.query import rows_among

_GONE: Final = {
    table: (
        f"SELECT {table}.lot, {table}.id & -256, {table}.quantity, {table}.unit, statement.occurred_at "  # noqa: S608
        f"FROM {table} JOIN statement ON statement.id = ({table}.id & -256) "
        f"WHERE {table}.lot {{listed}} AND {table}.superseded_by IS NULL ORDER BY {table}.id"
    )
    for table in LEAVING
}


class Gone(NamedTuple):
    """An amount, the row of the statement that says so, and when that happened (microseconds)."""

    lot: int
    statement: int
    quantity: Quantity
    occurred_at: int


def read_gone(connection: Connection, lots: Collection[int]) -> list[Gone]:
    """By table, losses first, each in the order of the log."""
    return [
        Gone(lot, statement, amount(micro, unit), occurred_at)
        for text in _GONE.values()
        for lot, statement, micro, unit, occurred_at in rows_among(connection, text, lots)
    ]
