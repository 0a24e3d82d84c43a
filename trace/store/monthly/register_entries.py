"""Entries of the register as rows: added, never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.register_entries import Entry
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.columns import json_value
from trace.store.query import rows_where
from trace.store.tables.register_entries import register_entry

_COLUMNS: Final = (
    *("firm", "kind", "seq", "at", "content", "since", "until", "evidence", "why", "origin"),
    *("authority", "person", "name"),
)
_OF: Final = (
    f"SELECT {', '.join(_COLUMNS)} FROM register_entry WHERE firm {{among}} "  # noqa: S608 - ours
    "ORDER BY firm, kind, at, seq"
)
_OF_KIND: Final = f"SELECT {', '.join(_COLUMNS)} FROM register_entry WHERE kind = ? ORDER BY firm, at, seq"  # noqa: S608


def entries_of_kind(connection: Connection, kind: str) -> list[Entry]:
    """Everything of a kind that was entered of any firm, in order of arrival within a firm."""
    return [_entry(row) for row in select(connection, _OF_KIND, (kind,))]


def entries_of(connection: Connection, firms: Collection[str]) -> list[Entry]:
    """Everything that was entered of these firms, in order of arrival within a firm and kind."""
    return [_entry(row) for row in rows_where(connection, _OF, firms)]


def add_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Keep entries; raises `Conflict` where another has the same place."""
    insert_rows(connection, register_entry, _COLUMNS, [_values(one) for one in entries])


def _values(one: Entry) -> tuple[object, ...]:
    return (
        *(one.firm, one.kind, one.seq, to_micros(one.at)),
        orjson.dumps(dict(one.content), option=orjson.OPT_SORT_KEYS).decode(),
        *(one.since.isoformat(), one.until.isoformat() if one.until is not None else ""),
        *(one.evidence, one.why, one.origin, one.authority, one.person, one.name),
    )


def _entry(row: Sequence[Any]) -> Entry:
    firm, kind, seq, at, content, since, until, *rest = row
    ends = date.fromisoformat(until) if until else None
    return Entry(
        firm, kind, int(seq), from_micros(at), json_value(content), date.fromisoformat(since), ends, *rest
    )
