"""Analyses as rows: the bytes under their hash, and who may read them again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.oversight.analysis import Known
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.analyses import analysis, analysis_reader

_KNOWN: Final = "SELECT arrival, logged_at FROM statement ORDER BY arrival DESC LIMIT 1"
_READERS: Final = "SELECT reader FROM analysis_reader WHERE hash = ?"
_OF: Final = (
    "SELECT a.hash, a.name, a.about, r.asked_at, (SELECT min(o.asked_at) FROM analysis_reader AS o "
    "WHERE o.hash = r.hash AND substr(o.reader, 1, 5) = 'area:') "
    "FROM analysis_reader AS r JOIN analysis AS a ON a.hash = r.hash "
    "WHERE r.reader = ? ORDER BY r.asked_at DESC, a.hash LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class KeptAnalysis:
    """One that is kept, without its bytes."""

    hash: str
    name: str
    about: str
    asked_at: datetime
    asked_by_authority: datetime | None


def known_until(connection: Connection, log: str, now: datetime) -> Known:
    """What this snapshot knows; before the first statement, nothing as of `now`."""
    rows = select(connection, _KNOWN)
    return Known(log, int(rows[0][0]), from_micros(rows[0][1])) if rows else Known(log, -1, now)


def put_analysis(connection: Connection, key: str, name: str, about: str, document: bytes) -> None:
    """Keep a document under its hash; one that is there already is the same."""
    if not select(connection, "SELECT 1 FROM analysis WHERE hash = ?", (key,)):
        row = (key, name, about, zlib.compress(document, 6))
        insert_rows(connection, analysis, ("hash", "name", "about", "document"), [row])


def put_reader(connection: Connection, key: str, reader: str, by: str, at: datetime) -> None:
    """Note for whom it was made; the first time stands."""
    if not select(connection, f"{_READERS} AND reader = ?", (key, reader)):
        columns = ("hash", "reader", "asked_at", "asked_by")
        insert_rows(connection, analysis_reader, columns, [(key, reader, to_micros(at), by)])


def find_document(connection: Connection, key: str) -> bytes | None:
    rows = select(connection, "SELECT document FROM analysis WHERE hash = ?", (key,))
    return zlib.decompress(rows[0][0]) if rows else None


def list_readers(connection: Connection, key: str) -> list[str]:
    """For whom that analysis was made."""
    return [row[0] for row in select(connection, _READERS, (key,))]


def list_made_for(connection: Connection, reader: str, most: int) -> list[KeptAnalysis]:
    """What was made for a reader, the newest first."""
    rows = select(connection, _OF, (reader, most))
    return [
        KeptAnalysis(key, name, about, from_micros(at), None if by is None else from_micros(by))
        for key, name, about, at, by in rows
    ]
