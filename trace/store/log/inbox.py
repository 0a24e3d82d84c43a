"""Hand-overs by addressee: which statements name a party as receiver, with the salt that opens each to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection

from trace.ledger.canonical import b64u
from trace.ledger.disclosure import Disclosure
from trace.store.bulk import run_columns, run_many
from trace.store.query import rows_where

Addressed = tuple[str, str, str]
"""(party, statement id, salt)"""

_PUT = "INSERT INTO inbox (party, stmt, salt) VALUES (?, ?, ?) ON CONFLICT (party, stmt) DO NOTHING"
_PUT_ARRAYS = (
    "INSERT INTO inbox (party, stmt, salt) "
    "SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT (party, stmt) DO NOTHING"
)
_OF_PARTY = "SELECT stmt, salt FROM inbox WHERE party {among} ORDER BY stmt"
_IN_ORDER = (
    "SELECT log_entry.idx, inbox.stmt, inbox.party FROM inbox JOIN log_entry ON log_entry.stmt = inbox.stmt "
    "WHERE inbox.party {among} AND log_entry.idx >= ? ORDER BY log_entry.idx, inbox.party LIMIT ?"
)


def addressed_in(
    statement: str, disclosures: Iterable[Disclosure], members: frozenset[str]
) -> Iterator[Addressed]:
    """Whom the concealed members of a statement name as receiver, one or several."""
    for shown in disclosures:
        if shown.name not in members:
            continue
        named = shown.value if type(shown.value) is list else [shown.value]
        for party in named:
            if type(party) is str:
                yield party, statement, b64u(shown.salt)


def put_addressed(connection: Connection, rows: Sequence[Addressed]) -> None:
    """Keep whom statements are addressed to; known ones are left alone."""
    run_columns(connection, _PUT, _PUT_ARRAYS, rows)


def read_addressed(connection: Connection, party: str) -> dict[str, str]:
    """Statement id → salt of all that is addressed to the party and not erased."""
    return dict(map(tuple, rows_where(connection, _OF_PARTY, [party])))


def read_addressed_in_order(
    connection: Connection, parties: Collection[str], start: int, most: int
) -> list[tuple[int, str, str]]:
    """(own log index, statement id, party) of what this log addresses to these parties from `start` on."""
    found = rows_where(connection, _IN_ORDER, list(parties), start, most)
    return [(int(index), stmt, party) for index, stmt, party in found]


def drop_addressed(connection: Connection, statement: str, salts: Iterable[str]) -> None:
    """Forget these, with the disclosures that were erased."""
    run_many(
        connection, "DELETE FROM inbox WHERE stmt = ? AND salt = ?", [(statement, salt) for salt in salts]
    )
