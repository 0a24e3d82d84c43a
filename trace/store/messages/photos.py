"""Rows of photographs, and which of them a statement names as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import run_many, select
from trace.store.columns import json_value
from trace.store.query import rows_where

_ADD: Final = (
    "INSERT INTO photo (sha256, stmt, kept, width, height, bytes, stored_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (sha256) DO UPDATE SET stmt = excluded.stmt, kept = excluded.kept, "
    "width = excluded.width, height = excluded.height, bytes = excluded.bytes "
    "WHERE photo.erased_at IS NULL"
)
_FIND: Final = (
    "SELECT sha256, stmt, kept, width, height, bytes, erased_at IS NOT NULL FROM photo WHERE sha256 {among}"
)
_ERASE: Final = "UPDATE photo SET kept = '', erased_at = ? WHERE sha256 = ?"
_SAME_KEPT: Final = "SELECT count(*) FROM photo WHERE kept = ? AND erased_at IS NULL"
# What a party said last of a thing stands; a pack's record stands until a correction puts another beside it.
_MASTER: Final = (
    "SELECT statement.iss, {table}.data FROM statement JOIN {table} ON {table}.urn = statement.sub "
    "AND {table}.stater = statement.iss AND ({table}.id & -256) = statement.id WHERE statement.stmt = ?"
)
_PACK: Final = (
    "SELECT statement.iss, pack.data FROM statement JOIN pack ON pack.id >= statement.id "
    "AND pack.id < statement.id + 256 WHERE statement.stmt = ? AND NOT EXISTS ("
    "SELECT 1 FROM pack AS newer JOIN statement AS later ON later.id = (newer.id & -256) "
    "WHERE newer.lot = pack.lot AND later.arrival > statement.arrival)"
)
_REPORT: Final = (
    "SELECT statement.iss, report.data FROM statement JOIN report ON report.id >= statement.id "
    "AND report.id < statement.id + 256 WHERE statement.stmt = ? AND report.superseded_by IS NULL"
)
# A harvest keeps its row when it is corrected, and what it says then stands there.
_HARVEST: Final = (
    "SELECT statement.iss, lot.detail FROM statement JOIN lot ON lot.id >= statement.id "
    "AND lot.id < statement.id + 256 WHERE statement.stmt = ? AND lot.kind = 'harvest'"
)
_STANDS: Final = (
    _MASTER.format(table="product"),
    _MASTER.format(table="place"),
    _PACK,
    _REPORT,
    _HARVEST,
)


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photograph that was uploaded: `kept` is the digest of the picture shown, "" where it was erased."""

    sha256: str
    stmt: str
    kept: str
    width: int
    height: int
    bytes: int
    erased: bool = False


def add_photo(connection: Connection, row: PhotoRow, at: datetime) -> None:
    """Keep a row; one that was erased stays erased."""
    values = (row.sha256, row.stmt, row.kept, row.width, row.height, row.bytes, to_micros(at))
    run_many(connection, _ADD, [values])


def find_photos(connection: Connection, digests: Iterable[str]) -> dict[str, PhotoRow]:
    """Digest as stated -> its row, erased ones too."""
    found = rows_where(connection, _FIND, sorted(set(digests)))
    return {row[0]: PhotoRow(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6])) for row in found}


def mark_erased(connection: Connection, sha256: str, at: datetime) -> None:
    run_many(connection, _ERASE, [(to_micros(at), sha256)])


def is_kept(connection: Connection, kept: str) -> bool:
    """Whether a photograph that was not erased is shown by this file."""
    return bool(select(connection, _SAME_KEPT, (kept,))[0][0])


def find_standing_record(connection: Connection, stmt: str) -> tuple[str, Mapping[str, Any]] | None:
    """(who stated it, its data) of a statement that may name photographs, while it stands: about a product,
    a place or a pack, a report, or a harvest."""
    for query in _STANDS:
        for iss, data in select(connection, query, (stmt,)):
            return iss, json_value(data)
    return None
