"""Evidence: entries of other platforms' logs, kept byte for byte (docs/record-format.md §14.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.mapping import RowMapping
from trace.store.query import rows_where
from trace.store.tables.log import evidence_checkpoint, evidence_entry, evidence_run


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An own or a foreign entry as replay needs it. `at`: the recorded time that admission was given."""

    arrival: int
    origin: str
    index: int
    jws: str
    leaf: str
    at: datetime
    rules: str


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """An entry of another platform's log with what proves it."""

    origin: str
    index: int
    arrival: int
    statement_id: str
    kid: str
    typ: str
    iss: str
    stream: str
    seq: int
    sub: str
    jws: str
    leaf: str
    lot_secret: str | None
    proof: tuple[str, ...]
    checkpoint_size: int
    existed_by: datetime
    received_at: datetime
    rules: str


_EVIDENCE = RowMapping(evidence_entry, EvidenceEntry, named={"index": "idx", "statement_id": "stmt"})


_REFUSED = (
    "INSERT INTO evidence_refusal (origin, idx, code, at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (origin, idx) DO NOTHING"
)


def append_evidence(connection: Connection, entries: Sequence[EvidenceEntry]) -> None:
    """Keep entries of other logs, which come in the order of their indices, and which places they had."""
    insert_rows(connection, evidence_entry, _EVIDENCE.inserted, [_EVIDENCE.row(entry) for entry in entries])
    runs: list[list[object]] = []
    for before, entry in zip((None, *entries), entries, strict=False):
        if before is not None and (before.origin, before.index + 1) == (entry.origin, entry.index):
            runs[-1][2] = entry.index
        else:
            runs.append([entry.origin, entry.index, entry.index, entry.arrival, 1])
    columns = ("origin", "first", "last", "arrival", "proved")
    insert_rows(connection, evidence_run, columns, [tuple(run) for run in runs])


def note_refused(connection: Connection, origin: str, refused: Mapping[int, str], at: datetime) -> None:
    """Keep which entries of another log came and could not be taken (index → code of the refusal)."""
    rows = [(origin, index, code, to_micros(at)) for index, code in sorted(refused.items())]
    run_many(connection, _REFUSED, rows)


def list_runs(connection: Connection, origin: str) -> list[tuple[int, int, bool]]:
    """(first, last, whether the checkpoints of its times were kept) of what was taken in of that log."""
    sql = "SELECT first, last, proved FROM evidence_run WHERE origin = ? ORDER BY first"
    rows = select(connection, sql, (origin,))
    return [(int(first), int(last), bool(kept)) for first, last, kept in rows]


def list_refused(connection: Connection, origin: str) -> dict[int, str]:
    """Index → code of the refusal, of what came of that log and could not be taken."""
    rows = select(connection, "SELECT idx, code FROM evidence_refusal WHERE origin = ?", (origin,))
    return {int(index): code for index, code in rows}


def read_evidence(connection: Connection, origin: str, above: int, limit: int) -> list[EvidenceEntry]:
    """The entries of that log above an index, in order, at most `limit` of them."""
    sql = f"SELECT {_EVIDENCE.columns} FROM evidence_entry WHERE origin = ? AND idx > ? ORDER BY idx LIMIT ?"  # noqa: S608 - own names
    return [_EVIDENCE.read(row) for row in select(connection, sql, (origin, above, limit))]


def find_evidence(connection: Connection, origin: str, indices: Collection[int]) -> dict[int, str]:
    """Index → statement id, for the entries of that log that are here."""
    if not indices:
        return {}
    rows = select(
        connection,
        "SELECT idx, stmt FROM evidence_entry WHERE origin = ? AND idx >= ? AND idx <= ?",
        (origin, min(indices), max(indices)),
    )
    wanted = set(indices)
    return {int(idx): stmt for idx, stmt in rows if int(idx) in wanted}


def existed_before(connection: Connection, origin: str, index: int) -> datetime | None:
    """The time of the entry of another log that stands nearest before an index here; None where none does."""
    sql = "SELECT existed_by FROM evidence_entry WHERE origin = ? AND idx < ? ORDER BY idx DESC LIMIT 1"
    return next((from_micros(at) for (at,) in select(connection, sql, (origin, index))), None)


def find_evidence_of(connection: Connection, statements: Collection[str]) -> list[EvidenceEntry]:
    """The evidence entries of these statements, in whichever log."""
    sql = f"SELECT {_EVIDENCE.columns} FROM evidence_entry WHERE stmt {{among}} ORDER BY origin, idx"  # noqa: S608
    return [_EVIDENCE.read(row) for row in rows_where(connection, sql, statements)]


def read_foreign_stream(
    connection: Connection, origin: str, iss: str, stream: str, seq: int, count: int
) -> list[tuple[str, str]]:
    """(statement id, sub) of at most `count` statements of a stream from `seq` on, as that log has them."""
    sql = (
        "SELECT stmt, sub FROM evidence_entry WHERE origin = ? AND iss = ? AND stream = ? "
        "AND seq >= ? AND seq < ? ORDER BY seq"
    )
    return [(stmt, sub) for stmt, sub in select(connection, sql, (origin, iss, stream, seq, seq + count))]


def find_note(connection: Connection, origin: str, size: int) -> str | None:
    """The checkpoint of that log and size, as it first came."""
    rows = select(
        connection, "SELECT note FROM evidence_checkpoint WHERE origin = ? AND size = ?", (origin, size)
    )
    return str(rows[0][0]) if rows else None


def add_note(connection: Connection, origin: str, size: int, note: str, at: datetime) -> None:
    """Keep a verified checkpoint of another log."""
    row = (origin, size, note, to_micros(at))
    insert_rows(connection, evidence_checkpoint, ("origin", "size", "note", "received_at"), [row])


def read_recorded(connection: Connection, origin: str, start: int, end: int) -> list[RecordedEntry]:
    """The own entries [start, end) with what replay needs."""
    rows = select(
        connection,
        "SELECT arrival, idx, jws, leaf, logged_at, rules FROM log_entry "
        "WHERE idx >= ? AND idx < ? ORDER BY idx",
        (start, end),
    )
    return [
        RecordedEntry(int(arrival), origin, int(idx), jws, leaf, from_micros(at), rules)
        for arrival, idx, jws, leaf, at, rules in rows
    ]


def read_recorded_evidence(connection: Connection, above: int, limit: int) -> list[RecordedEntry]:
    """The evidence that arrived after `above`, in order of arrival, at most `limit` of it."""
    rows = select(
        connection,
        "SELECT arrival, origin, idx, jws, leaf, existed_by, rules FROM evidence_entry "
        "WHERE arrival > ? ORDER BY arrival LIMIT ?",
        (above, limit),
    )
    return [
        RecordedEntry(int(arrival), origin, int(idx), jws, leaf, from_micros(at), rules)
        for arrival, origin, idx, jws, leaf, at, rules in rows
    ]
