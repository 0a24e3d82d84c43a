"""Sessions as rows: found by the hash of what their bearer has, never by anything that stands in a row."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.accounts.people import new_number
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.accounts import session

FULL = "full"
HALF = "password"
"""The level of a session whose second factor is still to come."""
_COLUMNS = ("hash", "id", "person", "membership", "level", "created_at", "seen_at", "address", "agent")
_ROWS = (
    "SELECT id, person, membership, level, created_at, seen_at, address, agent, ended_at FROM session WHERE "
)
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: whose, since when, last seen, from where."""

    id: str
    person: str
    membership: str | None
    level: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from: its address, and what its browser says of itself."""

    address: str = ""
    agent: str = ""


def add_session(
    connection: Connection, who: str, member: str | None, level: str, device: Device, at: datetime
) -> str:
    """A new session's token; this is the only moment at which it can be read."""
    token = secrets.token_urlsafe(32)
    moment = to_micros(at)
    agent = device.agent[:_LONGEST_AGENT]
    row = (session_hash(token), new_number(), who, member, level, moment, moment, device.address, agent)
    insert_rows(connection, session, _COLUMNS, [row])
    return token


def find_session(connection: Connection, token: str) -> Session | None:
    """The session of a token, ended or not."""
    found = _sessions(connection, "hash = ?", session_hash(token))
    return found[0] if found else None


def list_sessions(connection: Connection, who: str) -> list[Session]:
    """The living sessions of somebody, the last seen first."""
    return _sessions(connection, "person = ? AND ended_at IS NULL ORDER BY seen_at DESC, id", who)


def _sessions(connection: Connection, condition: str, value: str) -> list[Session]:
    return [
        Session(
            number,
            who,
            member,
            level,
            from_micros(made),
            from_micros(seen),
            address,
            agent,
            ended is not None,
        )
        for number, who, member, level, made, seen, address, agent, ended in select(
            connection, _ROWS + condition, (value,)
        )
    ]


def touch_session(connection: Connection, number: str, at: datetime) -> None:
    """Note that it was used."""
    run_many(connection, "UPDATE session SET seen_at = ? WHERE id = ?", [(to_micros(at), number)])


def act_for(connection: Connection, number: str, member: str) -> None:
    """Let a session act by another membership of its person."""
    run_many(connection, "UPDATE session SET membership = ? WHERE id = ?", [(member, number)])


def end_session(connection: Connection, number: str, why: str, at: datetime) -> None:
    text = "UPDATE session SET ended_at = ?, ending = ? WHERE id = ? AND ended_at IS NULL"
    run_many(connection, text, [(to_micros(at), why, number)])


def end_sessions(connection: Connection, who: str, why: str, at: datetime) -> None:
    """End every session of somebody."""
    text = "UPDATE session SET ended_at = ?, ending = ? WHERE person = ? AND ended_at IS NULL"
    run_many(connection, text, [(to_micros(at), why, who)])


def session_hash(token: str) -> str:
    """Hex SHA-256 of a token's text: nothing to guess, so no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
