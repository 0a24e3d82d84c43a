"""Every table as rows of plain values, out of one snapshot and into an empty database of either kind.

All values are integers, texts and bytes, so that what one database gave the other takes.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, inspect, select

import trace.store.tables
from trace.errors import BackupUnfit
from trace.store.base import metadata
from trace.store.bulk import insert_rows

for _module in pkgutil.iter_modules(trace.store.tables.__path__):
    importlib.import_module(f"trace.store.tables.{_module.name}")

Row = tuple[Any, ...]
_AT_ONCE: Final = 2_000
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_NOTED_BY_TRIGGER: Final = "log_signers"
"""Written by the database itself with each cosignature; what the backup holds of it stands in the end."""
APART: Final = (
    "person", "organisation", "membership", "deputy", "notice_choice", "invitation", "credential", "session",
    "sign_in_event", "form_use", "kept_form", "application",
    "api_token", "complaint", "complaint_contact", "test_request", "report_file", "kept_paper", "disclosure",
    "print_run", "print_part", "scan", "scan_tally", "scan_baseline", "scan_alert", "hidden_attempt",
    "received_document",
)  # fmt: skip
"""What no log holds and no log makes: it goes along where a log is begun anew."""


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
    count, waiting = 0, list[Row]()
    for row in rows:
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            insert_rows(connection, table, columns, waiting)
            count += len(waiting)
            waiting = []
    insert_rows(connection, table, columns, waiting)
    return count + len(waiting)


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
