"""Database errors as named refusals; what stands for none is a defect of ours and stays loud."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import psycopg
import psycopg.errors
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError

from trace.errors import (
    AlreadyRecorded,
    AppendOnly,
    Refusal,
    SchemaOutdated,
    StorageBroken,
    StorageBusy,
    StorageFull,
    StorageLost,
    ValueOutOfRange,
)
from trace.store.base import metadata

DATABASE_ERRORS = (DBAPIError, psycopg.Error, sqlite3.Error, OverflowError, UnicodeEncodeError)
"""The last two come from the drivers as they are: a number of more than 64 bits, half a character."""

_APPEND_ONLY = re.compile(r"append-only: (\w+)")
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_CHECK = re.compile(r"(?:CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: (.+))?")
_SQLITE_ABSENT = re.compile(r"no such (?:table|column)|table \w+ has no column")
_BROKEN = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM"})
_LOST_STATES = ("08", "57P")  # connection exceptions; the administrator's or a crash's shutdown


def refusal_of(error: BaseException) -> Refusal | None:
    """Return the refusal that stands for a driver's error, or None for one that nobody foresaw."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    if isinstance(original, psycopg.Error):
        return _of_postgresql(original)
    if isinstance(original, OverflowError | UnicodeEncodeError):
        return ValueOutOfRange()
    return None


def _of_sqlite(error: sqlite3.Error) -> Refusal | None:
    text = str(error)
    if found := _APPEND_ONLY.search(text):
        return AppendOnly(table=found[1])
    if found := _SQLITE_UNIQUE.match(text):
        return AlreadyRecorded(constraint=_constraint_over(found[1]))
    if isinstance(error, sqlite3.IntegrityError):
        check = _SQLITE_CHECK.match(text)
        return AlreadyRecorded(constraint=(check and check[1]) or "unnamed")
    code = getattr(error, "sqlite_errorname", "") or ""
    if code == "SQLITE_FULL" or code.startswith("SQLITE_IOERR"):
        return StorageFull()
    if code in _BROKEN:
        return StorageBroken(reason=code)
    if code == "SQLITE_ERROR" and _SQLITE_ABSENT.match(text):
        return _outdated()
    return StorageBusy() if code.startswith("SQLITE_BUSY") else None


def _of_postgresql(error: psycopg.Error) -> Refusal | None:
    if found := _APPEND_ONLY.search(str(error)):
        return AppendOnly(table=found[1])
    if isinstance(error, psycopg.IntegrityError):
        return AlreadyRecorded(constraint=error.diag.constraint_name or "unnamed")
    for kinds, make in _OF_POSTGRESQL:
        if isinstance(error, kinds):
            return make(error)
    state = error.sqlstate or ""
    if state == "53100":
        return StorageFull()
    if state in {"55P03", "40P01", "40001"}:
        return StorageBusy()
    if state.startswith(_LOST_STATES) or (isinstance(error, psycopg.OperationalError) and not state):
        return StorageLost()
    return None


def _outdated() -> SchemaOutdated:
    """A table or a column is not there; which version it is nobody has looked up."""
    return SchemaOutdated(found="?", wanted="?")


_OF_POSTGRESQL: tuple[tuple[tuple[type[psycopg.Error], ...], Callable[[psycopg.Error], Refusal]], ...] = (
    ((psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn), lambda _: _outdated()),
    (
        (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted),
        lambda error: StorageBroken(reason=type(error).__name__),
    ),
    ((psycopg.DataError,), lambda _: ValueOutOfRange()),
)


def _constraint_over(columns: str) -> str:
    """The name of the constraint over SQLite's "table.column, table.column"."""
    pairs = [each.strip().partition(".") for each in columns.split(",")]
    table = metadata.tables.get(pairs[0][0])
    if table is None:
        return columns
    names = {column for _, _, column in pairs}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and {c.name for c in constraint.columns} == names:
            return str(constraint.name)
    return str(table.primary_key.name)
