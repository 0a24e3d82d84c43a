"""Open disputes with the record that began each, and whose the records in it are; read part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.query import rows_where

AT_ONCE: Final = 500
_OPEN: Final = (
    "SELECT dispute.id, lot.urn, lot.product_name, dispute.subject, dispute.statements, dispute.claimed, "
    "statement.stmt, statement.typ, statement.iss, statement.logged_at FROM dispute "
    "JOIN statement ON statement.id = (dispute.id & -256) LEFT JOIN lot ON lot.id = dispute.lot "
    "WHERE dispute.outcome IS NULL AND dispute.id > ? ORDER BY dispute.id LIMIT ?"
)
_SIGNED: Final = "SELECT stmt, iss FROM statement WHERE stmt {among}"
_HANDED: Final = "SELECT stmt, shipper, receiver FROM handover WHERE stmt {among}"


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute that nobody has ended. `opener`: the record by which it began, of the kind `typ`, signed `by`
    a party; `values`: what each side says."""

    id: int
    lot: str
    product: str
    subject: str
    statements: tuple[str, ...]
    values: tuple[str, ...]
    opener: str
    typ: str
    by: str
    since: datetime


def open_disputes(connection: Connection) -> Iterator[OpenDispute]:
    """All of them, in the order of their rows."""
    after = -(2**63)
    while rows := select(connection, _OPEN, (after, AT_ONCE)):
        for row in rows:
            after = row[0]
            yield OpenDispute(
                row[0], row[1] or "", row[2] or "", row[3], tuple(orjson.loads(row[4])),
                tuple(orjson.loads(row[5])), row[6], row[7], row[8], from_micros(int(row[9])),
            )  # fmt: skip


def sides_of(connection: Connection, statements: Collection[str]) -> dict[str, set[str]]:
    """Statement -> who signed it, and of a hand-over whom it was to."""
    found: dict[str, set[str]] = {}
    for stmt, *parties in (
        *rows_where(connection, _SIGNED, sorted(statements)),
        *rows_where(connection, _HANDED, sorted(statements)),
    ):
        found.setdefault(stmt, set()).update(filter(None, parties))
    return found
