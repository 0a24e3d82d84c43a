"""Rows of projections compared in words: what a rebuild made otherwise than the fixture's own day did."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, Table, select

Key = str
Rows = dict[Key, dict[str, Any]]
Tables = dict[str, Rows]


def dumped(script: str, tables: Iterable[str]) -> Tables:
    """The rows of these tables in a dump, by the text of their primary key."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    found: Tables = {}
    for name in tables:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [name]).fetchone():
            found[name] = {}  # a table of later days
            continue
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        names = [column[1] for column in columns]
        keys = [column[1] for column in sorted(columns, key=lambda one: one[5]) if column[5]]
        rows = [
            dict(zip(names, map(_plain, row), strict=True))
            for row in connection.execute(f"SELECT * FROM {name}")
        ]
        found[name] = {_key(row, keys): row for row in rows}
    connection.close()
    return found


def stored(connection: Connection, names: Iterable[str]) -> Tables:
    """The rows of these tables in a database, likewise; a table that is gone has none."""
    known = MetaData()
    known.reflect(connection)
    return {name: _rows(connection, known.tables[name]) if name in known.tables else {} for name in names}


def _rows(connection: Connection, table: Table) -> Rows:
    keys = [str(column.name) for column in table.primary_key]
    rows = [
        {str(name): _plain(value) for name, value in row.items()}
        for row in connection.execute(select(table)).mappings()
    ]
    return {_key(row, keys): row for row in rows}


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _key(row: Mapping[str, Any], names: Iterable[str]) -> Key:
    return " ".join(str(row[name]) for name in names)


def differences(before: Tables, after: Tables) -> dict[str, Any]:
    """Table → rows gone, rows come, and of rows that stayed each column with its two values.

    A column that only one side has is compared as well: its value on the other side is absent (None).
    """
    found = {}
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, {}), after.get(name, {})
        changed = {
            key: columns
            for key in sorted(was.keys() & now.keys())
            if (columns := _changes(was[key], now[key]))
        }
        parts = {
            "gone": {key: was[key] for key in sorted(was.keys() - now.keys())},
            "come": {key: now[key] for key in sorted(now.keys() - was.keys())},
            "changed": changed,
        }
        if any(parts.values()):
            found[name] = {part: rows for part, rows in parts.items() if rows}
    return found


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        column: [was.get(column), now.get(column)]
        for column in sorted(was.keys() | now.keys())
        if was.get(column) != now.get(column)
    }


def in_words(found: Mapping[str, Any], most: int = 12) -> str:
    """The differences as a page for people, at most `most` lines of each kind a table."""
    lines = []
    for name, parts in found.items():
        counts = ", ".join(f"{len(rows)} {part}" for part, rows in parts.items())
        lines.append(f"{name}: {counts}")
        for part, sign in (("gone", "-"), ("come", "+"), ("changed", "~")):
            rows = parts.get(part, {})
            for key, row in list(rows.items())[:most]:
                told = (
                    [f"{column} {two[0]!r} -> {two[1]!r}" for column, two in row.items()]
                    if part == "changed"
                    else [f"{column}={value!r}" for column, value in row.items()]
                )
                lines.append(f"  {sign} {key}: " + "; ".join(told))
            if len(rows) > most:
                lines.append(f"  {sign} … {len(rows) - most} more")
    return "\n".join(lines)
