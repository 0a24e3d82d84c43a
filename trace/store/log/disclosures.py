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
_JOINED = {
    "sqlite": f"SELECT stmt, group_concat(encoded, ' ') FROM ({_READ}) GROUP BY stmt",  # noqa: S608
    "postgresql": (
        "SELECT stmt, string_agg(encoded, ' ' ORDER BY digest) FROM disclosure "
        "WHERE stmt {among} GROUP BY stmt"
    ),
}


def put_disclosures(connection: Connection, rows: Sequence[tuple[str, str, str]]) -> None:
    """Keep (statement id, digest, encoded disclosure); known ones are left alone."""
    run_columns(connection, _PUT, _PUT_ARRAYS, rows)


def read_disclosures(connection: Connection, statements: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Statement id → the encoded disclosures that are still held."""
    held: dict[str, list[str]] = {}
    for stmt, encoded in rows_where(connection, _READ, statements):
        held.setdefault(stmt, []).append(encoded)
    return {stmt: tuple(values) for stmt, values in held.items()}


def read_joined_disclosures(connection: Connection, statements: Collection[str]) -> dict[str, str]:
    """The same as one text a statement, blanks between them: a row each where there are very many."""
    found = rows_where(connection, _JOINED[connection.dialect.name], statements)
    return {row[0]: row[1] for row in found}


def erase_disclosures(connection: Connection, statement: str, digests: Collection[str]) -> None:
    """Delete salts and values; the digests in the signed bytes stay and say nothing without them."""
    run_many(
        connection,
        "DELETE FROM disclosure WHERE stmt = ? AND digest = ?",
        [(statement, digest) for digest in digests],
    )
