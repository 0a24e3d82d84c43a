"""Disclosures (RFC 9901): private values, deletable by law (docs/record-format.md §14.2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from trace.store.bulk import run_columns, run_many
from trace.store.query import rows_where

_PUT = "INSERT INTO disclosure (stmt, digest, encoded) VALUES (?, ?, ?) ON CONFLICT (stmt, digest) DO NOTHING"
_PUT_ARRAYS = (
    "INSERT INTO disclosure (stmt, digest, encoded) "
    "SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT (stmt, digest) DO NOTHING"
)
_READ = "SELECT stmt, encoded FROM disclosure WHERE stmt {among} ORDER BY stmt, digest"


def put_disclosures(connection: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Keep (statement id, digest, encoded disclosure); known ones are left alone."""
    run_columns(connection, _PUT, _PUT_ARRAYS, rows)


def read_disclosures(connection: Connection, statements: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Statement id → the encoded disclosures that are still held."""
    held: dict[str, list[str]] = {}
    for stmt, encoded in rows_where(connection, _READ, statements):
        held.setdefault(stmt, []).append(encoded)
    return {stmt: tuple(values) for stmt, values in held.items()}


def erase_disclosures(connection: Connection, statement: str, digests: Collection[str]) -> None:
    """Delete salts and values; the digests in the signed bytes stay and say nothing without them."""
    run_many(
        connection,
        "DELETE FROM disclosure WHERE stmt = ? AND digest = ?",
        [(statement, digest) for digest in digests],
    )
