"""Checkpoints of the own log and what witnesses said about them.

A checkpoint is kept once per size, signed by the log alone; each witness line is kept with the witness's
own time. "First cosigned" is a query: the smallest size above an index that enough witnesses signed. What is
asked costs the same however many checkpoints lack a witness, and however long one was the newest. Pages show
who signed, so whatever is kept here raises the version that caches compare.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.page_keys import LATE_PROOF, PROOF, size_key
from trace.store.tables.log import log_checkpoint, log_cosignature
from trace.store.versions import PAGES, bump_version

_CHECKPOINT = "SELECT size, root, note, at FROM log_checkpoint"
_EARLIEST = "SELECT min(at) FROM log_cosignature WHERE size = ? AND witness = ?"
_LAST = "SELECT max(at) FROM log_cosignature WHERE size = ? AND witness = ?"
_LARGER = "SELECT 1 FROM log_signers WHERE size > ? LIMIT 1"
_LINES = "SELECT size, witness, at, line FROM log_cosignature"
# Each witness's first line for a size and its newest: an idle log gets a sign of life every ten minutes.
_ENDS = """
WITH RECURSIVE place (size) AS (SELECT CAST(? AS BIGINT)),
known (size, witness) AS (
    SELECT size, (SELECT min(witness) FROM log_cosignature AS c WHERE c.size = place.size) FROM place
    UNION ALL
    SELECT size, (
        SELECT min(witness) FROM log_cosignature AS c
        WHERE c.size = known.size AND c.witness > known.witness
    ) FROM known WHERE witness IS NOT NULL
), ends (size, witness, at) AS (
    SELECT size, witness, (
        SELECT min(at) FROM log_cosignature AS c WHERE c.size = known.size AND c.witness = known.witness
    ) FROM known
    UNION
    SELECT size, witness, (
        SELECT max(at) FROM log_cosignature AS c WHERE c.size = known.size AND c.witness = known.witness
    ) FROM known
)
SELECT c.size, c.witness, c.at, c.line FROM ends
CROSS JOIN log_cosignature AS c WHERE c.size = ends.size AND c.witness = ends.witness AND c.at = ends.at
ORDER BY c.at, c.witness
"""
# Of each company of witnesses that ever signed together (a handful), the size nearest to a bound: an index
# probe for the next company and one for its size.
_SIZES = """
WITH RECURSIVE company (signers) AS (
    SELECT min(signers) FROM log_signers
    UNION ALL
    SELECT (SELECT min(signers) FROM log_signers WHERE signers > company.signers)
    FROM company WHERE company.signers IS NOT NULL
)
SELECT signers, (
    SELECT {end}(size) FROM log_signers WHERE signers = company.signers AND size {bound} ?
) FROM company WHERE signers IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """A witness's line under a checkpoint; `at` is the time inside it."""

    size: int
    witness: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as the log signed it, with the witness lines known for its size, oldest first: of each
    witness its first and its newest."""

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
    bump_version(connection, PAGES, [PROOF])


def add_cosignatures(connection: Connection, lines: Sequence[StoredCosignature]) -> None:
    """Keep witness lines; a line already there is left alone.

    Pages tell of each witness's earliest line for a size: a later one, a sign of life, changes none of them.
    """
    changed: set[str] = set()
    for each in lines:
        place = (each.size, each.witness, to_micros(each.at))
        earliest = select(connection, _EARLIEST, place[:2])[0][0]
        known = select(
            connection, "SELECT 1 FROM log_cosignature WHERE size = ? AND witness = ? AND at = ?", place
        )
        if not known:
            insert_rows(connection, log_cosignature, ("size", "witness", "at", "line"), [(*place, each.line)])
        if earliest is None or place[2] < earliest:
            changed |= {PROOF, size_key(each.size)}
            if select(connection, _LARGER, (each.size,)):
                changed.add(LATE_PROOF)
    bump_version(connection, PAGES, changed)


def find_latest_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """The newest one, cosigned or not."""
    return _one(connection, f"{_CHECKPOINT} ORDER BY size DESC LIMIT 1")


def find_checkpoint(connection: Connection, size: int) -> StoredCheckpoint | None:
    return _one(connection, f"{_CHECKPOINT} WHERE size = ?", (size,))


def find_first_covering(
    connection: Connection, index: int, witnesses: Collection[str]
) -> StoredCheckpoint | None:
    """The first checkpoint above `index` that every one of `witnesses` signed: the proof of "existed by"."""
    return _cosigned(connection, witnesses, ">", index, last=False)


def find_last_before(
    connection: Connection, index: int, witnesses: Collection[str]
) -> StoredCheckpoint | None:
    """The last fully cosigned checkpoint that does not hold `index` yet: the proof of "not earlier than"."""
    return _cosigned(connection, witnesses, "<=", index, last=True)


def read_last_signed(connection: Connection, witness: str) -> tuple[int, datetime | None]:
    """The largest size under which this witness's line is kept, and its last time there, else (0, None)."""
    sql = "SELECT coalesce(max(size), 0) FROM log_cosignature WHERE witness = ?"
    size = int(select(connection, sql, (witness,))[0][0])
    last = select(connection, _LAST, (size, witness))[0][0]
    return size, None if last is None else from_micros(last)


def find_newest_cosigned(connection: Connection, witnesses: Collection[str]) -> StoredCheckpoint | None:
    """The newest checkpoint that every one of `witnesses` signed."""
    return _cosigned(connection, witnesses, ">=", 0, last=True)


def _cosigned(
    connection: Connection, witnesses: Collection[str], bound: str, limit: int, *, last: bool
) -> StoredCheckpoint | None:
    wanted, end = set(witnesses), "max" if last else "min"
    if not wanted:
        sql = f"SELECT {end}(size) FROM log_checkpoint WHERE size {bound} ?"  # noqa: S608 - words of ours
        sizes = [size for (size,) in select(connection, sql, (limit,))]
    else:
        rows = select(connection, _SIZES.format(end=end, bound=bound), (limit,))
        sizes = [size for signers, size in rows if wanted.issubset(signers.split("\n"))]
    known = [int(size) for size in sizes if size is not None]
    if not known:
        return None
    return find_checkpoint(connection, max(known) if last else min(known))


def _one(connection: Connection, sql: str, values: tuple[object, ...] = ()) -> StoredCheckpoint | None:
    rows = select(connection, sql, values)
    return _stored(rows[0], select(connection, _ENDS, (rows[0][0],))) if rows else None


def _stored(row: tuple[Any, ...], lines: Sequence[tuple[Any, ...]]) -> StoredCheckpoint:
    size, root, note, at = row
    cosignatures = tuple([StoredCosignature(s, name, from_micros(t), line) for s, name, t, line in lines])
    return StoredCheckpoint(int(size), bytes(root), note, from_micros(at), cosignatures)


def list_checkpoints(connection: Connection) -> list[StoredCheckpoint]:
    """Every checkpoint that the log ever signed, in order of size, with every line that was ever kept."""
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for line in select(connection, f"{_LINES} ORDER BY size, at, witness"):
        lines.setdefault(line[0], []).append(line)
    rows = select(connection, f"{_CHECKPOINT} ORDER BY size")
    return [_stored(row, lines.get(row[0], ())) for row in rows]
