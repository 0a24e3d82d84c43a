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


_AMENDED: Final = (
    "SELECT s.stmt, c.stmt FROM statement AS s JOIN statement AS c ON c.id = s.amended_by "
    "WHERE s.stmt {among}"
)


@dataclass(frozen=True, slots=True)
class StatedThen:
    """A statement of a period, its newest correction and that one's index; `id` orders within a moment."""

    occurred_at: int
    id: int
    stmt: str
    typ: str
    index: int
    amendment: str | None
    amended_at: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whose statements of which kinds on which log, from a moment until before another (microseconds)."""

    iss: str
    origin: str
    kinds: tuple[str, ...]
    since: int
    until: int


_OF_STRETCH: Final = (
    "s.iss {among} AND s.origin {among} AND s.typ {among} AND s.occurred_at >= ? AND s.occurred_at < ?"
)
_COUNTED: Final = f"SELECT count(*) FROM statement AS s WHERE {_OF_STRETCH}"  # noqa: S608 - texts of ours
_STRETCH: Final = (
    "SELECT s.occurred_at, s.id, s.stmt, s.typ, s.idx, c.stmt, c.idx FROM statement AS s "  # noqa: S608
    f"LEFT JOIN statement AS c ON c.id = s.amended_by WHERE {_OF_STRETCH} "
    "AND (s.occurred_at > ? OR (s.occurred_at = ? AND s.id > ?)) "
    "ORDER BY s.occurred_at, s.id LIMIT ? OFFSET ?"
)


def count_stretch(connection: Connection, of: Stretch) -> int:
    """How many statements there are in a stretch."""
    return int(rows_where(connection, _COUNTED, [of.iss], [of.origin], of.kinds, of.since, of.until)[0][0])


def read_stretch(
    connection: Connection, of: Stretch, most: int, *, skip: int = 0, after: StatedThen | None = None
) -> list[StatedThen]:
    """At most so many of them as they happened, leaving out the first `skip`, or all up to `after`."""
    at, last = (of.since, -1) if after is None else (after.occurred_at, after.id)
    rows = rows_where(
        connection, _STRETCH, [of.iss], [of.origin], of.kinds, of.since, of.until, at, at, last, most, skip
    )
    return [StatedThen(*row) for row in rows]


def statements_at(connection: Connection, iss: str, moments: Iterable[int]) -> list[StatedAt]:
    """A signer's statements of what happened at these moments (microseconds), in order of arrival."""
    rows = rows_where(connection, f"{_AT} ORDER BY s.arrival", [iss], moments)
    return [StatedAt(*row) for row in rows]


def amendments_of(connection: Connection, stmts: Iterable[str]) -> dict[str, str]:
    """Statement -> its last correction, of those that have one."""
    return dict(map(tuple, rows_where(connection, _AMENDED, stmts)))
