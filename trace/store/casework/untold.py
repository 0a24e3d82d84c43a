"""What an authority's records say that the other department may want to know."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.ledger.statement import parse_statement
from trace.store.base import from_micros, to_micros
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.query import rows_where

# Written as in the partial index, or it is not used.
_LICENCES: Final = "SELECT stmt, sub, logged_at FROM statement WHERE typ = 'master.licence' ORDER BY arrival"
_OWN: Final = (
    "SELECT statement.stmt, statement.typ, statement.logged_at, record.data FROM statement "
    "JOIN record ON record.id >= statement.id AND record.id < statement.id + 256 "
    "WHERE statement.iss {among} AND statement.typ {among} AND statement.logged_at >= ? "
    "ORDER BY statement.arrival"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A record with its data, its kind and when its log took it in; `again`: its subject had one before."""

    stmt: str
    typ: str
    data: Mapping[str, Any]
    logged_at: datetime
    again: bool = False


def read_own(connection: Connection, urn: str, kinds: Collection[str], since: datetime) -> list[Said]:
    """Records of these kinds that an authority signed since then, in order of arrival."""
    rows = rows_where(connection, _OWN, [urn], list(kinds), to_micros(since))
    return [Said(stmt, typ, json_value(data), from_micros(int(at))) for stmt, typ, at, data in rows]


def licences_said_since(connection: Connection, since: datetime) -> Iterator[Said]:
    """What was said of licences since then; of the many before only their subjects are read."""
    before: set[str] = set()
    fresh: list[tuple[str, datetime, bool]] = []
    for stmt, sub, at in select(connection, _LICENCES):
        logged_at = from_micros(int(at))
        if logged_at >= since:
            fresh.append((stmt, logged_at, sub in before))
        before.add(sub)
    wanted = [stmt for stmt, *_ in fresh]
    jws = {one.statement_id: one.jws for one in find_evidence_of(connection, wanted)}
    jws |= {stmt: entry.jws for stmt, entry in find_entries(connection, wanted).items()}
    for stmt, logged_at, again in fresh:
        if stmt in jws:
            claims = parse_statement(jws[stmt]).claims
            yield Said(stmt, claims.typ, claims.data, logged_at, again)
