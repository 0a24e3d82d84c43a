"""Tries that count against a limit, as rows: every worker counts the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.accounts import counted_try

_LOCKS = 0x7472_6965  # "trie"
_ALONE = text("SELECT pg_advisory_xact_lock(:first, hashtext(:key))")


def hold_tries(connection: Connection, key: str) -> None:
    """Let nobody else count under this key before the transaction ends (SQLite has one writer)."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE, {"first": _LOCKS, "key": key})


def tries_since(connection: Connection, key: str, since: int) -> Sequence[int]:
    """When the tries under a key were that still count, in microseconds, the oldest first."""
    rows = select(connection, "SELECT at FROM counted_try WHERE key = ? AND at > ? ORDER BY at", (key, since))
    return [int(at) for (at,) in rows]


def add_try(connection: Connection, key: str, at: int, until: int) -> None:
    """Note a try that counts until then."""
    insert_rows(connection, counted_try, ("key", "at", "until"), [(key, at, until)])


def clear_tries(connection: Connection, key: str) -> None:
    """Count anew under a key."""
    run_many(connection, "DELETE FROM counted_try WHERE key = ?", [(key,)])


def forget_tries(connection: Connection, before: int) -> None:
    """Delete what counts no longer."""
    run_many(connection, "DELETE FROM counted_try WHERE until < ?", [(before,)])
