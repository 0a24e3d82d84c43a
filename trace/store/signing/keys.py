"""Challenges, requests for keys, and keys that the service holds, sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables.signing import held_key, key_challenge, key_request

ASKED, ACCEPTED, REFUSED, WITHDRAWN = "asked", "accepted", "refused", "withdrawn"
_COLUMNS: Final = (
    *("kid", "iss", "person", "label", "custody", "data", "state", "asked_at"),
    *("decided_at", "decided_by", "reason", "seen_at", "batch"),
)
_LISTED: Final = ", ".join(_COLUMNS)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """A key that somebody asked to have registered; `data` is what a registrar signs."""

    kid: str
    iss: str
    person: str
    label: str
    custody: str
    data: Mapping[str, Any]
    state: str
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    seen_at: datetime | None = None
    batch: str = ""
    """What a registrar signs for it, once it was accepted."""


def add_challenge(connection: Connection, challenge: str, person: str, iss: str, at: datetime) -> None:
    """Note a challenge that was handed out."""
    insert_rows(
        connection,
        key_challenge,
        ("challenge", "person", "iss", "made_at"),
        [(challenge, person, iss, to_micros(at))],
    )


def take_challenge(connection: Connection, challenge: str, person: str, iss: str, since: datetime) -> bool:
    """Whether it was handed to this person for this organisation since then; it is good once."""
    values = (challenge, person, iss, to_micros(since))
    sql = "DELETE FROM key_challenge WHERE challenge = ? AND person = ? AND iss = ? AND made_at >= ?"
    found = bool(select(connection, f"{sql} RETURNING challenge", values))
    run_many(connection, "DELETE FROM key_challenge WHERE made_at < ?", [(to_micros(since),)])
    return found


def add_request(connection: Connection, one: KeyRequest) -> None:
    """Note a request; raises `AlreadyRecorded` for a key that was asked for before."""
    row = (
        *(one.kid, one.iss, one.person, one.label, one.custody),
        *(orjson.dumps(dict(one.data), option=orjson.OPT_SORT_KEYS).decode(), one.state),
        *(to_micros(one.asked_at), None, None, None, _micros(one.seen_at), None),
    )
    insert_rows(connection, key_request, _COLUMNS, [row])


def find_request(connection: Connection, kid: str) -> KeyRequest | None:
    """The request for a key."""
    found = _requests(connection, "kid = ?", kid)
    return found[0] if found else None


def list_requests(connection: Connection, iss: str) -> list[KeyRequest]:
    """An organisation's requests, the newest first."""
    return _requests(connection, "iss = ? ORDER BY asked_at DESC, kid", iss)


def list_open_requests(connection: Connection, limit: int = 200) -> list[KeyRequest]:
    """What waits for a registrar, the oldest first."""
    return _requests(connection, "state = ? ORDER BY asked_at, kid LIMIT ?", ASKED, limit)


def decide_request(connection: Connection, kid: str, state: str, by: str, at: datetime, reason: str) -> bool:
    """Take a request that waits into its end; False for one that was decided."""
    sql = (
        "UPDATE key_request SET state = ?, decided_by = ?, decided_at = ?, reason = ? "
        "WHERE kid = ? AND state = ? RETURNING kid"
    )
    return bool(select(connection, sql, (state, by, to_micros(at), reason or None, kid, ASKED)))


def take_back(connection: Connection, kid: str, state: str, by: str, at: datetime) -> None:
    """Take a request into its end that nobody has signed for, decided or not."""
    sql = "UPDATE key_request SET state = ?, decided_by = ?, decided_at = ? WHERE kid = ?"
    run_many(connection, sql, [(state, by, to_micros(at), kid)])


def note_registration(connection: Connection, kid: str, batch: str) -> None:
    """Note the batch that holds the registration of an accepted key."""
    run_many(connection, "UPDATE key_request SET batch = ? WHERE kid = ?", [(batch, kid)])


def stop_key(connection: Connection, kid: str, iss: str, person: str, by: str, at: datetime) -> bool:
    """Let nothing more be taken from a key; False where it was stopped before."""
    sql = (
        "INSERT INTO stopped_key (kid, iss, person, stopped_at, stopped_by) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (kid) DO NOTHING RETURNING 1"
    )
    return bool(select(connection, sql, (kid, iss, person, to_micros(at), by)))


def stopped_among(connection: Connection, kids: Collection[str]) -> frozenset[str]:
    """Those of these keys from which nothing is taken any more."""
    rows = rows_where(connection, "SELECT kid FROM stopped_key WHERE kid {among}", kids)
    return frozenset(str(kid) for (kid,) in rows)


def see_key(connection: Connection, kid: str, iss: str, at: datetime) -> None:
    """Note that a device showed its key."""
    sql = "UPDATE key_request SET seen_at = ? WHERE kid = ? AND iss = ?"
    run_many(connection, sql, [(to_micros(at), kid, iss)])


def add_held_key(connection: Connection, kid: str, iss: str, sealed: str, at: datetime) -> None:
    """Keep a private key, sealed."""
    insert_rows(
        connection, held_key, ("kid", "iss", "sealed", "made_at"), [(kid, iss, sealed, to_micros(at))]
    )


def find_held_key(connection: Connection, kid: str, iss: str) -> str | None:
    """The sealed key of an organisation."""
    found = select(connection, "SELECT sealed FROM held_key WHERE kid = ? AND iss = ?", (kid, iss))
    return str(found[0][0]) if found else None


def list_held_keys(connection: Connection, iss: str) -> list[str]:
    """The ids of the keys that the service holds for an organisation."""
    sql = "SELECT kid FROM held_key WHERE iss = ? ORDER BY made_at, kid"
    return [str(kid) for (kid,) in select(connection, sql, (iss,))]


def every_held_key(connection: Connection) -> list[tuple[str, str]]:
    """(key id, holder) of all keys that the service holds, the oldest first."""
    rows = select(connection, "SELECT kid, iss FROM held_key ORDER BY made_at, kid")
    return [(str(kid), str(iss)) for kid, iss in rows]


def last_uses(connection: Connection, iss: str) -> dict[str, datetime]:
    """Key id -> when something that it signed was last logged here."""
    sql = "SELECT kid, max(logged_at) FROM log_entry WHERE iss = ? GROUP BY kid"
    return {str(kid): from_micros(int(at)) for kid, at in select(connection, sql, (iss,))}


def _requests(connection: Connection, condition: str, *values: object) -> list[KeyRequest]:
    sql = f"SELECT {_LISTED} FROM key_request WHERE {condition}"  # noqa: S608 - conditions of ours
    return [_request(row) for row in select(connection, sql, values)]


def _request(row: Sequence[Any]) -> KeyRequest:
    kid, iss, person, label, custody, data, state, asked, decided, by, reason, seen, batch = row
    return KeyRequest(
        kid,
        iss,
        person,
        label,
        custody,
        orjson.loads(data),
        state,
        from_micros(asked),
        _moment(decided),
        by,
        reason,
        _moment(seen),
        batch or "",
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(at: int | None) -> datetime | None:
    return None if at is None else from_micros(at)
