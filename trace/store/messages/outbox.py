"""Notices to other systems, written in the transaction that caused them and sent afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.log import outbox

_COLUMNS = ("id", "topic", "payload", "created_at", "due_at", "attempts", "person")
_DUE = (
    "SELECT id, topic, payload, created_at, attempts FROM outbox "
    "WHERE done_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message that waits to be sent; `attempts` were made before. `person`: to whom alone it goes."""

    id: int
    topic: str
    payload: Mapping[str, object]
    created_at: datetime
    attempts: int
    person: str = ""


def put_notices(
    connection: Connection,
    notices: Sequence[tuple[str, Mapping[str, object]]],
    at: datetime,
    person: str = "",
) -> list[int]:
    """Add (topic, payload) pairs, due at once, to one person alone where one is named; their numbers."""
    micros = to_micros(at)
    rows = [
        (
            new_id(micros),
            topic,
            orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode(),
            micros,
            micros,
            0,
            person or None,
        )
        for topic, payload in notices
    ]
    insert_rows(connection, outbox, _COLUMNS, rows)
    return [row[0] for row in rows]


def list_due_notices(connection: Connection, now: datetime, limit: int = 100) -> list[Notice]:
    """The notices whose time has come, oldest first."""
    return [
        Notice(int(id_), topic, orjson.loads(payload), from_micros(created), int(attempts))
        for id_, topic, payload, created, attempts in select(connection, _DUE, (to_micros(now), limit))
    ]


def count_notices(connection: Connection, person: str, topic: str, since: datetime) -> int:
    """How many notices of a topic were put for one person since then, sent or not."""
    text = "SELECT COUNT(*) FROM outbox WHERE id >= ? AND person = ? AND topic = ?"
    return int(select(connection, text, (_first_id(to_micros(since)), person, topic))[0][0])


def mark_sent(connection: Connection, notice: int, at: datetime) -> None:
    run_many(
        connection,
        "UPDATE outbox SET done_at = ?, attempts = attempts + 1, last_error = NULL WHERE id = ?",
        [(to_micros(at), notice)],
    )


def mark_failed(connection: Connection, notice: int, error: str, now: datetime, wait: timedelta) -> None:
    """Note the failure and try again after `wait`."""
    run_many(
        connection,
        "UPDATE outbox SET attempts = attempts + 1, last_error = ?, due_at = ? WHERE id = ?",
        [(error[:500], to_micros(now + wait), notice)],
    )


def new_id(micros: int) -> int:
    """Time-ordered 63 bits: milliseconds, then 21 random bits; made here, not by the database."""
    return _first_id(micros) | secrets.randbits(21)


def _first_id(micros: int) -> int:
    return (micros // 1000) << 21
