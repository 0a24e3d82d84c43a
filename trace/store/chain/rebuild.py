"""Deletion and hashes of the projections, one a table, to show that replay made the same ones.

The hash of a table is the sum, modulo 2^256, of the SHA-256 of its rows as canonical JSON: independent of
the order in which a database hands them out and of its collation, equal on SQLite and PostgreSQL, and
computed in one pass. It compares two honest runs; the log, not this sum, stands against forgery.
"""

from __future__ import annotations

import hashlib

import orjson
from sqlalchemy import Connection, Table, delete, select

from trace.store.tables.food import FOOD_TABLES

_MODULUS = 1 << 256
_DELETIONS = [delete(table) for table in FOOD_TABLES]
_READ_AHEAD = 5_000


def truncate_food(connection: Connection) -> None:
    """Delete every projection of the food chain; the log and the evidence stay."""
    for deletion in _DELETIONS:
        connection.execute(deletion)


def table_hashes(
    connection: Connection, tables: tuple[Table, ...] = FOOD_TABLES
) -> dict[str, tuple[int, str]]:
    """Table name -> (rows, 64 hex digits)."""
    return {str(table.name): _table_hash(connection, table) for table in tables}


def _table_hash(connection: Connection, table: Table) -> tuple[int, str]:
    rows = 0
    total = 0
    for row in connection.execute(select(table).execution_options(yield_per=_READ_AHEAD)):
        digest = hashlib.sha256(orjson.dumps(tuple(row), default=bytes_as_hex)).digest()
        total += int.from_bytes(digest, "big")
        rows += 1
    return rows, f"{total % _MODULUS:064x}"


def bytes_as_hex(value: object) -> str:
    """Bytes of a row as JSON can hold them."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} stands in no projection")
