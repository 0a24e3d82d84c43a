"""What somebody signs in with, and what happened to it, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from trace.store.accounts.people import new_number
from trace.store.accounts.sessions import Device
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.messages.outbox import new_id
from trace.store.tables.accounts import credential, sign_in_event

PASSWORD, TOTP, PASSKEY, RECOVERY = "password", "totp", "passkey", "recovery"
PROVIDER = "provider"
"""An account at the provider that platform.toml names: its issuer and its subject there."""
_ROWS = (
    "SELECT id, person, kind, secret, label, state, created_at, used_at FROM credential "
    "WHERE ended_at IS NULL AND "
)


@dataclass(frozen=True, slots=True)
class Credential:
    """One way in: `secret` is what it is checked with, `state` what was learned of it."""

    id: str
    person: str
    kind: str
    secret: str
    label: str
    state: Mapping[str, Any]
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignInEvent:
    """Something that happened to an account: `done_by` is another person's name, "" for oneself."""

    kind: str
    at: datetime
    address: str
    agent: str
    done_by: str


def add_credential(
    connection: Connection,
    who: str,
    kind: str,
    secret: str,
    at: datetime,
    *,
    label: str = "",
    state: Mapping[str, Any] | None = None,
) -> str:
    """A new credential's number."""
    number = new_number()
    columns = ("id", "person", "kind", "secret", "label", "state", "created_at")
    row = (number, who, kind, secret, label, orjson.dumps(dict(state or {})).decode(), to_micros(at))
    insert_rows(connection, credential, columns, [row])
    return number


def credentials_of(connection: Connection, who: str) -> list[Credential]:
    """Everything that somebody can sign in with now, the oldest first."""
    return _read(connection, "person = ? ORDER BY created_at, id", (who,))


def linked_accounts(connection: Connection, secret: str) -> list[Credential]:
    """Who is linked with an account of a provider: nobody or one."""
    return _read(connection, "kind = ? AND secret = ?", (PROVIDER, secret))


def _read(connection: Connection, condition: str, values: tuple[str, ...]) -> list[Credential]:
    rows = select(connection, _ROWS + condition, values)
    return [
        Credential(
            id=number,
            person=person,
            kind=kind,
            secret=secret,
            label=label,
            state=orjson.loads(state),
            created_at=from_micros(made),
            used_at=None if used is None else from_micros(used),
        )
        for number, person, kind, secret, label, state, made, used in rows
    ]


def note_use(connection: Connection, number: str, state: Mapping[str, Any], at: datetime) -> None:
    """Keep what a use taught, and when it was."""
    text = "UPDATE credential SET state = ?, used_at = ? WHERE id = ?"
    run_many(connection, text, [(orjson.dumps(dict(state)).decode(), to_micros(at), number)])


def learn(connection: Connection, one: Credential, state: Mapping[str, Any], at: datetime) -> bool:
    """Keep what a use taught; False where another use was quicker: what is good once is not good twice."""
    text = (
        "UPDATE credential SET state = ?, used_at = ? WHERE id = ? AND state = ? AND ended_at IS NULL "
        "RETURNING 1"
    )
    before, after = (orjson.dumps(dict(each)).decode() for each in (one.state, state))
    return bool(select(connection, text, (after, to_micros(at), one.id, before)))


def renew_secret(connection: Connection, number: str, secret: str) -> None:
    """The same credential, kept otherwise."""
    run_many(connection, "UPDATE credential SET secret = ? WHERE id = ?", [(secret, number)])


def plain_secrets(connection: Connection, sealed: str) -> list[tuple[str, str, str]]:
    """(number, person, secret) of the apps whose secret does not begin with `sealed`, ended ones too."""
    text = "SELECT id, person, secret FROM credential WHERE kind = ? AND secret NOT LIKE ? ORDER BY id"
    return [
        (str(one), str(who), str(kept)) for one, who, kept in select(connection, text, (TOTP, f"{sealed}%"))
    ]


def end_credential(connection: Connection, number: str, at: datetime) -> bool:
    """End a way in; False where it had ended."""
    text = "UPDATE credential SET ended_at = ? WHERE id = ? AND ended_at IS NULL RETURNING 1"
    return bool(select(connection, text, (to_micros(at), number)))


def end_credentials(connection: Connection, who: str, at: datetime, kind: str = "") -> None:
    """End every way in of somebody, or those of one kind."""
    text = "UPDATE credential SET ended_at = ? WHERE person = ? AND ended_at IS NULL AND (kind = ? OR ? = '')"
    run_many(connection, text, [(to_micros(at), who, kind, kind)])


def add_event(
    connection: Connection, who: str, kind: str, device: Device, at: datetime, done_by: str | None = None
) -> None:
    """Write down what happened to somebody's account."""
    moment = to_micros(at)
    columns = ("id", "person", "kind", "at", "address", "agent", "done_by")
    row = (new_id(moment), who, kind, moment, device.address, device.agent[:200], done_by)
    insert_rows(connection, sign_in_event, columns, [row])


def events_of(connection: Connection, who: str, most: int) -> list[SignInEvent]:
    """What happened to somebody's account, the last first."""
    text = (
        "SELECT e.kind, e.at, e.address, e.agent, coalesce(p.name, '') FROM sign_in_event e "
        "LEFT JOIN person p ON p.id = e.done_by WHERE e.person = ? ORDER BY e.at DESC, e.id DESC LIMIT ?"
    )
    return [
        SignInEvent(kind, from_micros(at), address, agent, name)
        for kind, at, address, agent, name in select(connection, text, (who, most))
    ]
