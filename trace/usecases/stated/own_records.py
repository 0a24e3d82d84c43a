"""One's own records: a list of them, and one with its whole history, as signed and as corrected since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.master import PARTY, PLACE, PRODUCT
from trace.errors import RightMissing, UnknownStatement
from trace.ledger.statement import Statement, parse_disclosed
from trace.parties import OWN, Actor
from trace.store.chain.own_records import (
    OwnRow,
    later_corrections,
    own_kinds,
    own_statements,
    statements_about,
)
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import find_entries
from trace.store.transaction import Connection, Transactions
from trace.usecases.stated.record_bars import NOT_CORRECTABLE, Asked, Bar, bars_on, lots_of_records

AT_ONCE: Final = 50
WITHDRAWN: Final = "withdrawn"
_NEWEST: Final = frozenset({PARTY.typ, PRODUCT.typ, PLACE.typ})
"""Kinds of which the newest statement about a thing counts."""
_REPLACEMENT: Final = "replacement"


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """A page of own records, the newest first, the kinds that there are, and whether there are more."""

    rows: tuple[OwnRow, ...]
    kinds: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Version:
    """What was said at one time: at first, or by a correction. `data` is None where it was taken back."""

    stmt: str
    kid: str
    data: Mapping[str, Any] | None
    reason: str
    signed_at: datetime
    logged_at: datetime
    index: int


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record with its versions, oldest first; `bars` say why it cannot be touched now."""

    stmt: str
    typ: str
    sub: str
    occurred_at: datetime
    versions: tuple[Version, ...]
    lots: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def stands(self) -> Mapping[str, Any]:
        """What it says now; what it last said where it was taken back."""
        return next(one.data for one in reversed(self.versions) if one.data is not None)


def list_own_records(transactions: Transactions, actor: Actor, typ: str, page: int) -> OwnRecords:
    """A page of what one's own organisation stated on this log."""
    iss = _party(actor)
    with transactions.look(actor.subject) as tx:
        rows = own_statements(tx.connection, iss, tx.origin, typ, AT_ONCE + 1, page * AT_ONCE)
        kinds = own_kinds(tx.connection, iss, tx.origin)
    return OwnRecords(tuple(rows[:AT_ONCE]), tuple(kinds), len(rows) > AT_ONCE)


def read_own_record(transactions: Transactions, actor: Actor, stmt: str) -> OwnRecord:
    """A record of one's own with its history; raises `UnknownStatement` for what is none."""
    iss = _party(actor)
    with transactions.look(actor.subject) as tx:
        signed = read_signed(tx.connection, tx.origin, iss, stmt)
        first = signed[0][0]
        typ = first.claims.typ
        asked = Asked(stmt, typ, first.claims.sub)
        lots, _ = lots_of_records(tx.connection, [asked])[stmt]
        bars = bars_on(tx, actor, [asked])[stmt]
    versions = tuple(_version(one, index, at) for one, index, at in signed)
    if versions[-1].data is None and not any(one.why == NOT_CORRECTABLE for one in bars):
        bars = (Bar(WITHDRAWN), *bars)
    urns = tuple(row.urn for row in lots.values())
    return OwnRecord(stmt, typ, first.claims.sub, first.claims.occurred_at, versions, urns, bars)


def read_signed(
    connection: Connection, origin: str, iss: str, stmt: str
) -> list[tuple[Statement, int, datetime]]:
    """A party's own statement and its corrections with their places, oldest first; of master data all that
    it stated of the same thing. Raises `UnknownStatement`."""
    entries = find_entries(connection, {stmt, *later_corrections(connection, stmt)})
    if (first := entries.get(stmt)) is not None and first.typ in _NEWEST and first.iss == iss:
        said_again = statements_about(connection, iss, origin, first.sub, first.typ)
        entries = find_entries(connection, {row.stmt for row in said_again})
    held = read_disclosures(connection, entries)
    first = entries.get(stmt)
    if first is None or first.iss != iss or first.typ == CORRECTION.typ:
        raise UnknownStatement(stmt=stmt[:60])
    found = []
    for entry in sorted(entries.values(), key=lambda one: one.index):
        signed = parse_disclosed(entry.jws, held.get(entry.statement_id, ()))
        if entry.typ == first.typ or signed.claims.data.get("amends") == stmt:
            found.append((signed, entry.index, entry.logged_at))
    return found


def newest_data(connection: Connection, iss: str, origin: str, typ: str, sub: str) -> dict[str, Any]:
    """What a party stated last of a thing on this log, private members included; {} where it never did."""
    rows = statements_about(connection, iss, origin, sub, typ)
    if not rows:
        return {}
    signed, _, _ = read_signed(connection, origin, iss, rows[0].stmt)[-1]
    return said_by(signed) or {}


def said_by(signed: Statement) -> dict[str, Any] | None:
    """What a statement or correction says, as far as it is held; None where it takes back."""
    data: Any = signed.revealed_data()
    if signed.claims.typ == CORRECTION.typ:
        data = data.get(_REPLACEMENT)
    return dict(data) if isinstance(data, Mapping) else None


def _version(signed: Statement, index: int, logged_at: datetime) -> Version:
    claims = signed.claims
    reason = str(claims.data.get("reason", "")) if claims.typ == CORRECTION.typ else ""
    return Version(
        signed.statement_id, signed.kid, said_by(signed), reason, claims.signed_at, logged_at, index
    )


def _party(actor: Actor) -> str:
    if actor.party is None:
        raise RightMissing(scope=OWN)
    return actor.party
