"""A firm's stock: its newest lots of which something is left, and the records that say of them last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from trace.quantities import Quantity
from trace.store.bulk import select
from trace.store.columns import amount, json_value
from trace.store.query import rows_where

NEWEST: Final = 5_000
"""Lots of a firm that are looked at, with or without anything left."""
MOST: Final = 1_000
"""Lots with something left that are read."""
_STATEMENT: Final = -256
_COLUMNS: Final = "id, urn, kind, product_name, batch_no, quantity, available, unit, state, detail"
_LEFT: Final = (
    f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS} FROM lot WHERE holder = ? "  # noqa: S608 - columns of ours
    f"ORDER BY id DESC LIMIT {NEWEST}) AS own WHERE available > 0 AND kind <> 'consignment'{{ending}} "
    f"ORDER BY id DESC LIMIT {MOST + 1}"
)
# A day that is stated, or one of making from which a receipt's shelf life may count.
_ENDING: Final = (
    " AND ({expiryDate} <= ? OR (kind = 'material' AND {expiryDate} IS NULL AND {productionDate} <= ?))"
)
_MEMBERS: Final = {"sqlite": "json_extract(detail, '$.{}')", "postgresql": "(detail::json ->> '{}')"}
# What a correction restates stands in its own statement.
_LAST_SAID: Final = (
    "SELECT made.id, COALESCE(later.stmt, made.stmt), made.stmt FROM statement AS made "
    "LEFT JOIN statement AS later ON later.id = made.amended_by WHERE made.id {among}"
)


@dataclass(frozen=True, slots=True)
class StockRow:
    """A lot of which something is left."""

    id: int
    urn: str
    kind: str
    product_name: str
    batch_no: str
    quantity: Quantity
    available: Quantity
    state: str
    detail: Mapping[str, Any]

    @property
    def made_by(self) -> int:
        """The row of the statement that made it."""
        return self.id & _STATEMENT


def read_stock(connection: Connection, party: str) -> list[StockRow]:
    """The party's newest lots with something left, the newest first: one more than `MOST` where there are
    more. Consignments are on their way to it, and no stock yet."""
    return _rows(connection, _LEFT.format(ending=""), party)


def read_ending(connection: Connection, party: str, through: date) -> list[StockRow]:
    """Those of them that may not keep beyond a day."""
    member, day = _MEMBERS[connection.dialect.name], through.isoformat()
    names = ("expiryDate", "productionDate")
    ending = _ENDING.format(**{name: member.format(name) for name in names})
    return _rows(connection, _LEFT.format(ending=ending), party, day, day)


def _rows(connection: Connection, text: str, *values: str) -> list[StockRow]:
    return [
        StockRow(
            number, urn, kind, name, batch, amount(whole, unit), amount(left, unit), state,
            json_value(detail),
        )
        for number, urn, kind, name, batch, whole, left, unit, state, detail in select(
            connection, text, values
        )
    ]  # fmt: skip


def last_said(connection: Connection, statements: Collection[int]) -> dict[int, tuple[str, str]]:
    """Row of a statement -> (id of the statement that says it last, its own id)."""
    return {row: (last, own) for row, last, own in rows_where(connection, _LAST_SAID, statements)}
