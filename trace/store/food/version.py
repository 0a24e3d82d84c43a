"""The shared version of all projections: a cache asks it before every hit (ruling 11)."""

from __future__ import annotations

from sqlalchemy import Connection

_NAME = "projections"
_BUMP = (
    f"INSERT INTO shared_counter (name, value) VALUES ('{_NAME}', 1) "  # noqa: S608 - a constant of ours
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1"
)
_READ = f"SELECT value FROM shared_counter WHERE name = '{_NAME}'"  # noqa: S608


def bump_version(connection: Connection) -> None:
    """Raise the version; part of the transaction that changes pages, so a rollback takes it back."""
    connection.exec_driver_sql(_BUMP)


def read_version(connection: Connection) -> int:
    """One look-up by key; 0 before the first statement."""
    row = connection.exec_driver_sql(_READ).first()
    return 0 if row is None else int(row[0])
