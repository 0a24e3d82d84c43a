"""Signers of statements: key, custody and proved time, in three queries for any number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.query import rows_where

_OWN: Final = "SELECT stmt, kid FROM log_entry WHERE stmt {among}"
_CARRIED: Final = "SELECT stmt, kid, origin, existed_by FROM evidence_entry WHERE stmt {among}"
_KEYS: Final = "SELECT origin, kid, holder, entry FROM signing_key WHERE kid {among}"


@dataclass(frozen=True, slots=True)
class SignedBy:
    """`custody`: file | browser | server | ukey; `existed_by` only for what another log's witnesses saw."""

    holder: str
    name: str
    roles: tuple[str, ...]
    custody: str
    existed_by: datetime | None


def read_signers(connection: Connection, own: str, statements: Iterable[str]) -> dict[str, SignedBy]:
    """Statement id -> its signer, where both the statement and its key are held."""
    wanted = list(statements)
    places: dict[str, tuple[str, str, datetime | None]] = {}
    for stmt, kid, origin, existed_by in rows_where(connection, _CARRIED, wanted):
        places[stmt] = (origin, kid, from_micros(existed_by))
    for stmt, kid in rows_where(connection, _OWN, wanted):
        places[stmt] = (own, kid, None)
    keys = {
        (origin, kid): (holder, orjson.loads(entry))
        for origin, kid, holder, entry in rows_where(
            connection, _KEYS, {kid for _, kid, _ in places.values()}
        )
    }
    found: dict[str, SignedBy] = {}
    for stmt, (origin, kid, existed_by) in places.items():
        if (origin, kid) in keys:
            holder, entry = keys[origin, kid]
            found[stmt] = SignedBy(holder, entry["name"], tuple(entry["roles"]), entry["custody"], existed_by)
    return found
