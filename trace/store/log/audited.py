"""Rows as an audit reads them: whatever stands there, in the order of its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.query import rows_among

_STATEMENTS = (
    "SELECT id, stmt, typ, iss, sub, origin, idx, occurred_at, logged_at, arrival FROM statement "
    "WHERE id {listed}"
)
_ARRIVALS = (
    "SELECT arrival FROM (SELECT arrival FROM log_entry "
    "UNION ALL SELECT arrival FROM evidence_entry) AS each WHERE arrival > ? ORDER BY arrival LIMIT ?"
)
_ORPHANS = (
    "SELECT origin, idx FROM statement AS s WHERE NOT EXISTS "
    "(SELECT 1 FROM log_entry AS e WHERE s.origin = ? AND e.idx = s.idx) AND NOT EXISTS "
    "(SELECT 1 FROM evidence_entry AS e WHERE e.origin = s.origin AND e.idx = s.idx) ORDER BY origin, idx"
)
_AT_ONCE = 5_000


class StatementRow(NamedTuple):
    """A row of the table of statements, as far as signed bytes and the log say what it is."""

    id: int
    stmt: str
    typ: str
    iss: str
    sub: str
    origin: str
    idx: int
    occurred_at: datetime
    logged_at: datetime
    arrival: int


class DisclosureRow(NamedTuple):
    """A disclosure that is held, with the statement that it belongs to where that is logged."""

    stmt: str
    digest: str
    encoded: str
    jws: str | None


def read_statement_rows(connection: Connection, ids: Iterable[int]) -> dict[int, StatementRow]:
    """Row id → the row, for those that are there."""
    return {
        row[0]: StatementRow._make((*row[:7], from_micros(row[7]), from_micros(row[8]), row[9]))
        for row in rows_among(connection, _STATEMENTS, ids)
    }


def list_orphans(connection: Connection, own: str) -> list[tuple[str, int]]:
    """(log, index) of the projected statements of which neither an own entry nor evidence is there."""
    return [(origin, int(index)) for origin, index in select(connection, _ORPHANS, (own,))]


def count_rows(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())  # noqa: S608 - ours


def stream_arrivals(connection: Connection) -> Iterator[int]:
    """The numbers in which own entries and evidence arrived, in their order."""
    above = -1
    while rows := select(connection, _ARRIVALS, (above, _AT_ONCE)):
        yield from (int(arrival) for (arrival,) in rows)
        if len(rows) < _AT_ONCE:
            return
        above = int(rows[-1][0])


def list_signers(connection: Connection) -> dict[int, tuple[str, ...]]:
    """Size of a checkpoint → the witnesses that its trigger noted, in their order."""
    rows = select(connection, "SELECT size, signers FROM log_signers")
    return {int(size): tuple(signers.split("\n")) for size, signers in rows}


def list_cosigned_sizes(connection: Connection) -> list[int]:
    """The sizes under which any witness line is kept, with or without their checkpoint."""
    return [
        int(size) for (size,) in select(connection, "SELECT DISTINCT size FROM log_cosignature ORDER BY 1")
    ]


def stream_disclosures(connection: Connection) -> Iterator[DisclosureRow]:
    """Every disclosure that is held, statement by statement."""
    after = ("", "")
    while True:
        rows = select(
            connection,
            "SELECT d.stmt, d.digest, d.encoded, coalesce("
            "(SELECT jws FROM log_entry AS e WHERE e.stmt = d.stmt), "
            "(SELECT min(jws) FROM evidence_entry AS e WHERE e.stmt = d.stmt)) "
            "FROM disclosure AS d WHERE (d.stmt, d.digest) > (?, ?) ORDER BY d.stmt, d.digest LIMIT ?",
            (*after, _AT_ONCE),
        )
        yield from (DisclosureRow(*row) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        after = (rows[-1][0], rows[-1][1])


def list_evidence_origins(connection: Connection) -> list[str]:
    """The other logs of which anything is kept."""
    sql = "SELECT origin FROM evidence_entry UNION SELECT origin FROM evidence_checkpoint ORDER BY 1"
    return [origin for (origin,) in select(connection, sql)]
