"""What authorities sent each other, with the replies, in two queries however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.exchange import CLUE, MESSAGE, RESPONSE
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.ledger.disclosure import parse_disclosure
from trace.oversight.exchange import Reply, SentMessage
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.log.disclosures import read_disclosures
from trace.store.query import rows_where

_BY: Final = (
    "SELECT statement.stmt, statement.typ, statement.iss, statement.logged_at, record.data FROM statement "
    "JOIN record ON record.id >= statement.id AND record.id < statement.id + 256 "
    "WHERE statement.iss {among} AND statement.typ {among} ORDER BY statement.arrival"
)
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
    """What these authorities sent, in order of arrival, with what came back of it."""
    rows = rows_where(connection, _BY, senders, [MESSAGE.typ, CLUE.typ])
    said = [(stmt, typ, iss, at, json_value(data)) for stmt, typ, iss, at, data in rows]
    replies = _replies(connection, {one for *_, data in said for one in _names(data)})
    return [
        SentMessage(
            stmt, typ, str(data.get("type") or ""), iss, _names(data), from_micros(int(at)),
            *(tuple(one for one in replies[kind, stmt] if one.by in _names(data))
              for kind in (ACKNOWLEDGEMENT.typ, RESPONSE.typ)),
        )
        for stmt, typ, iss, at, data in said
    ]  # fmt: skip


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
    for stmt, typ, iss, at, text in rows:
        data = json_value(text)
        about = data.get("clue" if typ == RESPONSE.typ else "about")
        if isinstance(about, str):
            found[typ, about].append(Reply(stmt, iss, from_micros(int(at)), str(data.get("result") or "")))
    return found
