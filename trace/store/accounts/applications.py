"""Applications as rows, and what the platform knows of a party beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from trace.store.accounts.sessions import session_hash
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.applications import application

FILED, ACCEPTED, REFUSED = "filed", "accepted", "refused"
_ROWS = (
    "SELECT a.number, a.urn, a.data, a.filed_at, a.state, a.decided_at, coalesce(p.name, ''), "
    "coalesce(a.reason, ''), coalesce(a.batch, '') "
    "FROM application a LEFT JOIN person p ON p.id = a.decided_by WHERE "
)


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application: what was stated, how far it is, who decided and why, what is to be signed for it."""

    number: str
    urn: str
    data: Mapping[str, Any]
    filed_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str
    reason: str
    batch: str


def add_application(
    connection: Connection, number: str, token: str, urn: str, data: Mapping[str, Any], at: datetime
) -> None:
    """Keep an application under its number, and the link by which it is followed."""
    columns = ("number", "hash", "urn", "data", "filed_at", "state")
    text = orjson.dumps(dict(data)).decode()
    insert_rows(
        connection, application, columns, [(number, session_hash(token), urn, text, to_micros(at), FILED)]
    )


def find_application(connection: Connection, number: str) -> ApplicationRow | None:
    found = _applications(connection, "a.number = ?", number)
    return found[0] if found else None


def find_followed(connection: Connection, token: str) -> ApplicationRow | None:
    """The application behind an applicant's link."""
    found = _applications(connection, "a.hash = ?", session_hash(token))
    return found[0] if found else None


def list_applications(connection: Connection, state: str) -> list[ApplicationRow]:
    """Those of a state, the oldest first."""
    return _applications(connection, "a.state = ? ORDER BY a.filed_at, a.number", state)


def list_for(connection: Connection, urn: str) -> list[ApplicationRow]:
    """Every application of a party, the oldest first."""
    return _applications(connection, "a.urn = ? ORDER BY a.filed_at, a.number", urn)


def _applications(connection: Connection, condition: str, value: str) -> list[ApplicationRow]:
    return [
        ApplicationRow(
            number, urn, orjson.loads(data), from_micros(filed), state,
            None if decided is None else from_micros(decided), by, reason, batch,
        )
        for number, urn, data, filed, state, decided, by, reason, batch in select(
            connection, _ROWS + condition, (value,)
        )
    ]  # fmt: skip


def decide_application(
    connection: Connection, number: str, state: str, by: str, reason: str, at: datetime
) -> bool:
    """Decide what nobody has decided yet; False where another was quicker."""
    text = (
        "UPDATE application SET state = ?, decided_by = ?, reason = ?, decided_at = ? "
        "WHERE number = ? AND state = ? RETURNING 1"
    )
    return bool(select(connection, text, (state, by, reason or None, to_micros(at), number, FILED)))


def hold_applications(connection: Connection, urn: str) -> None:
    """Let nobody else decide on those of a party before this transaction ends: of two registrars who accept
    two of them at once, one is later (PostgreSQL; SQLite has one writer)."""
    run_many(connection, "UPDATE application SET urn = urn WHERE urn = ?", [(urn,)])


def note_batch(connection: Connection, number: str, batch: str) -> None:
    run_many(connection, "UPDATE application SET batch = ? WHERE number = ?", [(batch, number)])


@dataclass(frozen=True, slots=True)
class KnownParty:
    """What the log says of a party: its last statement, its licences by number, how many keys it has."""

    stated: Mapping[str, Any]
    licences: tuple[str, ...]
    keys: int = 0


def known_party(connection: Connection, urn: str) -> KnownParty:
    """What signed records have told of a party, nothing where there are none."""
    rows = select(connection, "SELECT data FROM party WHERE urn = ?", (urn,))
    stated: Mapping[str, Any] = orjson.loads(rows[0][0]) if rows else {}
    licences = select(connection, "SELECT data FROM licence WHERE holder = ? ORDER BY urn", (urn,))
    numbers = tuple(str(orjson.loads(row[0]).get("number", "")) for row in licences)
    text = "SELECT count(*) FROM signing_key WHERE holder = ? AND revoked_index IS NULL"
    return KnownParty(stated, numbers, int(select(connection, text, (urn,))[0][0]))
