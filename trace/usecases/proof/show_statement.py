"""One statement as its reader may see it: with private members, as signed, or its place alone.

It stands in this log, or in another whose entries are kept here as evidence.
Private members: for its signer and the authority of the area. The signed bytes: for those who see the lot
that it is about whole; of a hand-over, and of reports and certificates of what was handed over, for the other
side of the pair; for everybody, where the kind says nothing of goods, and of a pack whose code anybody may
scan. What edition 1 took in clear of persons and places is nobody else's. Of the rest the leaf is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts import KINDS
from trace.chain.facts.control import PEER_CHECK
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.disputes import DISPUTE_OPEN, DISPUTE_SETTLE
from trace.chain.facts.farm import CERTIFICATE
from trace.chain.facts.goods import REPORT, SHIPMENT
from trace.chain.facts.handovers import CONFIRMATION, REFUSAL
from trace.chain.facts.oversight import INSPECTION
from trace.chain.privacy import hidden
from trace.chain.sight import Side, Sight, lies_in
from trace.errors import UnknownStatement
from trace.ledger.statement import Statement, parse_statement
from trace.parties import AUTHORITIES, Actor
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.lots.details import LotRow, read_lots
from trace.store.lots.standing import is_coded, lots_mentioned_in, regions_of_parties
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.sight import Seen, oversees, owns, sight

_PROOFS: Final = frozenset({REPORT.typ, CERTIFICATE.typ})
_SENT: Final = frozenset({SHIPMENT.typ, CERTIFICATE.typ, CORRECTION.typ})
_ANSWERS: Final = frozenset({CONFIRMATION.typ, REFUSAL.typ, DISPUTE_OPEN.typ, DISPUTE_SETTLE.typ})
"""What the sides of a hand-over say to each other about it."""
_LOOKED_AT: Final = frozenset({PEER_CHECK.typ, INSPECTION.typ})
"""What is said of one firm: whose goods were met there does not read what was found at it."""


@dataclass(frozen=True, slots=True)
class PlacedStatement:
    """The place of a statement in the log, and its leaf, which says nothing of business."""

    stmt: str
    log: str
    index: int
    logged_at: datetime
    leaf: str


@dataclass(frozen=True, slots=True)
class LoggedStatement(PlacedStatement):
    """A statement as signed (`jws`, flattened), with its log position."""

    jws: Mapping[str, Any]


def show_statement(transactions: Transactions, stmt: str, reader: Actor) -> PlacedStatement:
    """The statement of that id, as far as `reader` may see it. Raises `UnknownStatement`."""
    with transactions.look(reader.subject) as tx:
        return shown_in(tx, stmt, reader)


def shown_in(tx: Tx, stmt: str, reader: Actor) -> PlacedStatement:
    """As `show_statement`, in a transaction that is open."""
    jws, place = _placed(tx, stmt)
    statement = parse_statement(jws)
    lot = next(iter(read_lots(tx.connection, [statement.claims.sub])), None)
    entitled = reader.acts_for(statement.claims.iss) or _oversees(tx.connection, reader, statement, lot)
    readable = entitled or _may_read(tx.connection, reader, statement, lot)
    held = read_disclosures(tx.connection, [stmt]).get(stmt, ()) if entitled else ()
    if not readable:
        return place
    form: dict[str, Any] = dict(statement.flattened())
    if held:
        form["header"] = {"disclosures": list(held)}
    return LoggedStatement(stmt, place.log, place.index, place.logged_at, place.leaf, form)


def _placed(tx: Tx, stmt: str) -> tuple[str, PlacedStatement]:
    """The signed bytes of a statement, and where it stands. Of another log `logged_at` is the moment by which
    its witnesses had seen it. Raises `UnknownStatement`."""
    own = find_entries(tx.connection, [stmt]).get(stmt)
    if own is not None:
        return own.jws, PlacedStatement(stmt, tx.origin, own.index, own.logged_at, own.leaf)
    for one in find_evidence_of(tx.connection, [stmt]):
        return one.jws, PlacedStatement(stmt, one.origin, one.index, one.existed_by, one.leaf)
    raise UnknownStatement(stmt=stmt)


def _oversees(connection: Connection, reader: Actor, statement: Statement, lot: LotRow | None) -> bool:
    if lot is not None:
        return oversees(connection, reader, lot)
    if not reader.oversees:
        return False
    signer = statement.claims.iss
    return lies_in(reader.region, regions_of_parties(connection, [signer])[signer])


def _may_read(connection: Connection, reader: Actor, statement: Statement, lot: LotRow | None) -> bool:
    """Whether somebody who neither signed it nor oversees it may read its signed bytes."""
    claims = statement.claims
    kind = KINDS.get(claims.typ)
    of_one = claims.typ in _LOOKED_AT and "party" in claims.data
    if kind is not None and kind.stated_by <= AUTHORITIES and not of_one:
        named = lots_mentioned_in(connection, statement.statement_id)
        if any(owns(one, reader.party) for one in named):
            return True
    seen = Seen(Sight.NONE) if lot is None else sight(connection, reader, lot)
    if seen.sight is Sight.WHOLE or _is_told(statement, reader):
        return True
    if seen.side is not None and claims.typ in _ANSWERS:
        return True
    if seen.side is Side.HANDED and claims.typ in _SENT:
        return True
    if hidden(claims.typ, claims.data):
        return False
    if seen.side is Side.SOURCE and claims.typ in _PROOFS:
        return True
    open_to_all = kind is not None and kind.open_to_all
    return open_to_all or (lot is not None and is_coded(connection, lot.id))


def _is_told(statement: Statement, reader: Actor) -> bool:
    """Whether the reader is the firm that another one, or an authority in a visit, looked at."""
    claims = statement.claims
    return claims.typ in _LOOKED_AT and reader.party is not None and claims.data.get("party") == reader.party
