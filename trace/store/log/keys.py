"""The register of signing keys, a projection of `party.key.register` and `party.key.revoke`.

Keyed by log: the same key may be registered in the farm platform's log and in ours, and counts in each by
its index there. Keys of other logs come in with evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from trace.ledger.keys import KeyEntry
from trace.store.bulk import run_many, select
from trace.store.query import rows_where
from trace.store.versions import bump_version

_COLUMNS = (
    "kid, holder, jwk, entry, registered_index, revoked_index, revoke_reason, invalid_from, origin, "
    "registered_stmt, revoked_stmt"
)
_PUT = (
    "INSERT INTO signing_key (kid, holder, jwk, entry, registered_index, revoked_index, revoke_reason, "
    "invalid_from, origin, registered_stmt, revoked_stmt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (origin, kid) DO UPDATE SET revoked_index = excluded.revoked_index, "
    "revoke_reason = excluded.revoke_reason, invalid_from = excluded.invalid_from, "
    "revoked_stmt = coalesce(signing_key.revoked_stmt, excluded.revoked_stmt)"
)


def put_keys(connection: Connection, changes: Sequence[tuple[KeyEntry, str]]) -> None:
    """Write entries as they now stand, each with the statement that registered or revoked it.

    No page tells of a new key before it has signed something.
    """
    rows = []
    for entry, statement in changes:
        revoked = entry.revoked_at is not None
        rows.append(
            (
                entry.kid,
                entry.holder,
                _text(dict(entry.jwk)),
                _text(_detail(entry)),
                entry.registered_at,
                entry.revoked_at,
                entry.revoke_reason,
                entry.invalid_from,
                entry.origin,
                statement,
                statement if revoked else None,
            )
        )
    run_many(connection, _PUT, rows)
    if any(entry.revoked_at is not None for entry, _ in changes):
        bump_version(connection)  # whatever it signed, on any page


def read_keys(connection: Connection, origin: str, kids: Collection[str]) -> dict[str, KeyEntry]:
    """kid → entry in the log `origin`, for those that are registered there."""
    sql = f"SELECT {_COLUMNS} FROM signing_key WHERE kid {{among}}"  # noqa: S608 - own names
    return {row[0]: _entry(row) for row in rows_where(connection, sql, kids) if row[8] == origin}


def read_key_statements(connection: Connection, origin: str, kids: Collection[str]) -> dict[str, list[str]]:
    """kid → the statements that registered and (where it happened) revoked it, in that order."""
    sql = f"SELECT {_COLUMNS} FROM signing_key WHERE kid {{among}}"  # noqa: S608 - own names
    rows = [row for row in rows_where(connection, sql, kids) if row[8] == origin]
    return {row[0]: [row[9], *([row[10]] if row[10] else [])] for row in rows}


def read_public_keys(connection: Connection, kids: Collection[str]) -> dict[str, dict[str, str]]:
    """kid → JWK wherever it is registered; a kid is the key's own thumbprint, so one JWK is all there is."""
    rows = rows_where(connection, "SELECT kid, jwk FROM signing_key WHERE kid {among}", kids)
    return {kid: orjson.loads(jwk) for kid, jwk in rows}


def list_keys(connection: Connection, origin: str, *, holder: str | None = None) -> list[KeyEntry]:
    """The register of one log in order of registration, of one holder where named."""
    sql = f"SELECT {_COLUMNS} FROM signing_key WHERE origin = ?"  # noqa: S608 - own names
    values: tuple[object, ...] = (origin,)
    if holder is not None:
        sql, values = f"{sql} AND holder = ?", (origin, holder)
    return [_entry(row) for row in select(connection, f"{sql} ORDER BY registered_index", values)]


def key_text(entry: KeyEntry) -> str:
    """A whole entry as JSON text, for stores that keep nothing else about it."""
    place = [entry.registered_at, entry.revoked_at, entry.revoke_reason, entry.invalid_from, entry.origin]
    return _text([entry.kid, entry.holder, _text(dict(entry.jwk)), _text(_detail(entry)), *place])


def read_key_text(text: str) -> KeyEntry:
    """The entry that `key_text` wrote."""
    return _entry(orjson.loads(text))


def _detail(entry: KeyEntry) -> Mapping[str, object]:
    return {
        "alg": entry.alg,
        "name": entry.holder_name,
        "roles": list(entry.roles),
        "streams": list(entry.streams),
        "custody": entry.custody,
        "validFrom": entry.valid_from.isoformat(),
        "validTo": entry.valid_to.isoformat(),
    }


def _entry(row: Sequence[Any]) -> KeyEntry:
    detail = orjson.loads(row[3])
    return KeyEntry(
        kid=row[0],
        jwk=orjson.loads(row[2]),
        alg=detail["alg"],
        holder=row[1],
        holder_name=detail["name"],
        roles=tuple(detail["roles"]),
        streams=tuple(detail["streams"]),
        custody=detail["custody"],
        registered_at=row[4],
        origin=row[8],
        valid_from=datetime.fromisoformat(detail["validFrom"]),
        valid_to=datetime.fromisoformat(detail["validTo"]),
        revoked_at=row[5],
        revoke_reason=row[6],
        invalid_from=row[7],
    )


def _text(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def read_holder_roles(connection: Connection, holder: str) -> frozenset[str]:
    """All roles in which keys of a party were registered."""
    rows = select(connection, "SELECT entry FROM signing_key WHERE holder = ?", (holder,))
    return frozenset(role for (entry,) in rows for role in orjson.loads(entry)["roles"])


def roles_of_holders(connection: Connection, holders: Collection[str]) -> dict[str, frozenset[str]]:
    """Party -> all roles in which keys of it were registered, of those that have any."""
    text = "SELECT holder, entry FROM signing_key WHERE holder {among}"
    found: dict[str, frozenset[str]] = {}
    for holder, entry in rows_where(connection, text, holders):
        found[holder] = found.get(holder, frozenset()).union(orjson.loads(entry)["roles"])
    return found


def read_holder_names(connection: Connection, parties: Collection[str]) -> dict[str, str]:
    """Party -> its name by the newest registration of a key of its: what a registrar has signed."""
    rows = rows_where(
        connection,
        "SELECT holder, entry FROM signing_key WHERE holder {among} ORDER BY registered_index",
        parties,
    )
    return {holder: orjson.loads(entry)["name"] for holder, entry in rows}


def list_holders(connection: Connection, origin: str) -> list[str]:
    """The parties with a key in the register of that log, in order."""
    sql = "SELECT DISTINCT holder FROM signing_key WHERE origin = ? ORDER BY holder"
    return [holder for (holder,) in select(connection, sql, (origin,))]
