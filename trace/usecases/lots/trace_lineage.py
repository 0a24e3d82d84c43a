"""Traces of a lot, up or downstream: a document of quantities, exact shares, open ends, witness paths.

What each actor sees: a regulator all of it, with receivers; an enterprise its own links and one step beyond
them; everybody else the regions and days that the goods passed. The document carries the hash of its report:
the same question on the same records gives the same digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from trace.chain.lineage.arcs import DISPUTED, SUPERSEDED, Arc
from trace.chain.lineage.closure import Assumptions, Closure, trace_down, trace_up
from trace.chain.lineage.mixing import REMAINDER
from trace.chain.lineage.open_ends import open_ends
from trace.chain.lineage.shares import Share, contributions
from trace.chain.lineage.superset import DOWN, UP, Direction
from trace.errors import UnknownLot
from trace.errors.lineage import LotOutOfSight
from trace.ledger.disclosure import parse_disclosure
from trace.parties import Actor
from trace.store.log.disclosures import read_disclosures
from trace.store.lots.details import (
    LotRow,
    disputes_on,
    latest_logged,
    lots_named,
    lots_numbered,
    marks_by_lot,
    stated,
)
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.lineage_document import (
    Journey,
    Reached,
    Receiver,
    enterprise_document,
    journey_document,
    regulator_document,
)

MAX_LOTS: Final = 50_000
"""Beyond it the document says `truncated` and names where it stopped."""
SHARED_LOTS: Final = 5_000
"""Exact fractions grow with every mixing: beyond this many lots the document says `sharesKnown: false`."""
_ELSEWHERE: Final = REMAINDER - 1  # no row id is negative
DIRECTIONS: Final[Mapping[str, Direction]] = {"upstream": UP, "downstream": DOWN, "up": UP, "down": DOWN}
_RECEIVER: Final = {"receiver": "urn", "receiverName": "name", "receiverAddress": "address"}


def trace_lineage(
    transactions: Transactions,
    lot: str,
    direction: str,
    actor: Actor,
    *,
    ignore_disputed: bool = False,
    max_lots: int | None = None,
) -> dict[str, Any]:
    """The trace of the lot urn `lot` as `actor` may see it; `direction` is "upstream" or "downstream".

    Raises `UnknownLot`, and `LotOutOfSight` for an enterprise that has nothing to do with the lot.
    """
    assumed = Assumptions(ignore_disputed=ignore_disputed)
    with transactions.look(actor.subject) as tx:
        start = require_lot(tx.connection, lot)
        journey = _trace(tx, start, DIRECTIONS[direction], assumed, min(max_lots or MAX_LOTS, MAX_LOTS))
        if actor.is_regulator:
            return regulator_document(journey)
        if actor.party is None:
            return journey_document(journey)
        if not journey.touches(actor.party):
            raise LotOutOfSight(lot=lot)
        return enterprise_document(journey, actor.party)


def require_lot(connection: Connection, urn: str) -> LotRow:
    """The lot of that urn, or `UnknownLot`."""
    found = lots_named(connection, [urn])
    if not found:
        raise UnknownLot(lot=urn)
    return found[0]


def _trace(tx: Tx, start: LotRow, direction: Direction, assumed: Assumptions, max_lots: int) -> Journey:
    connection = tx.connection
    graph = StoredLotGraph(connection)
    closure = (trace_up if direction == UP else trace_down)(graph, [start.id], assumed, max_lots)
    lots = lots_numbered(connection, {*closure.lots, *closure.unexplored, *_excluded(closure)})
    shares_known = len(closure.lots) <= SHARED_LOTS
    shares = _shares(graph, closure, start, lots) if shares_known else {}
    names = _Names.of(connection, list(lots.values()))
    marks = marks_by_lot(connection, closure.lots)
    return Journey(
        start=start,
        closure=closure,
        lots=lots,
        reached=tuple(
            Reached(
                lots[lot],
                closure.when(lot),
                shares.get(lot),
                tuple(arc.statement for arc in closure.witness(lot)),
                tuple(mark for mark, _ in marks.get(lot, ())),
            )
            for lot in sorted(closure.lots)
        ),
        parties=names.parties,
        places=names.places,
        ends=open_ends(closure, {lot: row.kind for lot, row in lots.items()}),
        disputes=tuple(disputes_on(connection, closure.lots)),
        receivers=_receivers(connection, closure, lots),
        as_of=latest_logged(connection) or tx.now,
        rules=tx.rules.version,
        shares_known=shares_known,
    )


def _excluded(closure: Closure) -> set[int]:
    return {gone.lot for gone in closure.excluded}


def _shares(
    graph: StoredLotGraph, closure: Closure, start: LotRow, lots: Mapping[int, LotRow]
) -> dict[int, Share]:
    """Up: what part of the start each source is. Down: what part of each lot the start is."""
    capacity = {lot: row.quantity for lot, row in lots.items()}
    if closure.direction == UP:
        found = contributions(closure.arcs, [start.id], capacity=capacity)[start.id]
        return {share.source: share for share in found.shares}
    reached = sorted(closure.lots - {start.id})
    inflow = [_from_elsewhere(arc, closure) for arc in graph.arcs_above(reached) if _counts(arc, closure)]
    mixed = contributions(inflow, reached, sources=frozenset({start.id}), capacity=capacity)
    return {lot: mixed[lot].of(start.id) for lot in reached}


def _counts(arc: Arc, closure: Closure) -> bool:
    ignored = closure.assumptions.ignore_disputed and arc.state == DISPUTED
    return arc.state != SUPERSEDED and not ignored


def _from_elsewhere(arc: Arc, closure: Closure) -> Arc:
    """What the trace did not reach holds nothing of the start: all of it is one source, so that the cost
    follows the answer and not what lies above it."""
    return arc if arc.from_lot in closure.lots else replace(arc, from_lot=_ELSEWHERE)


def _receivers(connection: Connection, closure: Closure, lots: Mapping[int, LotRow]) -> dict[int, Receiver]:
    """Consignment lot -> who received it, with what the shipper disclosed and nobody has erased."""
    consignments = [lots[lot] for lot in sorted(closure.lots) if lots[lot].kind == "consignment"]
    held = read_disclosures(connection, {row.made_by.statement for row in consignments})
    found: dict[int, Receiver] = {}
    for row in consignments:
        known = dict.fromkeys(_RECEIVER.values(), "")
        for name, value in disclosed(held.get(row.made_by.statement, ())):
            if name in _RECEIVER and isinstance(value, str):
                known[_RECEIVER[name]] = value
        found[row.id] = Receiver(known["urn"] or row.holder, known["name"] or None, known["address"] or None)
    return found


def disclosed(encoded: Sequence[str]) -> list[tuple[str, object]]:
    """(name, value) of each disclosure."""
    return [(one.name, one.value) for one in map(parse_disclosure, encoded)]


@dataclass(frozen=True, slots=True)
class _Names:
    """Master data of the parties and places that a trace touches."""

    parties: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, connection: Connection, lots: Sequence[LotRow]) -> _Names:
        parties = {party for row in lots for party in (row.holder, row.made_by.iss) if party}
        places = {row.place for row in lots if row.place}
        places.update(plot for row in lots for plot in row.detail.get("plots", ()))
        return cls(
            {urn: data for urn, (data, _) in stated(connection, "party", parties).items()},
            {urn: data for urn, (data, _) in stated(connection, "place", places).items()},
        )
