"""Traces of a lot, up or downstream: a document of quantities, exact shares, open ends, witness paths.

What each actor sees: a regulator all of it, with receivers; an enterprise its own links and one step beyond
them; everybody else the regions and days that the goods passed. The document carries the hash of its report:
the same question on the same records gives the same digest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.chain.lineage.arcs import DOWN, UP, Direction
from trace.chain.lineage.closure import Assumptions, Closure, trace_down, trace_up
from trace.chain.lineage.mixing import WorkExceeded
from trace.chain.lineage.open_ends import open_ends
from trace.chain.lineage.shares import Share
from trace.chain.sight import Sight
from trace.errors import UnknownLot
from trace.parties import Actor
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
from trace.usecases.lots.lineage_shares import shares_of
from trace.usecases.lots.sight import out_of_sight, oversees, require_any_sight, sight
from trace.usecases.lots.states_above import states_above


@dataclass(frozen=True, slots=True)
class TraceLimits:
    """How far a trace goes: `public` lots where anybody may ask (the document then says `truncated`), shares
    of `shared` lots, for which `work` is done at most (`chain.lineage.shares`). Exact fractions grow with
    every mixing: beyond it the document has none and says so.
    """

    public: int = 50_000
    shared: int = 50_000
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
            raise out_of_sight(tx.connection, actor, start)
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
            shares = shares_of(closure, start, parts, possible, limits.work)
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
