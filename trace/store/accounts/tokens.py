"""API tokens: who may call. 256 random bits, kept only as SHA-256 (nothing to guess, so no slow hash)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.log import api_token

PREFIX = "gt_"
_COLUMNS = ("hash", "holder", "label", "scopes", "created_at", "region", "expires_at", "given_to")

_HOLDERS = (
    "SELECT holder, label, scopes, region, expires_at, given_to FROM api_token WHERE revoked_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """The holder of a token, the scopes that it opens, the area it reaches, when it ends, and to which person
    it was given, "" for none."""

    holder: str
    label: str
    scopes: frozenset[str]
    region: str = ""
    expires_at: datetime | None = None
    given_to: str = ""


def new_token() -> str:
    """A fresh token; this is the only moment at which it can be read."""
    return PREFIX + secrets.token_urlsafe(32)


def add_token(connection: Connection, token: str, held: TokenHolder, at: datetime) -> None:
    """Register a token by its hash, and to which person it was given."""
    end = None if held.expires_at is None else to_micros(held.expires_at)
    scopes = " ".join(sorted(held.scopes))
    area, shown = held.region or None, held.given_to or None
    row = (token_hash(token), held.holder, held.label, scopes, to_micros(at), area, end, shown)
    insert_rows(connection, api_token, _COLUMNS, [row])


def find_token(connection: Connection, token: str) -> TokenHolder | None:
    """The holder of a token, ended ones too; None for an unknown or a revoked one."""
    found = _holders(connection, "hash = ?", token_hash(token))
    return found[0] if found else None


def list_ending_tokens(connection: Connection, after: datetime, until: datetime) -> list[TokenHolder]:
    """Tokens alive at `after` that end by `until`, the first to end first."""
    return _holders(
        connection,
        "expires_at > ? AND expires_at <= ? ORDER BY expires_at",
        to_micros(after),
        to_micros(until),
    )


def list_arealess_tokens(connection: Connection, at: datetime) -> list[TokenHolder]:
    """Tokens alive at that time that name no area, in order of their holders."""
    condition = "(expires_at IS NULL OR expires_at > ?) AND region IS NULL ORDER BY holder, label"
    return _holders(connection, condition, to_micros(at))


def count_living(connection: Connection, scope: str, at: datetime) -> int:
    """How many tokens open `scope` at that time."""
    alive = _holders(connection, "(expires_at IS NULL OR expires_at > ?)", to_micros(at))
    return sum(scope in one.scopes for one in alive)


def find_labelled(connection: Connection, holder: str, label: str, at: datetime) -> list[TokenHolder]:
    """The tokens of that holder and label that are alive."""
    alive = "holder = ? AND label = ? AND (expires_at IS NULL OR expires_at > ?)"
    return _holders(connection, alive, holder, label, to_micros(at))


def _holders(connection: Connection, condition: str, *values: object) -> list[TokenHolder]:
    sql = f"{_HOLDERS} AND {condition}"
    return [
        TokenHolder(
            *(holder, label, frozenset(scopes.split()), region or ""),
            None if end is None else from_micros(end),
            given_to or "",
        )
        for holder, label, scopes, region, end, given_to in select(connection, sql, values)
    ]


def revoke_tokens(connection: Connection, holder: str, label: str, at: datetime) -> int:
    """End every token of that holder and label; returns how many were alive."""
    alive = select(
        connection,
        "SELECT hash FROM api_token WHERE holder = ? AND label = ? AND revoked_at IS NULL",
        (holder, label),
    )
    moment = to_micros(at)
    run_many(
        connection, "UPDATE api_token SET revoked_at = ? WHERE hash = ?", [(moment, row[0]) for row in alive]
    )
    return len(alive)


def end_given_tokens(connection: Connection, holder: str, person: str, at: datetime) -> None:
    """End every token of an organisation that was shown to this person."""
    text = "UPDATE api_token SET revoked_at = ? WHERE holder = ? AND given_to = ? AND revoked_at IS NULL"
    run_many(connection, text, [(to_micros(at), holder, person)])


def token_hash(token: str) -> str:
    """Hex SHA-256 of the token's text."""
    return hashlib.sha256(token.encode()).hexdigest()
