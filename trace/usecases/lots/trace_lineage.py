"""Traces of a lot, up or downstream: a document of quantities, exact shares, open ends, witness paths.

What each actor sees: a regulator all of it, with receivers; an enterprise its own links and one step beyond
them; everybody else the regions and days that the goods passed. The document carries the hash of its report:
the same question on the same records gives the same digest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.chain.lineage.arcs import DISPUTED, DOWN, SUPERSEDED, UP, Arc, Direction
from trace.chain.lineage.closure import Assumptions, Closure, trace_down, trace_up
from trace.chain.lineage.mixing import REMAINDER, WorkExceeded
from trace.chain.lineage.open_ends import open_ends
from trace.chain.lineage.shares import Share, contributions
from trace.chain.lineage.versions import Draw, draws_of, refilled
from trace.chain.sight import Sight
from trace.errors import UnknownLot
from trace.errors.lineage import LotOutOfSight
from trace.parties import Actor
from trace.store.columns import amount
from trace.store.lots.details import LotRow, find_latest_logged, read_lots
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.wide_graph import WideLotGraph, is_established, sides_of
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.lineage_document import (
    Members,
    enterprise_document,
    journey_document,
    regulator_document,
)
from trace.usecases.lots.lineage_parts import Journey, LotParts
from trace.usecases.lots.sight import oversees, require_any_sight, sight
from trace.usecases.lots.states_above import states_above


@dataclass(frozen=True, slots=True)
class TraceLimits:
    """How far a trace goes: `public` lots where anybody may ask (the document then says `truncated`), shares
    of `shared` lots, for which `work` is done at most (`chain.lineage.shares`). Exact fractions grow with
    every mixing: beyond it the document has none and says so.
    """

    public: int = 50_000
    shared: int = 5_000
    work: int = 20_000_000


LIMITS: Final = TraceLimits()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader assumes: links are followed whatever their times; `kill_steps` are the urns of lots whose
    treatment ends the hazard; the start counts `since` a moment (down: contaminated then; up: used by then).
    """

    ignore_time: bool = False
    kill_steps: Collection[str] = ()
    since: datetime | None = None


AS_RECORDED: Final = Reading()
_ELSEWHERE: Final = REMAINDER - 1  # no row id is negative
DIRECTIONS: Final[Mapping[str, Direction]] = {"upstream": UP, "downstream": DOWN, "up": UP, "down": DOWN}


def trace_lineage(
    transactions: Transactions,
    lot: str,
    direction: str,
    actor: Actor,
    *,
    ignore_disputed: bool = False,
    reading: Reading = AS_RECORDED,
    max_lots: int | None = None,
    limits: TraceLimits = LIMITS,
) -> Members:
    """The members of the trace of the lot urn `lot` as `actor` may see it, in the document's order.

    `direction` is "upstream" or "downstream". The long members are iterators, each to be read to its end
    before the next member; the snapshot stays open until the last, or until `close()`. The first member
    raises `UnknownLot`, of the lots that `reading` names too, and `LotOutOfSight` for an enterprise that
    has nothing to do with the lot, and for an authority in whose area it does not lie; from a lot in its
    area it follows the goods wherever they went.
    """
    with transactions.look(actor.subject) as tx:
        killed = frozenset(require_lot(tx.connection, urn).id for urn in reading.kill_steps)
        assumed = Assumptions(ignore_disputed, reading.ignore_time, killed, reading.since)
        start = require_lot(tx.connection, lot)
        seen, overseen = sight(tx.connection, actor, start).sight, oversees(tx.connection, actor, start)
        public = not overseen and actor.party is None
        require_any_sight(tx.connection, actor, start)
        if not public and seen not in {Sight.WHOLE, Sight.PARTNER}:
            raise LotOutOfSight(lot=lot)
        most = min(max_lots or limits.public, limits.public) if public else max_lots
        graph = WideLotGraph(tx.connection) if overseen else StoredLotGraph(tx.connection)
        trace = trace_up if DIRECTIONS[direction] == UP else trace_down
        closure = trace(graph, [start.id], assumed, most)
        if public:
            yield from journey_document(_public_journey(tx, start, closure))
            return
        journey = _journey(tx, start, closure, graph, limits)
        journey = replace(journey, states=states_above(tx.connection))
        if overseen or actor.party is None:
            yield from regulator_document(journey)
        else:
            yield from enterprise_document(journey, actor.party)


