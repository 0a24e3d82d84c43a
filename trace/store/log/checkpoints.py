"""Checkpoints of the own log and what witnesses said about them.

A checkpoint is kept once per size, signed by the log alone; each witness line is kept with the witness's
own time. "First cosigned" is a query: the smallest size above an index that enough witnesses signed. Pages
show who signed, so whatever is kept here raises the version that caches compare.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.log import log_checkpoint, log_cosignature
from trace.store.versions import PAGES, bump_version

_CHECKPOINT = "SELECT size, root, note, at FROM log_checkpoint"


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """A witness's line under a checkpoint; `at` is the time inside it."""

    size: int
    witness: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as the log signed it, with the witness lines known for its size, oldest first."""

    size: int
    root: bytes
    note: str
    at: datetime
    cosignatures: tuple[StoredCosignature, ...]

    @property
    def witnesses(self) -> frozenset[str]:
        return frozenset(each.witness for each in self.cosignatures)

    def cosigned_note(self, *, newest: bool = False) -> str:
        """The note with one line per witness: its first one, or its newest as a sign of life."""
        chosen: dict[str, str] = {}
        for each in self.cosignatures:
            if newest or each.witness not in chosen:
                chosen[each.witness] = each.line
        return self.note + "".join(f"{chosen[name]}\n" for name in sorted(chosen))


def add_checkpoint(connection: Connection, size: int, root: bytes, note: str, at: datetime) -> None:
    """Keep what the log signed for a size; raises `AlreadyRecorded` for a second one (through the Tx)."""
    insert_rows(
        connection, log_checkpoint, ("size", "root", "note", "at"), [(size, root, note, to_micros(at))]
    )
    bump_version(connection, PAGES)


def add_cosignatures(connection: Connection, lines: Sequence[StoredCosignature]) -> None:
    """Keep witness lines; a line already there is left alone."""
    for each in lines:
        place = (each.size, each.witness, to_micros(each.at))
        known = select(
            connection, "SELECT 1 FROM log_cosignature WHERE size = ? AND witness = ? AND at = ?", place
        )
        if not known:
            insert_rows(connection, log_cosignature, ("size", "witness", "at", "line"), [(*place, each.line)])
    bump_version(connection, PAGES)


def latest_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """The newest one, cosigned or not."""
    return _one(connection, f"{_CHECKPOINT} ORDER BY size DESC LIMIT 1")


def checkpoint_at(connection: Connection, size: int) -> StoredCheckpoint | None:
    return _one(connection, f"{_CHECKPOINT} WHERE size = ?", (size,))


def first_covering(connection: Connection, index: int, witnesses: Collection[str]) -> StoredCheckpoint | None:
    """The first checkpoint above `index` that every one of `witnesses` signed: the proof of "existed by"."""
    return _cosigned(connection, witnesses, "size > ?", index, "ASC")


def last_before(connection: Connection, index: int, witnesses: Collection[str]) -> StoredCheckpoint | None:
    """The last fully cosigned checkpoint that does not hold `index` yet: the proof of "not earlier than"."""
    return _cosigned(connection, witnesses, "size <= ?", index, "DESC")


def last_signed_by(connection: Connection, witness: str) -> int:
    """The largest size under which this witness's line is kept; 0 for none."""
    sql = "SELECT coalesce(max(size), 0) FROM log_cosignature WHERE witness = ?"
    return int(select(connection, sql, (witness,))[0][0])


def newest_cosigned(connection: Connection, witnesses: Collection[str]) -> StoredCheckpoint | None:
    """The newest checkpoint that every one of `witnesses` signed."""
    return _cosigned(connection, witnesses, "size >= ?", 0, "DESC")


def _cosigned(
    connection: Connection, witnesses: Collection[str], bound: str, limit: int, order: str
) -> StoredCheckpoint | None:
    names = sorted(set(witnesses))
    marks = ", ".join("?" for _ in names)
    sql = (
        f"SELECT size FROM log_cosignature WHERE {bound} AND witness IN ({marks}) GROUP BY size "  # noqa: S608
        f"HAVING count(DISTINCT witness) = ? ORDER BY size {order} LIMIT 1"
    )
    if not names:
        sql = f"SELECT size FROM log_checkpoint WHERE {bound} AND ? = 0 ORDER BY size {order} LIMIT 1"  # noqa: S608
    rows = select(connection, sql, (limit, *names, len(names)))
    return checkpoint_at(connection, int(rows[0][0])) if rows else None


def _one(connection: Connection, sql: str, values: tuple[object, ...] = ()) -> StoredCheckpoint | None:
    rows = select(connection, sql, values)
    if not rows:
        return None
    size, root, note, at = rows[0]
    lines = select(
        connection,
        "SELECT size, witness, at, line FROM log_cosignature WHERE size = ? ORDER BY at, witness",
        (size,),
    )
    cosignatures = tuple([StoredCosignature(s, name, from_micros(t), line) for s, name, t, line in lines])
    return StoredCheckpoint(int(size), bytes(root), note, from_micros(at), cosignatures)


def list_checkpoints(connection: Connection) -> list[StoredCheckpoint]:
    """Every checkpoint that the log ever signed, in order of size."""
    sizes = select(connection, "SELECT size FROM log_checkpoint ORDER BY size")
    return [found for (size,) in sizes if (found := checkpoint_at(connection, int(size))) is not None]
