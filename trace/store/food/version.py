"""Shared versions that a cache asks before every hit (ruling 11): of all projections, of a scope's codes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

_NAME = "projections"
_BUMP = (
    f"INSERT INTO shared_counter (name, value) VALUES ('{_NAME}', 1) "  # noqa: S608 - a constant of ours
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1"
)
_READ = f"SELECT value FROM shared_counter WHERE name = '{_NAME}'"  # noqa: S608

_CODES = "codes:"
_BUMP_NAMED = (
    "INSERT INTO shared_counter (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1"
)
_READ_NAMED = "SELECT value FROM shared_counter WHERE name = ?"


def bump_version(connection: Connection) -> None:
    """Raise the version; part of the transaction that changes pages, so a rollback takes it back."""
    connection.exec_driver_sql(_BUMP)


def read_version(connection: Connection) -> int:
    """One look-up by key; 0 before the first statement."""
    row = connection.exec_driver_sql(_READ).first()
    return 0 if row is None else int(row[0])


def bump_codes(connection: Connection, scopes: Iterable[str]) -> None:
    """Raise the version of each scope whose codes changed; in the order of names, so that writers never wait
    for each other in a ring."""
    for scope in sorted(scopes):
        connection.exec_driver_sql(_placed(connection, _BUMP_NAMED), (_CODES + scope,))


def read_codes_version(connection: Connection, scope: str) -> int:
    """One look-up by key; 0 before the scope's first range."""
    row = connection.exec_driver_sql(_placed(connection, _READ_NAMED), (_CODES + scope,)).first()
    return 0 if row is None else int(row[0])


def _placed(connection: Connection, sql: str) -> str:
    return sql.replace("?", "%s") if connection.dialect.name == "postgresql" else sql