def require_lot(connection: Connection, urn: str) -> LotRow:
    """The lot of that urn, or `UnknownLot`."""
    found = read_lots(connection, [urn])
    if not found:
        raise UnknownLot(lot=urn)
    return found[0]


def _public_journey(tx: Tx, start: LotRow, closure: Closure) -> Journey:
    """What anybody is shown needs the lots and their places alone."""
    return Journey(
        start=start,
        closure=closure,
        parts=LotParts(tx.connection, StoredLotGraph(tx.connection), closure),
        shares={},
        ends=(),
        as_of=tx.now,
        rules=tx.rules.version,
        shares_known=False,
    )


def _journey(tx: Tx, start: LotRow, closure: Closure, graph: StoredLotGraph, limits: TraceLimits) -> Journey:
    possible = _possible(tx.connection, start, closure, graph)
    parts = LotParts(tx.connection, StoredLotGraph(tx.connection), closure, sides_of(graph))
    shares_known, shares = len(closure.keys) <= limits.shared, dict[int, Share]()
    if shares_known:
        try:
            shares = _shares(closure, start, parts, possible, limits.work)
        except WorkExceeded:
            shares_known = False
    return Journey(
        start=start,
        closure=closure,
        parts=parts,
        shares=shares,
        ends=open_ends(closure, parts.kinds(closure.ends())),
        as_of=find_latest_logged(tx.connection) or tx.now,
        rules=tx.rules.version,
        shares_known=shares_known,
        possible=possible,
    )


def _possible(
    connection: Connection, start: LotRow, closure: Closure, graph: StoredLotGraph
) -> frozenset[int]:
    """The lots that are reached by one side's word alone, or by a link that stands no longer."""
    if not sides_of(graph):
        return frozenset()
    trace = trace_up if closure.direction == UP else trace_down
    certain = trace(WideLotGraph(connection, is_established), [start.id], closure.assumptions).lots
    return closure.lots - certain


def _shares(
    closure: Closure, start: LotRow, parts: LotParts, possible: frozenset[int], work: int
) -> dict[int, Share]:
    """Up: what part of the start each source is. Down: what part of each lot the start is.

    Only what is certain pours: behind a claim the source is the lot that was received, and what a lot holds
    that may or may not come from the start has no share.
    """
    capacity = {
        lot.id: amount(lot.quantity, lot.unit) for part, _ in parts.lots(sorted(closure.keys)) for lot in part
    }
    if closure.direction == UP:
        poured = [arc for arc in closure.arcs if arc.link_id >= 0]
        draws = _draws(poured, parts)
        found = contributions(poured, [start.id], capacity=capacity, draws=draws, work=work)[start.id]
        return {share.source: share for share in found.shares}
    reached = sorted(closure.lots - possible - {start.id})
    inflow = [
        _from_elsewhere(arc, closure) for arc in parts.graph.arcs_above(reached) if _counts(arc, closure)
    ]
    draws = _draws(inflow, parts)
    mixed = contributions(
        inflow, reached, sources=frozenset({start.id}), capacity=capacity, draws=draws, work=work
    )
    return {lot: mixed[lot].of(start.id) for lot in reached}


def _draws(arcs: Sequence[Arc], parts: LotParts) -> dict[int, list[Draw]]:
    """What had left those lots that were refilled, and when."""
    lots = refilled(arcs)
    if not lots:
        return {}
    into = [arc for arc in arcs if arc.to_lot in lots and arc.from_lot not in lots]
    drawn = draws_of([*parts.graph.arcs_below(sorted(lots)), *into], parts.gone(sorted(lots)))
    return {lot: drawn[lot] for lot in lots & drawn.keys()}


def _counts(arc: Arc, closure: Closure) -> bool:
    ignored = closure.assumptions.ignore_disputed and arc.state == DISPUTED
    return arc.state != SUPERSEDED and not ignored


def _from_elsewhere(arc: Arc, closure: Closure) -> Arc:
    """What the trace did not reach holds nothing of the start: all of it is one source, so that the cost
    follows the answer and not what lies above it."""
    return arc if arc.from_lot in closure.lots else replace(arc, from_lot=_ELSEWHERE)
