"""Logged entries for bundles, from the own log or carried over from another, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.ledger.canonical import unb64u
from trace.ledger.keys import REVOKE
from trace.ledger.proof import parse_hashes
from trace.store.bulk import select
from trace.store.query import rows_where

_OWN: Final = "SELECT idx, stmt, kid, typ, sub, jws, leaf FROM log_entry WHERE stmt {among}"
_CARRIED: Final = (
    "SELECT origin, idx, stmt, kid, typ, sub, jws, leaf, lot_secret, proof, checkpoint_size "
    "FROM evidence_entry WHERE stmt {among}"
)
_KEYS: Final = (
    "SELECT origin, kid, registered_stmt, revoked_stmt, revoked_index, invalid_from FROM signing_key "
    "WHERE kid {among} ORDER BY origin, kid"
)
_OWN_JWS: Final = "SELECT stmt, jws FROM log_entry WHERE typ = ? AND idx {compared} ? ORDER BY idx"
_CARRIED_JWS: Final = (
    "SELECT stmt, jws FROM evidence_entry WHERE typ = ? AND idx {compared} ? AND origin = ? ORDER BY idx"
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


def read_registrations(
    connection: Connection, own: str, kids: Iterable[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """(origin, kid) -> the statements that registered the key, revoked it, and dated its end back later."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for origin, kid, registered, revoked, index, invalid_from in rows_where(connection, _KEYS, kids):
        about = [stmt for stmt in (registered, revoked) if stmt]
        if invalid_from is not None:
            log = None if origin == own else origin
            about += _dated_back(connection, log, kid, index, invalid_from)
        found[origin, kid] = tuple(about)
    return found


def _dated_back(connection: Connection, log: str | None, kid: str, first: int, reach: int) -> Iterator[str]:
    """Revocations after the `first` that say from which earlier index on nothing of the key counts.

    Only where the first does not say so itself are the others looked for, by kind behind it.
    """
    if any(said == reach for _, said in _revocations(connection, log, kid, "=", first)):
        return
    for stmt, said in _revocations(connection, log, kid, ">", first):
        if said is not None:
            yield stmt


def _revocations(
    connection: Connection, log: str | None, kid: str, compared: str, index: int
) -> Iterator[tuple[str, int | None]]:
    sql = (_OWN_JWS if log is None else _CARRIED_JWS).format(compared=compared)
    values: tuple[object, ...] = (REVOKE, index) if log is None else (REVOKE, index, log)
    for stmt, jws in select(connection, sql, values):
        data = orjson.loads(unb64u(jws.split(".")[1]))["data"]
        if data.get("kid") == kid:
            yield stmt, data.get("invalidFromIndex")


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
