"""Evidence: entries of other platforms' logs, kept byte for byte (docs/record-format.md §14.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.mapping import RowMapping
from trace.store.tables.log import evidence_checkpoint, evidence_entry


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


def append_evidence(connection: Connection, entries: Iterable[EvidenceEntry]) -> None:
    """Keep entries of other logs."""
    insert_rows(connection, evidence_entry, _EVIDENCE.inserted, [_EVIDENCE.row(entry) for entry in entries])


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
