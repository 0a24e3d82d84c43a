"""Logged entries for bundles, from the own log or carried over from another, in one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.ledger.canonical import unb64u
from trace.ledger.proof import parse_hashes
from trace.store.bulk import select
from trace.store.query import rows_where

_OWN: Final = "SELECT idx, stmt, kid, typ, sub, jws, leaf FROM log_entry WHERE stmt {among}"
_CARRIED: Final = (
    "SELECT origin, idx, stmt, kid, typ, sub, jws, leaf, lot_secret, proof, checkpoint_size "
    "FROM evidence_entry WHERE stmt {among}"
)
_KEYS: Final = (
    "SELECT origin, kid, registered_stmt, revoked_stmt FROM signing_key WHERE kid {among} "
    "ORDER BY origin, kid"
)


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A statement where it was logged. `proof` leads to the tree of `size`; both None in the own log."""

    origin: str
    index: int
    statement: str
    kid: str
    typ: str
    sub: str
    jws: str
    leaf: bytes
    secret: bytes | None = None
    proof: tuple[bytes, ...] | None = None
    size: int | None = None


def read_logged_entries(
    connection: Connection, own: str, statements: Iterable[str]
) -> dict[str, LoggedEntry]:
    """Statement id -> entry; the own log is preferred where a statement stands in both. Two queries."""
    wanted = list(statements)
    found: dict[str, LoggedEntry] = {}
    for origin, index, stmt, kid, typ, sub, jws, leaf, secret, proof, size in rows_where(
        connection, _CARRIED, wanted
    ):
        raw = None if secret is None else unb64u(secret)
        path = parse_hashes(orjson.loads(proof))
        found[stmt] = LoggedEntry(origin, index, stmt, kid, typ, sub, jws, leaf.encode(), raw, path, size)
    for index, stmt, kid, typ, sub, jws, leaf in rows_where(connection, _OWN, wanted):
        found[stmt] = LoggedEntry(own, index, stmt, kid, typ, sub, jws, leaf.encode())
    return found


def read_registrations(connection: Connection, kids: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(origin, kid) -> the statements that registered and, where it happened, revoked the key."""
    return {
        (origin, kid): tuple(stmt for stmt in (registered, revoked) if stmt)
        for origin, kid, registered, revoked in rows_where(connection, _KEYS, kids)
    }


def read_carried_leaves(connection: Connection, origin: str, size: int) -> dict[int, bytes]:
    """The leaves below `size` of another log, as far as they were carried over."""
    rows = select(
        connection, "SELECT idx, leaf FROM evidence_entry WHERE origin = ? AND idx < ?", (origin, size)
    )
    return {index: leaf.encode() for index, leaf in rows}


def list_carried_checkpoints(connection: Connection, origin: str, above: int) -> list[tuple[int, str]]:
    """(size, note) of the checkpoints of another log that hold the entry at `above`, smallest first."""
    rows = select(
        connection,
        "SELECT size, note FROM evidence_checkpoint WHERE origin = ? AND size > ? ORDER BY size",
        (origin, above),
    )
    return [(size, note) for size, note in rows]
