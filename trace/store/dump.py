"""Every table as rows of plain values, out of one snapshot and into an empty database of either kind.

All values are integers, texts and bytes, so that what one database gave the other takes.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, inspect, select

import trace.store.tables
from trace.errors import BackupUnfit
from trace.store.base import metadata
from trace.store.bulk import insert_rows, run_many
from trace.store.projections import TABLES as PROJECTIONS

for _module in pkgutil.iter_modules(trace.store.tables.__path__):
    importlib.import_module(f"trace.store.tables.{_module.name}")

Row = tuple[Any, ...]
_AT_ONCE: Final = 2_000
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_NOTED_BY_TRIGGER: Final = "log_signers"
"""Written by the database itself with each cosignature; what the backup holds of it stands in the end."""
LEFT_BEHIND: Final = frozenset({
    *(one.name for one in PROJECTIONS), "search_term",
    "log_entry", "log_tile", "log_checkpoint", "log_cosignature", "log_signers",
    "evidence_entry", "evidence_checkpoint", "evidence_refusal", "evidence_run", "feed_cursor",
    "job", "counted_try", "key_challenge", "page_change", "shared_counter", "case_goods", "case_goods_row",
    "case_export", "case_export_part",
})  # fmt: skip
"""The old log and what is made of its entries; what other logs say, which comes again; what only runs."""
APART: Final = tuple(one.name for one in metadata.sorted_tables if one.name not in LEFT_BEHIND)
"""What no log holds or makes, as any table not named above: it goes along where a log is begun anew."""


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """A table's name and columns, and its rows, read as they are asked for."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row]


def dump_tables(connection: Connection, names: Sequence[str] = ()) -> Iterator[DumpedTable]:
    """Each table, or those named, in an order in which they can be loaded; rows by their keys."""
    there = inspect(connection)
    for table in metadata.sorted_tables:
        if (not names or table.name in names) and there.has_table(table.name):
            columns = _columns(table, {str(one["name"]) for one in there.get_columns(table.name)})
            rows = _rows(connection, table, columns)
            yield DumpedTable(table.name, tuple(str(one.name) for one in columns), rows)


def _columns(table: Table, present: set[str]) -> list[Column[Any]]:
    """Those that the database has: before an upgrade its tables may lack some of ours, but have no others."""
    if not present <= set(table.columns.keys()):
        raise BackupUnfit(part=table.name, reason="unknown-column")
    return [one for one in table.columns if one.name in present]


def _rows(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> Iterator[Row]:
    asked = select(*columns).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=_AT_ONCE).execute(asked) as found:
        for row in found:
            yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def load_rows(connection: Connection, name: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert a table's rows into an empty one; how many. Raises BackupUnfit for a table that is not here."""
    table = _table(name, columns)
    if name == _NOTED_BY_TRIGGER or _is_seeded(connection, table):
        connection.execute(table.delete())
    count = 0
    for part in _parts(rows):
        insert_rows(connection, table, columns, part)
        count += len(part)
    _go_on_counting(connection, table)
    return count


def add_rows(connection: Connection, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert those of a table's rows whose keys are not there yet. Raises BackupUnfit as `load_rows`."""
    table = _table(name, columns)
    names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
    text = f'INSERT INTO "{name}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608 - known names
    for part in _parts(rows):
        run_many(connection, text, part)
    _go_on_counting(connection, table)


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while part := list(islice(waiting, _AT_ONCE)):
        yield part


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after those that came with their numbers; SQLite does by itself."""
    counted = table.autoincrement_column
    if counted is None or connection.dialect.name != "postgresql":
        return
    text = f"SELECT setval(pg_get_serial_sequence(%s, %s), max({counted.name})) FROM {table.name}"  # noqa: S608
    connection.exec_driver_sql(text, (table.name, counted.name))


def _is_seeded(connection: Connection, table: Table) -> bool:
    """Whether the migrations themselves wrote something there."""
    return connection.execute(select(1).select_from(table).limit(1)).first() is not None


def _table(name: str, columns: Sequence[str]) -> Table:
    known = metadata.tables.get(name)
    if known is None or not all(_NAME.fullmatch(column) for column in columns):
        raise BackupUnfit(part=name[:60], reason="unknown-table")
    if not set(columns) <= set(known.columns.keys()):
        raise BackupUnfit(part=name[:60], reason="unknown-column")
    return known
