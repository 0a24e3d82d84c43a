"""Invitations as rows: a link that makes whoever follows it a member, or lets a member back in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from trace.store.accounts.sessions import session_hash
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.accounts import invitation

_COLUMNS = (
    "hash", "organisation", "person", "name", "roles", "given_by", "created_at", "opens_at", "expires_at",
    "lost",
)  # fmt: skip
_ROWS = (
    "SELECT hash, organisation, person, name, roles, given_by, opens_at, expires_at, lost FROM invitation "
    "WHERE used_at IS NULL AND withdrawn_at IS NULL AND expires_at > ? AND "
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom it is for, as what, and between which moments; with a `person` it is a new way in for a member."""

    organisation: str
    name: str
    roles: tuple[str, ...]
    opens_at: datetime
    expires_at: datetime
    person: str | None = None
    given_by: str | None = None
    hash: str = ""
    lost: str = ""
    """Of a new way in: what it replaces."""


def new_token() -> str:
    """A link's token: it can be read when it is made and never again."""
    return secrets.token_urlsafe(24)


def add_invitation(connection: Connection, new: Invitation, at: datetime, token: str) -> None:
    """Register an invitation by the hash of its link's token."""
    row = (
        session_hash(token), new.organisation, new.person, new.name, " ".join(new.roles), new.given_by,
        to_micros(at), to_micros(new.opens_at), to_micros(new.expires_at), new.lost or None,
    )  # fmt: skip
    insert_rows(connection, invitation, _COLUMNS, [row])


def find_invitation(connection: Connection, token: str, at: datetime) -> Invitation | None:
    """The invitation of a link, if it still stands."""
    found = _invitations(connection, "hash = ?", session_hash(token), at)
    return found[0] if found else None


def list_invitations(connection: Connection, urn: str, at: datetime) -> list[Invitation]:
    """What an organisation has open for new members, the first to end first."""
    condition = "organisation = ? AND person IS NULL ORDER BY expires_at, hash"
    return _invitations(connection, condition, urn, at)


def open_recovery(connection: Connection, who: str, at: datetime) -> datetime | None:
    """From when on an open link lets somebody back in."""
    found = _invitations(connection, "person = ? ORDER BY opens_at", who, at)
    return found[0].opens_at if found else None


def _invitations(connection: Connection, condition: str, value: str, at: datetime) -> list[Invitation]:
    return [
        Invitation(
            row[1],
            row[3],
            tuple(row[4].split()),
            from_micros(row[6]),
            from_micros(row[7]),
            row[2],
            row[5],
            row[0],
            row[8] or "",
        )
        for row in select(connection, _ROWS + condition, (to_micros(at), value))
    ]


def close_invitation(
    connection: Connection, kept: str, column: Literal["used", "withdrawn"], at: datetime
) -> int:
    """Mark it used or withdrawn; how many were open (1, or 0 where another was quicker)."""
    text = (
        f"UPDATE invitation SET {column}_at = ? WHERE hash = ? "  # noqa: S608 - one of two names of ours
        "AND used_at IS NULL AND withdrawn_at IS NULL RETURNING 1"
    )
    return len(select(connection, text, (to_micros(at), kept)))


def withdraw_for(connection: Connection, who: str, at: datetime) -> None:
    """Withdraw every open way back in of somebody: only the newest counts."""
    text = (
        "UPDATE invitation SET withdrawn_at = ? WHERE person = ? AND used_at IS NULL AND withdrawn_at IS NULL"
    )
    run_many(connection, text, [(to_micros(at), who)])


def withdraw_given(connection: Connection, who: str, at: datetime) -> None:
    """Withdraw every open link that somebody made, whomever it lets in."""
    text = (
        "UPDATE invitation SET withdrawn_at = ? "
        "WHERE given_by = ? AND used_at IS NULL AND withdrawn_at IS NULL"
    )
    run_many(connection, text, [(to_micros(at), who)])
