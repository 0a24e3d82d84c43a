"""API tokens: who may call. 256 random bits, kept only as SHA-256 (nothing to guess, so no slow hash)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.log import api_token

PREFIX = "gt_"
_COLUMNS = ("hash", "holder", "label", "scopes", "created_at")


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """The holder of a token, and the scopes that it opens."""

    holder: str
    label: str
    scopes: frozenset[str]


def new_token() -> str:
    """A fresh token; this is the only moment at which it can be read."""
    return PREFIX + secrets.token_urlsafe(32)


def add_token(
    connection: Connection, token: str, holder: str, label: str, scopes: Collection[str], at: datetime
) -> None:
    """Register a token by its hash."""
    row = (token_hash(token), holder, label, " ".join(sorted(scopes)), to_micros(at))
    insert_rows(connection, api_token, _COLUMNS, [row])


def find_token(connection: Connection, token: str) -> TokenHolder | None:
    """The holder of a live token, or None for an unknown or a revoked one."""
    rows = select(
        connection,
        "SELECT holder, label, scopes FROM api_token WHERE hash = ? AND revoked_at IS NULL",
        (token_hash(token),),
    )
    if not rows:
        return None
    holder, label, scopes = rows[0]
    return TokenHolder(holder, label, frozenset(scopes.split()))


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


def token_hash(token: str) -> str:
    """Hex SHA-256 of the token's text."""
    return hashlib.sha256(token.encode()).hexdigest()
