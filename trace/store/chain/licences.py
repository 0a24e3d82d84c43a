"""Statements about licences and firms with what corrects each, in order of arrival: the history of both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.ledger.statement import read_admitted
from trace.store.base import from_micros, to_micros
from trace.store.bulk import select
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.query import rows_where

# Written as in the partial index, or it is not used.
_SAID: Final = (
    "SELECT s.stmt, s.logged_at, c.stmt FROM statement AS s LEFT JOIN statement AS c ON c.id = s.amended_by "
    "WHERE s.typ = 'master.licence' ORDER BY s.arrival"
)
_OF_PARTIES: Final = (
    "SELECT s.stmt, s.logged_at, c.stmt FROM statement AS s LEFT JOIN statement AS c ON c.id = s.amended_by "
    "WHERE s.typ = 'master.party' AND s.sub {among} ORDER BY s.arrival"
)
_SINCE: Final = (
    "SELECT party.urn FROM party JOIN statement ON statement.id = (party.id & -256) "
    "WHERE party.urn {among} AND statement.logged_at >= ?"
)


@dataclass(frozen=True, slots=True)
class MasterSaid:
    """A statement about a licence or a firm: when its log took it in, and what amends it."""

    stmt: str
    logged_at: datetime
    amendment: str | None


def said_of_licences(connection: Connection) -> list[MasterSaid]:
    """All of them."""
    return [MasterSaid(stmt, from_micros(at), by) for stmt, at, by in select(connection, _SAID)]


def as_they_stand(
    connection: Connection, rows: Collection[MasterSaid]
) -> Iterator[tuple[MasterSaid, str, Mapping[str, Any]]]:
    """Each statement with its subject and its data after corrections; what was taken back was never said."""
    stmts = {one.stmt for one in rows} | {one.amendment for one in rows if one.amendment is not None}
    jws = {one.statement_id: one.jws for one in find_evidence_of(connection, stmts)}
    jws |= {stmt: entry.jws for stmt, entry in find_entries(connection, stmts).items()}
    for row in rows:
        sub, stated = read_admitted(jws[row.stmt])
        data: Mapping[str, Any] | None = stated
        if row.amendment is not None:
            _, correction = read_admitted(jws[row.amendment])
            replacement = correction.get("replacement")
            data = replacement if isinstance(replacement, Mapping) else None
        if data is not None:
            yield row, sub, data


def regions_before(connection: Connection, parties: Iterable[str], moment: datetime) -> dict[str, str]:
    """Firm -> the district that stood registered of it just before a moment, of those about which something
    was said since; "" for none. Of whom nothing was said before, the first that was said counts."""
    later = [urn for (urn,) in rows_where(connection, _SINCE, sorted(parties), to_micros(moment))]
    rows = [
        MasterSaid(stmt, from_micros(at), by) for stmt, at, by in rows_where(connection, _OF_PARTIES, later)
    ]
    found: dict[str, str] = {}
    for row, sub, data in as_they_stand(connection, rows):
        if sub not in found or row.logged_at < moment:
            found[sub] = str(data.get("region") or "")
    return found
