"""What authorities sent each other, with the replies, in two queries however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.exchange import CLUE, MESSAGE, RESPONSE
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.ledger.disclosure import parse_disclosure
from trace.oversight.exchange import Reply, Revision, SentMessage, numbered
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.log.disclosures import read_disclosures
from trace.store.query import rows_where

_BY: Final = (
    "SELECT statement.stmt, statement.typ, statement.iss, statement.sub, statement.logged_at, record.data "
    "FROM statement JOIN record ON record.id >= statement.id AND record.id < statement.id + 256 "
    "WHERE statement.iss {among} AND statement.typ {among} ORDER BY statement.arrival"
)
_REPLACES: Final = "replaces"
_AREAS: Final = (
    "SELECT urn, name, department, region FROM organisation "
    "WHERE kind = 'authority' AND closed_at IS NULL ORDER BY region, department, urn"
)


@dataclass(frozen=True, slots=True)
class Authority:
    """A department's bureau of an area, as it is registered here."""

    urn: str
    name: str
    department: str
    region: str


def list_authorities(connection: Connection) -> list[Authority]:
    """Every authority that can sign in here."""
    return [Authority(*row) for row in select(connection, _AREAS)]


def read_sent(connection: Connection, senders: Collection[str]) -> list[SentMessage]:
    """What these authorities sent, numbered in order of arrival, with revisions and what came back of each.

    A revision names the statement that was sent first; one that names nothing of its sender's stands alone.
    """
    rows = rows_where(connection, _BY, senders, [MESSAGE.typ, CLUE.typ])
    said = [
        _Said(stmt, typ, iss, sub, from_micros(int(at)), json_value(data))
        for stmt, typ, iss, sub, at, data in rows
    ]
    replies = _replies(connection, {one for each in said for one in each.to})
    firsts: dict[tuple[str, str, str], list[_Said]] = {}
    for one in said:
        revised = (one.iss, one.typ, str(one.data.get(_REPLACES) or ""))
        firsts.setdefault((one.iss, one.typ, one.stmt) if revised not in firsts else revised, []).append(one)
    numbers = numbered((each[0].iss, each[0].typ, each[0].at) for each in firsts.values())
    return [
        SentMessage(
            each[0].typ, each[0].iss, each[0].sub, each[0].to, number,
            tuple(_revision(one, replies) for one in each),
        )
        for each, number in zip(firsts.values(), numbers, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as it was logged."""

    stmt: str
    typ: str
    iss: str
    sub: str
    at: datetime
    data: Mapping[str, Any]

    @property
    def to(self) -> tuple[str, ...]:
        return _names(self.data)


def _revision(said: _Said, replies: Mapping[tuple[str, str], Sequence[Reply]]) -> Revision:
    acknowledged, answers = (
        tuple(one for one in replies.get((kind, said.stmt), ()) if one.by in said.to)
        for kind in (ACKNOWLEDGEMENT.typ, RESPONSE.typ)
    )
    return Revision(said.stmt, str(said.data.get("type") or ""), said.at, acknowledged, answers)


def read_received(connection: Connection, urn: str, senders: Collection[str]) -> list[SentMessage]:
    """What of these senders' messages is for one authority."""
    return [one for one in read_sent(connection, senders) if urn in one.to]


def read_concealed(connection: Connection, statements: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Statement -> the concealed members of it that are still held: the firm, the words, the records."""
    held = read_disclosures(connection, statements)
    return {
        stmt: {one.name: one.value for one in map(parse_disclosure, encoded) if one.name}
        for stmt, encoded in held.items()
    }


def _names(data: Mapping[str, Any]) -> tuple[str, ...]:
    to = data.get("to")
    return tuple(str(one) for one in to) if isinstance(to, list) else ()


def _replies(connection: Connection, authorities: Collection[str]) -> dict[tuple[str, str], list[Reply]]:
    """(kind, statement that is answered) -> the replies, the oldest first."""
    found: defaultdict[tuple[str, str], list[Reply]] = defaultdict(list)
    rows = rows_where(connection, _BY, authorities, [ACKNOWLEDGEMENT.typ, RESPONSE.typ])
    for stmt, typ, iss, _, at, text in rows:
        data = json_value(text)
        about = data.get("clue" if typ == RESPONSE.typ else "about")
        if isinstance(about, str):
            found[typ, about].append(Reply(stmt, iss, from_micros(int(at)), str(data.get("result") or "")))
    return found
