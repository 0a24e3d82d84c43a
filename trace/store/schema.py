"""What can be said of a database before its tables are used: its address, server, version and log."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import psycopg
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from trace.errors import DatabaseAddressUnfit, DatabaseUnfit, DatabaseUnreachable, Refusal
from trace.store.faults import DATABASE_ERRORS, refusal_of
from trace.store.transaction import open_database

_Found = TypeVar("_Found")

_VERSION = "SELECT version_num FROM alembic_version"
_NEWEST = "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
_VERSIONS: Final = "alembic_version"
_OLDEST: Final = 150_000
"""PostgreSQL 15, the oldest that its makers still look after when this was written."""
_WHY: Final = (
    ("password", re.compile(r"password authentication failed|no password supplied|no pg_hba\.conf entry")),
    ("no-database", re.compile(r'database "[^"]*" does not exist')),
    ("no-role", re.compile(r'role "[^"]*" does not exist')),
    ("database-not-allowed", re.compile(r"permission denied for database|not permitted to log in")),
    ("no-host", re.compile(r"could not translate host name|failed to resolve host|Name or service")),
    ("no-server", re.compile(r"refused|timeout|timed out|No such file or directory|unreachable")),
)
"""What a failed connection says, the first that fits (texts of libpq and of the server, in English)."""


def require_address(url: str) -> str:
    """The address, where it names a database that we can use; raises DatabaseAddressUnfit.

    It never appears in what is raised: it holds a password.
    """
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise DatabaseAddressUnfit(reason="not-an-address") from None
    if backend not in {"sqlite", "postgresql"}:
        raise DatabaseAddressUnfit(reason="another-engine")
    if not address.database:
        raise DatabaseAddressUnfit(reason="no-name")
    return url


def schema_version(url: str) -> str | None:
    """None for a database without tables.

    Raises DatabaseAddressUnfit, DatabaseUnreachable, StorageBroken and their kin.
    """
    return _asked(url, _version)


def examine_database(url: str, origin: str) -> str | None:
    """The version of the tables, of a database that this log may use; None where there are none yet.

    Raises DatabaseUnfit for one of another program, of another log, of an encoding or a version that does
    not do; and as `schema_version` does.
    """
    address = make_url(require_address(url))
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        if not path.is_absolute():
            raise DatabaseAddressUnfit(reason="relative-path")
        if not path.parent.is_dir():
            raise DatabaseAddressUnfit(reason="no-folder")
    return _asked(url, lambda connection: _examined(connection, origin))


def _examined(connection: Connection, origin: str) -> str | None:
    if connection.dialect.name == "postgresql":
        if connection.exec_driver_sql("SHOW server_encoding").scalar_one() != "UTF8":
            raise DatabaseUnfit(reason="database-not-utf-8")
        if int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) < _OLDEST:
            raise DatabaseUnfit(reason="server-too-old")
    there = inspect(connection)
    names = there.get_table_names()
    if names and _VERSIONS not in names:
        raise DatabaseUnfit(reason="of-another-program")
    if "log_checkpoint" in names:
        note = connection.exec_driver_sql(_NEWEST).scalar()
        if note is not None and str(note).partition("\n")[0] != origin:
            raise DatabaseUnfit(reason="of-another-log")
    return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.exec_driver_sql(_VERSION).scalar()
    return None if found is None else str(found)


def _asked(url: str, question: Callable[[Connection], _Found]) -> _Found:
    engine = open_database(require_address(url))
    try:
        with engine.connect() as connection:
            return question(connection)
    except DATABASE_ERRORS as error:
        refusal = _unreachable(error) or refusal_of(error)
        if refusal is None:
            raise
        raise refusal from None  # the driver's own words may hold the address
    finally:
        engine.dispose()


def _unreachable(error: BaseException) -> Refusal | None:
    """Why no connection came about; None for what went wrong on one."""
    original = getattr(error, "orig", None) or error
    if not isinstance(original, psycopg.OperationalError):
        return None
    said, before_it_answered = str(original), original.sqlstate is None
    reason = next((reason for reason, pattern in _WHY if pattern.search(said)), None)
    if reason is None and not before_it_answered:
        return None
    return DatabaseUnreachable(reason=reason or "not-opened")
