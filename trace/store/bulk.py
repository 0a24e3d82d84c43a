"""Bulk writes and reads by the quickest road of each database: the driver's executemany, or COPY."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

COPY_FROM = 24  # below it one prepared INSERT is quicker than opening a COPY

Values = tuple[object, ...]


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Insert `rows`, whose values stand in the order of `columns`; nothing happens for no rows.

    Values are what the driver takes (int, str, bytes, None). U+0000, which PostgreSQL has no text with, is
    kept as U+FFFD in both: the signed bytes beside it say what was stated. Raises the driver's
    IntegrityError, which the transaction turns into a `Conflict`.
    """
    if not rows:
        return
    rows = _without_nul(rows)
    postgresql = connection.dialect.name == "postgresql"
    if postgresql and len(rows) >= COPY_FROM:
        _copy(connection, table.name, tuple(columns), rows)
    else:
        mark = "%s" if postgresql else "?"
        connection.exec_driver_sql(_insert_text(table.name, tuple(columns), mark), list(rows))


def _without_nul(rows: Sequence[Values]) -> Sequence[Values]:
    if not any(type(value) is str and "\0" in value for row in rows for value in row):
        return rows
    return [
        tuple(value.replace("\0", "\ufffd") if type(value) is str else value for value in row) for row in rows
    ]


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Values]) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    with driver.cursor() as cursor, cursor.copy(_copy_text(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


@lru_cache(maxsize=256)
def _insert_text(table: str, columns: tuple[str, ...], mark: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join([mark] * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our own tables


@lru_cache(maxsize=256)
def _copy_text(table: str, columns: tuple[str, ...]) -> str:
    return f'COPY "{table}" ({", ".join(chr(34) + name + chr(34) for name in columns)}) FROM STDIN'


def run_many(connection: Connection, sql: str, rows: Sequence[Values]) -> None:
    """Run one statement, written with `?` marks, for each of `rows`; nothing happens for no rows."""
    if rows:
        connection.exec_driver_sql(marked(sql, connection.dialect.name), list(rows))


def run_columns(connection: Connection, sqlite: str, postgresql: str, rows: Sequence[Values]) -> None:
    """Run one statement over many rows: SQLite row by row (`?`), PostgreSQL at once over arrays (`unnest`).

    `postgresql` names one array a column, in the order of the values; nothing happens for no rows.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(postgresql, tuple(list(column) for column in zip(*rows, strict=True)))
    else:
        connection.exec_driver_sql(sqlite, list(rows))


def select(connection: Connection, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Read the rows of one statement, written with `?` marks."""
    return [tuple(row) for row in connection.exec_driver_sql(marked(sql, connection.dialect.name), values)]


@lru_cache(maxsize=256)
def marked(sql: str, dialect: str) -> str:
    """A statement written with `?` marks as the driver takes it."""
    return sql.replace("?", "%s") if dialect == "postgresql" else sql
