"""Statement rows: a statement's log position, and when it says that it happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.mapping import RowMapping
from trace.store.query import rows_where
from trace.store.tables import food


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement's log position, and when it says that it happened."""

    statement: str
    typ: str
    iss: str
    sub: str
    origin: str
    index: int
    occurred_at: datetime
    logged_at: datetime


STATEMENT: Final = RowMapping(food.statement, StatementRow, named={"statement": "stmt", "index": "idx"})


@dataclass(frozen=True, slots=True)
class StatedAt:
    """A statement of a signer at a moment; `amendment` is its last correction, if any."""

    stmt: str
    typ: str
    sub: str
    occurred_at: int
    amendment: str | None


_AT: Final = (
    "SELECT s.stmt, s.typ, s.sub, s.occurred_at, c.stmt FROM statement AS s "
    "LEFT JOIN statement AS c ON c.id = s.amended_by WHERE s.iss {among} AND s.occurred_at {among}"
)


def statements_at(connection: Connection, iss: str, moments: Iterable[int]) -> list[StatedAt]:
    """A signer's statements of what happened at these moments (microseconds), in order of arrival."""
    rows = rows_where(connection, f"{_AT} ORDER BY s.arrival", [iss], moments)
    return [StatedAt(*row) for row in rows]
