"""Farms' commitments by their names, and the notices that authorities served under a matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.commitment import COMMITMENT
from trace.chain.facts.oversight import ACKNOWLEDGEMENT, NOTICE
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.query import rows_where

_NAMED: Final = (
    f"SELECT record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE record.sub {{among}} AND statement.typ = '{COMMITMENT.typ}' ORDER BY statement.arrival"
)
_NOTICES: Final = (
    "SELECT inbox.party, statement.stmt, statement.iss, statement.logged_at, record.data FROM {} "
    "JOIN inbox ON inbox.stmt = statement.stmt "
)
_REPLIES: Final = "SELECT statement.iss, statement.logged_at, record.data FROM {} "
_OF_AUTHORITIES: Final = "statement JOIN record ON record.id = statement.id"
_OVERSIGHT: Final = "substr(statement.typ, 1, 10) = 'oversight.'"
"""As the index says it that keeps the acts of authorities apart from all other statements."""
_ABOUT: Final = "AND statement.typ = '{}' AND record.data LIKE ? ORDER BY statement.arrival"
_SERVED: Final = f"{_NOTICES.format(_OF_AUTHORITIES)} WHERE {_OVERSIGHT} {_ABOUT.format(NOTICE.typ)}"
_SERVED_ON: Final = f"{_NOTICES.format(_OF_AUTHORITIES)} WHERE inbox.party = ? {_ABOUT.format(NOTICE.typ)}"
_RECEIVED: Final = (
    f"{_REPLIES.format(_OF_AUTHORITIES)} WHERE {_OVERSIGHT} {_ABOUT.format(ACKNOWLEDGEMENT.typ)}"
)
_RECEIVED_BY: Final = (
    f"{_REPLIES.format(_OF_AUTHORITIES)} WHERE statement.iss = ? {_ABOUT.format(ACKNOWLEDGEMENT.typ)}"
)
_MATTER: Final = '%"matter":"{}%'
"""Records are kept as compact JSON: a member is found in its text before it is read."""


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment as it was signed."""

    data: Mapping[str, Any]
    row: StatementRow


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """A notice as its authority signed it, and when its log took it in."""

    stmt: str
    iss: str
    at: datetime
    data: Mapping[str, Any]

    @property
    def text(self) -> str:
        return str(self.data.get("text") or "")

    @property
    def told_on(self) -> date:
        return day_in_shanghai(self.at)

    @property
    def due_by(self) -> str:
        return str(self.data.get("dueBy") or "")


def read_commitments(connection: Connection, names: Collection[str]) -> dict[str, list[CommitmentRow]]:
    """Name of a farm's year -> its commitments, the oldest first; the last stands."""
    found: dict[str, list[CommitmentRow]] = {}
    for data, *row in rows_where(connection, _NAMED, names):
        one = CommitmentRow(json_value(data), STATEMENT.read(row))
        found.setdefault(one.row.sub, []).append(one)
    return found


def read_served(connection: Connection, prefix: str, year: int | None = None) -> dict[str, ServedNotice]:
    """Party -> the first notice served on it, of that year where one is named, whose matter begins so."""
    return _notices(select(connection, _SERVED, (_MATTER.format(prefix),)), year)


def read_served_on(
    connection: Connection, party: str, prefix: str, year: int | None = None
) -> ServedNotice | None:
    """The first of those notices that was served on a party."""
    found = select(connection, _SERVED_ON, (party, _MATTER.format(prefix)))
    return _notices(found, year).get(party)


def _notices(rows: Iterable[Sequence[Any]], year: int | None) -> dict[str, ServedNotice]:
    found: dict[str, ServedNotice] = {}
    for party, stmt, iss, at, text in rows:
        data: Mapping[str, Any] = json_value(text)
        if year is None or str(data.get("matter", "")).endswith(f"-{year}"):
            found.setdefault(party, ServedNotice(stmt, iss, from_micros(int(at)), data))
    return found


def read_received(connection: Connection, prefix: str) -> dict[tuple[str, str], datetime]:
    """(party, notice) -> when the party signed that it received it, of matters that begin so."""
    return _replies(select(connection, _RECEIVED, (_MATTER.format(prefix),)))


def read_received_by(connection: Connection, party: str, prefix: str) -> dict[tuple[str, str], datetime]:
    """The same of one party."""
    return _replies(select(connection, _RECEIVED_BY, (party, _MATTER.format(prefix))))


def _replies(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, str], datetime]:
    found: dict[tuple[str, str], datetime] = {}
    for iss, at, text in rows:
        found.setdefault((iss, str(json_value(text).get("about"))), from_micros(int(at)))
    return found
