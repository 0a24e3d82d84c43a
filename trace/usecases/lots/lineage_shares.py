"""Shares of a trace: up, what part of the start each source is; down, what part of each lot the start is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from trace.chain.lineage.arcs import CONTACT, DISPUTED, SUPERSEDED, UP, Arc
from trace.chain.lineage.closure import Closure
from trace.chain.lineage.composition import composition
from trace.chain.lineage.mixing import REMAINDER
from trace.chain.lineage.pools import Held, pool_bounds
from trace.chain.lineage.shares import Share, contributions
from trace.chain.lineage.versions import Draw, draws_of, refilled
from trace.quantities import Quantity
from trace.store.columns import amount
from trace.store.lots.details import LotRow
from trace.usecases.lots.lineage_parts import LotParts

_ELSEWHERE: Final = REMAINDER - 1  # no row id is negative


def shares_of(
    closure: Closure, start: LotRow, parts: LotParts, possible: frozenset[int], work: int
) -> dict[int, Share]:
    """The shares by lot; raises WorkExceeded beyond `work`.

    Only what is certain pours: behind a claim the source is the lot that was received, and what a lot holds
    that may or may not come from the start has no share.
    """
    capacity = _quantities(closure, parts)
    if closure.direction == UP:
        poured = [arc for arc in closure.arcs if arc.link_id >= 0 and arc.kind != CONTACT]
        draws = _draws(poured, parts)
        made_of = composition(poured, start.id, capacity=capacity, draws=draws, work=work)
        return {share.source: share for share in made_of.shares}
    reached = sorted(closure.lots - possible - {start.id})
    inflow = _inflow(closure, parts, reached)
    draws = _draws(inflow, parts)
    mixed = contributions(
        inflow, reached, sources=frozenset({start.id}), capacity=capacity, draws=draws, work=work
    )
    found = {lot: mixed[lot].of(start.id) for lot in reached}
    if any(arc.kind == CONTACT for arc in closure.arcs):
        # What is touched only has no share, not one of nothing.
        return {lot: share for lot, share in found.items() if share.high}
    return found


def unmixed_of(closure: Closure, start: LotRow, parts: LotParts) -> dict[int, Held]:
    """How much of the start each lot below holds at least and at most, had nothing been mixed."""
    reached = sorted(closure.lots - {start.id})
    return pool_bounds(_inflow(closure, parts, reached), start.id, _quantities(closure, parts))


def _quantities(closure: Closure, parts: LotParts) -> dict[int, Quantity]:
    return {
        lot.id: amount(lot.quantity, lot.unit) for part, _ in parts.lots(sorted(closure.keys)) for lot in part
    }


def _inflow(closure: Closure, parts: LotParts, reached: Sequence[int]) -> list[Arc]:
    return [_from_elsewhere(arc, closure) for arc in parts.graph.arcs_above(reached) if _counts(arc, closure)]


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
    return arc.state != SUPERSEDED and not ignored and arc.kind != CONTACT


def _from_elsewhere(arc: Arc, closure: Closure) -> Arc:
    """What the trace did not reach holds nothing of the start: all of it is one source, so that the cost
    follows the answer and not what lies above it."""
    return arc if arc.from_lot in closure.lots else replace(arc, from_lot=_ELSEWHERE)
