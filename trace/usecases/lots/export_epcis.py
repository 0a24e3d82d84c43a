"""The records of a lot as an EPCIS 2.0 document, made from the signed bytes.

Around a hand-over also what the tables know of both sides: on which class both speak, and how it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trace.chain.facts import CertificateIssued, parse_fact
from trace.chain.interchange import NAMESPACES, Handed, event_of, sent_with, taken_back
from trace.chain.privacy import masked
from trace.epcis.documents import document_of, write_json
from trace.epcis.events import Event
from trace.ledger.claims import Claims
from trace.ledger.pairing.statements import CORRECTION
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.store.log.carried import read_logged_entries
from trace.store.lots.amendments import Amendment, amendments_of, amendments_on
from trace.store.lots.details import read_mentions
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Transactions, Tx
from trace.usecases.lots.handed_over import classes_of, handed_over
from trace.usecases.lots.sight import require_sight
from trace.usecases.lots.trace_lineage import require_lot


def export_epcis(transactions: Transactions, lot: str, actor: Actor) -> str:
    """JSON text (amounts are exact numbers) of all that made, moved, tested or used the lot urn `lot`.

    In order of time; what is private stays concealed, and buyers are told to those who know them. Raises
    `UnknownLot`, `LotOutOfSight`.
    """
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, row)
        graph = StoredLotGraph(tx.connection)
        arcs = [*graph.arcs_above([row.id]), *graph.arcs_below([row.id])]
        handed, spoken_of = handed_over(tx.connection, actor, row)
        wanted = {row.made_by.statement, *(arc.statement for arc in arcs), *handed}
        wanted.update(one.statement for _, one in read_mentions(tx.connection, [row.id]).get(row.id, []))
        wanted.update(amendments_on(tx.connection, [row.id]))
        histories = _histories(tx, wanted)
        near = {end for arc in arcs for end in (arc.from_lot, arc.to_lot)} | {row.id}
        classes = classes_of(tx.connection, near | spoken_of)
        created = tx.now
    found = [event for history in histories for event in _events(history, classes, handed)]
    found.sort(key=lambda event: (event.time, event.event_id or ""))
    return write_json(document_of(found, created, NAMESPACES))


@dataclass(slots=True)
class _History:
    """A statement with what corrected or withdrew it, in order of arrival."""

    first: str
    claims: Claims
    later: list[tuple[Amendment, Mapping[str, Any]]] = field(default_factory=list)

    def versions(self) -> Iterator[tuple[str, Mapping[str, Any] | None, datetime | None]]:
        """Statement, what it states (None: nothing any more), and when a later one was logged."""
        yield self.first, self.claims.data, None
        for amendment, data in self.later:
            stated = data.get("replacement")
            yield amendment.stmt, stated if isinstance(stated, Mapping) else None, amendment.logged_at


def _histories(tx: Tx, wanted: Iterable[str]) -> list[_History]:
    """What these statements say, each with all its versions, whichever of them was named."""
    stated, later = _read(tx, set(wanted)), dict[str, Amendment]()
    asked = set(stated)
    while asked:
        found = [one for one in amendments_of(tx.connection, asked) if one.stmt not in later]
        later.update({one.stmt: one for one in found})
        stated |= _read(tx, {one.stmt for one in found} - stated.keys())
        named = {_amends(claims) for claims in stated.values()} - stated.keys() - {""}
        stated |= _read(tx, named)
        asked = {one.stmt for one in found} | named
    firsts = {stmt: _History(stmt, claims) for stmt, claims in stated.items() if not _amends(claims)}
    of = defaultdict(list)
    for one in sorted(later.values(), key=lambda each: each.arrival):
        of[_first(one.stmt, stated)].append(one)
    for first, history in firsts.items():
        history.later = [(one, stated[one.stmt].data) for one in of[first] if one.iss == history.claims.iss]
    return list(firsts.values())


def _read(tx: Tx, statements: set[str]) -> dict[str, Claims]:
    entries = read_logged_entries(tx.connection, tx.origin, statements)
    return {stmt: parse_statement(entry.jws).claims for stmt, entry in entries.items()}


def _amends(claims: Claims) -> str:
    """The statement that a correction is about; "" for any other kind."""
    return str(claims.data.get("amends", "")) if claims.typ == CORRECTION else ""


def _first(stmt: str, stated: Mapping[str, Claims]) -> str:
    while stmt in stated and (amended := _amends(stated[stmt])):
        stmt = amended
    return stmt


def _events(history: _History, classes: Mapping[str, str], handed: Mapping[str, Handed]) -> Iterator[Event]:
    """The events of all versions: what does not stand any more with its error declaration."""
    claims, versions = history.claims, list(history.versions())
    told = [
        _stated(claims, stmt, data, classes, handed.get(history.first, Handed())) if data is not None else []
        for stmt, data, _ in versions
    ]
    for at, events in enumerate(told):
        if at + 1 == len(told):
            yield from events
            continue
        _, stated, when = versions[at + 1]
        for place, event in enumerate(events):
            anew = told[at + 1][place] if place < len(told[at + 1]) else None
            yield taken_back(event, when or event.time, anew, withdrawn=stated is None)


def _stated(
    claims: Claims, stmt: str, data: Mapping[str, Any], classes: Mapping[str, str], handed: Handed
) -> list[Event]:
    fact = parse_fact(claims.typ, masked(claims.typ, data), claims.sub, claims.occurred_at)

    def name_of(lot: str) -> str:
        return classes.get(lot, lot)

    found = [event_of(fact, stmt, claims.iss, name_of, handed)]
    if isinstance(fact, CertificateIssued):
        found.append(sent_with(fact, stmt, claims.iss, name_of, handed))
    return [event for event in found if event is not None]
