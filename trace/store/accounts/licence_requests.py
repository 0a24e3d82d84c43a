"""Licences that firms ask an authority to state, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.licences import licence_request

ASKED, ACCEPTED, REFUSED = "asked", "accepted", "refused"
_COLUMNS: Final = ("id", "iss", "person", "data", "note", "state", "asked_at", "reason", "batch")
_LISTED: Final = ", ".join(_COLUMNS)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class LicenceRequest:
    """A licence that somebody of a firm asked for; `data` is what an authority signs, `batch` where."""

    id: str
    iss: str
    person: str
    data: Mapping[str, Any]
    note: str
    state: str
    asked_at: datetime
    reason: str = ""
    batch: str = ""


def add_licence_request(connection: Connection, one: LicenceRequest) -> None:
    """Note a request."""
    text = orjson.dumps(dict(one.data), option=orjson.OPT_SORT_KEYS).decode()
    row = (one.id, one.iss, one.person, text, one.note, one.state, to_micros(one.asked_at), None, None)
    insert_rows(connection, licence_request, _COLUMNS, [row])


def find_licence_request(connection: Connection, number: str) -> LicenceRequest | None:
    """The request of that number."""
    found = _requests(connection, "id = ?", number)
    return found[0] if found else None


def requests_of(connection: Connection, iss: str) -> list[LicenceRequest]:
    """A firm's requests, the newest first."""
    return _requests(connection, "iss = ? ORDER BY asked_at DESC, id", iss)


def waiting_licence_requests(connection: Connection) -> list[LicenceRequest]:
    """What waits for an authority, the oldest first."""
    return _requests(connection, "state = ? ORDER BY asked_at, id", ASKED)


def decide_licence_request(
    connection: Connection, number: str, state: str, by: str, at: datetime, reason: str
) -> bool:
    """Whether it was still to be decided, and now is."""
    sql = (
        "UPDATE licence_request SET state = ?, decided_by = ?, decided_at = ?, reason = ? "
        "WHERE id = ? AND state = ? RETURNING id"
    )
    return bool(select(connection, sql, (state, by, to_micros(at), reason, number, ASKED)))


def note_licence_batch(connection: Connection, number: str, batch: str) -> None:
    """Note where its licence waits to be signed."""
    run_many(connection, "UPDATE licence_request SET batch = ? WHERE id = ?", [(batch, number)])


def _requests(connection: Connection, where: str, value: str) -> list[LicenceRequest]:
    sql = f"SELECT {_LISTED} FROM licence_request WHERE {where} LIMIT {_MOST}"  # noqa: S608 - own names
    return [
        LicenceRequest(
            number,
            iss,
            person,
            orjson.loads(data),
            note,
            state,
            from_micros(asked),
            reason or "",
            batch or "",
        )
        for number, iss, person, data, note, state, asked, reason, batch in select(connection, sql, (value,))
    ]
