"""Batches of drafts that wait for a signature, and what became of each draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.signing import signing_batch, signing_draft

_BATCH: Final = ("id", "iss", "person", "title", "made_at", "signed_at", "anchor")
_READ: Final = ", ".join(_BATCH)
_WAITING: Final = "SELECT count(*) FROM signing_draft WHERE batch = signing_batch.id AND stmt IS NULL"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch: whose, prepared by whom, and what its statements will say of time and log."""

    id: str
    iss: str
    person: str
    title: str
    made_at: datetime
    signed_at: datetime
    anchor: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft of a batch, from place 1 on; `stmt` once it is a statement of the log."""

    place: int
    content: Mapping[str, Any]
    stmt: str | None = None
    log: str | None = None
    index: int | None = None
    marks: tuple[str, ...] = ()
    kid: str | None = None
    person: str | None = None
    taken_at: datetime | None = None
    instead_of: str | None = None


def add_batch(connection: Connection, batch: BatchRow, contents: Iterable[Mapping[str, Any]]) -> None:
    """Keep a batch with its drafts, in their order."""
    times = (to_micros(batch.made_at), to_micros(batch.signed_at))
    row = (batch.id, batch.iss, batch.person, batch.title, *times, batch.anchor)
    insert_rows(connection, signing_batch, _BATCH, [row])
    rows = [
        (batch.id, place, orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS).decode())
        for place, content in enumerate(contents, 1)
    ]
    insert_rows(connection, signing_draft, ("batch", "place", "content"), rows)


def find_batch(connection: Connection, number: str, iss: str) -> BatchRow | None:
    """A batch of an organisation."""
    sql = f"SELECT {_READ} FROM signing_batch WHERE id = ? AND iss = ?"  # noqa: S608 - own names
    return next((_batch(row) for row in select(connection, sql, (number, iss))), None)


def count_waiting(connection: Connection, iss: str) -> tuple[int, int]:
    """How many batches of an organisation still have drafts to be signed, and when the newest was made."""
    sql = (
        "SELECT count(DISTINCT signing_batch.id), max(signing_batch.made_at) FROM signing_batch "
        "JOIN signing_draft ON signing_draft.batch = signing_batch.id "
        "WHERE signing_batch.iss = ? AND signing_draft.stmt IS NULL"
    )
    ((count, newest),) = select(connection, sql, (iss,))
    return int(count), int(newest or 0)


def list_waiting(connection: Connection, iss: str, limit: int = 50) -> list[tuple[BatchRow, int]]:
    """An organisation's batches that still have drafts to be signed, the newest first, with their number."""
    sql = (
        f"SELECT {_READ}, ({_WAITING}) FROM signing_batch WHERE iss = ? "  # noqa: S608 - own names
        f"AND ({_WAITING}) > 0 ORDER BY made_at DESC LIMIT ?"
    )
    return [(_batch(row), int(row[7])) for row in select(connection, sql, (iss, limit))]


def renew_batch(connection: Connection, number: str, signed_at: datetime, anchor: str) -> None:
    """Let its statements name this time and this checkpoint."""
    sql = "UPDATE signing_batch SET signed_at = ?, anchor = ? WHERE id = ?"
    run_many(connection, sql, [(to_micros(signed_at), anchor, number)])


def read_drafts(connection: Connection, number: str) -> list[DraftRow]:
    """The drafts of a batch, in their order."""
    sql = (
        "SELECT place, content, stmt, log, idx, marks, kid, person, taken_at, instead_of "
        "FROM signing_draft "
        "WHERE batch = ? ORDER BY place"
    )
    return [
        DraftRow(
            int(place),
            orjson.loads(content),
            stmt,
            log,
            idx,
            tuple((marks or "").split()),
            kid,
            person,
            None if at is None else from_micros(at),
            instead_of,
        )
        for place, content, stmt, log, idx, marks, kid, person, at, instead_of in select(
            connection, sql, (number,)
        )
    ]


def note_taken(connection: Connection, number: str, drafts: Sequence[DraftRow]) -> None:
    """Note of these drafts which statements they became."""
    sql = (
        "UPDATE signing_draft SET stmt = ?, log = ?, idx = ?, marks = ?, kid = ?, person = ?, "
        "instead_of = ?, taken_at = ? WHERE batch = ? AND place = ? AND stmt IS NULL"
    )
    rows = [
        (
            *(one.stmt, one.log, one.index, " ".join(one.marks), one.kid, one.person, one.instead_of),
            *(None if one.taken_at is None else to_micros(one.taken_at), number, one.place),
        )
        for one in drafts
    ]
    run_many(connection, sql, rows)


def drop_waiting(connection: Connection, number: str) -> None:
    """Let nobody sign what of a batch is not signed yet."""
    run_many(connection, "DELETE FROM signing_draft WHERE batch = ? AND stmt IS NULL", [(number,)])


def list_waiting_drafts(
    connection: Connection, iss: str, most: int
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(batch, its title, what a draft says) of an organisation's newest drafts of forms that wait for a
    signature; not of tables that were uploaded, whose rows are mended where they stand."""
    sql = (
        "SELECT b.id, b.title, d.content FROM signing_batch b JOIN signing_draft d ON d.batch = b.id "
        "WHERE b.iss = ? AND d.stmt IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM upload_draft u WHERE u.batch = b.id) "
        "ORDER BY b.made_at DESC, d.place LIMIT ?"
    )
    return [(batch, title, orjson.loads(said)) for batch, title, said in select(connection, sql, (iss, most))]


def waiting_batches(connection: Connection, iss: str) -> set[str]:
    """The batches of an organisation in which a draft waits for a signature."""
    sql = (
        "SELECT b.id FROM signing_batch b WHERE b.iss = ? "
        "AND EXISTS (SELECT 1 FROM signing_draft d WHERE d.batch = b.id AND d.stmt IS NULL)"
    )
    return {row[0] for row in select(connection, sql, (iss,))}


def _batch(row: Sequence[Any]) -> BatchRow:
    number, iss, person, title, made, signed, anchor = row[:7]
    return BatchRow(number, iss, person, title, from_micros(made), from_micros(signed), anchor)
