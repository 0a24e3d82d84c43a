"""Bounds of what is where of a lot, were nothing mixed: how much of it each lot holds at least and at most.

Whoever takes q of a pool with A of the lot and U of other goods has at most min(q, A) of it and at least
max(0, q - U), whichever units were taken. The bounds hold for every order of picking, so they enclose the
shares of a pool that was mixed; in rings, and where an amount is missing, only what is surely so is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Final

from trace.chain.lineage.arcs import Arc
from trace.chain.lineage.versions import arriving
from trace.quantities import Quantity

_NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Held:
    """How much of the lot another one holds, in base units of its own dimension; `most` None: not bounded."""

    least: Fraction
    most: Fraction | None


NOTHING: Final = Held(_NONE, _NONE)
UNBOUNDED: Final = Held(_NONE, None)


@dataclass(slots=True)
class _Pool:
    """What flowed into a lot: `whole` None where an amount is missing or does not compare."""

    held: Held
    whole: Fraction | None

    @property
    def others(self) -> Fraction | None:
        """The most that is not of the lot."""
        return None if self.whole is None else max(self.whole - self.held.least, _NONE)


def pool_bounds(arcs: Iterable[Arc], start: int, quantities: Mapping[int, Quantity]) -> dict[int, Held]:
    """What every lot below holds of `start`, by the arcs into all of them.

    `quantities` are what lots are stated to hold: of more than flowed in the rest counts as other goods.
    """
    into: defaultdict[int, list[Arc]] = defaultdict(list)
    below: defaultdict[int, list[int]] = defaultdict(list)
    for arc in arcs:
        if arc.to_lot != start:
            into[arc.to_lot].append(arc)
            below[arc.from_lot].append(arc.to_lot)
    waiting = {lot: sum(arc.from_lot in into for arc in flows) for lot, flows in into.items()}
    ready = [lot for lot, left in waiting.items() if not left]
    heapify(ready)
    left = set(into)
    pools: dict[int, _Pool] = {}
    while left:
        lot = heappop(ready) if ready else min(left)  # in a ring: what is above it counts as unknown
        left.discard(lot)
        pools[lot] = _poured(into[lot], start, pools, into.keys(), quantities.get(lot))
        for lower in below[lot]:
            waiting[lower] -= 1
            if lower in left and not waiting[lower]:
                heappush(ready, lower)
    return {lot: pool.held for lot, pool in pools.items()}


def _poured(
    flows: Iterable[Arc],
    start: int,
    pools: Mapping[int, _Pool],
    known: Iterable[int],
    stated: Quantity | None,
) -> _Pool:
    amounts, parts = [], []
    for arc in flows:
        amounts.append(arriving(arc))
        if arc.from_lot == start:
            parts.append(_all_of(arc))
        elif arc.from_lot in pools:
            parts.append(_taken(arc, pools[arc.from_lot]))
        else:
            parts.append(UNBOUNDED if arc.from_lot in known else NOTHING)
    comparable = {one.dimension for one in amounts if one is not None}
    if None in amounts or len(comparable) != 1:
        return _Pool(_capped(parts, None), None)
    whole = sum((one.base for one in amounts if one is not None), _NONE)
    if stated is not None and stated.dimension in comparable:
        whole = max(whole, stated.base)
    return _Pool(_capped(parts, whole), whole)


def _all_of(arc: Arc) -> Held:
    amount = arriving(arc)
    return UNBOUNDED if amount is None else Held(amount.base, amount.base)


def _taken(arc: Arc, pool: _Pool) -> Held:
    """What an arc brought out of a pool, in the units in which it arrived."""
    took, came = arc.taken or arc.given, arriving(arc)
    if took is None or came is None or not took:
        return Held(_NONE, _NONE if came is not None and not came else None)
    factor = came.base / took.base
    most = took.base if pool.held.most is None else min(took.base, pool.held.most)
    least = _NONE if pool.others is None else max(took.base - pool.others, _NONE)
    return Held(least * factor, most * factor)


def _capped(parts: Iterable[Held], whole: Fraction | None) -> Held:
    least, most = _NONE, _NONE
    for one in parts:
        least += one.least
        if one.most is None:
            return Held(least, whole) if whole is not None else Held(_NONE, None)
        most += one.most
    return Held(least, most if whole is None else min(most, whole))
