"""Burdens of a lot: what is noted of lots above it and comes down to it, and by what right.

Along inner links and pairs of hand-overs, lapsed ones too, everything comes down. A claim brings down orders
alone: who names another's lot learns nothing of its tests. A link that a correction or withdrawal took away
brings down orders, whenever they are given, and tests noted before it was taken away.

A failed test is borne by the other packings of the same production batch too, and comes down from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from trace.chain.lineage.arcs import Direction, Opening
from trace.chain.lineage.packings import Packings, all_beside, beside_among
from trace.chain.lineage.reach import (
    EVERYTHING,
    FIRST,
    ORDERS,
    MarkedGraph,
    MarkedLots,
    Passage,
    marked_above,
)
from trace.frozen import quickly_made


class BurdenedGraph(MarkedGraph, Protocol):
    """Marked lots, those under an order among them, and what passes between lots; `packings` are those that a
    failed test may make bear it, none where no tests are asked for."""

    @property
    def packings(self) -> Packings: ...

    def ordered(self) -> MarkedLots | None:
        """The marked lots that are under an order; None where orders are not asked for."""
        ...

    def has_former(self) -> bool:
        """Whether any link stands no longer."""
        ...


@quickly_made
@dataclass(frozen=True, slots=True)
class Burdens:
    """The marked lots above a lot, itself included, by what of their marks comes down to it.

    `whole`: all of it. `orders`: orders alone; they are known to be possible, not certain. `before`: what was
    noted before that moment (in microseconds) comes down as well, through a link that stands no longer.
    `beside`: packings among these -> others of their production batch that failed, whose tests they bear,
    each with the moment until which a sample has to be drawn.
    """

    whole: frozenset[int] = frozenset()
    orders: frozenset[int] = frozenset()
    before: Mapping[int, int] = field(default_factory=dict)
    beside: Mapping[int, Mapping[int, int]] = field(default_factory=dict)

    @property
    def lots(self) -> frozenset[int]:
        """All of which something comes down."""
        return self.whole.union(self.orders, self.before)

    def bears_test(self, lot: int, noted: int) -> bool:
        """Whether a test comes down that was noted on a lot, or borne by it, at a moment in microseconds."""
        return lot in self.whole or noted < self.before.get(lot, 0)

    def failed_beside(self) -> frozenset[int]:
        """The packings that failed beside those among these."""
        return frozenset().union(*self.beside.values())

    def bearing(self, failed: int, drawn: int, noted: int) -> list[int]:
        """The packings from which a test comes down that was noted at a moment on one of their batch, of a
        sample that was drawn of it at another."""
        return [
            packing
            for packing, others in sorted(self.beside.items())
            if drawn < others.get(failed, 0) and self.bears_test(packing, noted)
        ]


_NONE: Final = Burdens()


def burdens_above(graph: BurdenedGraph, lot: int, first: int = FIRST) -> Burdens:
    """The burdens of `lot`, each found by the shorter way: down from the marked lots, or up."""
    listed = graph.marked(first)
    if listed is not None and not listed:
        return _NONE  # as nearly always: nothing is marked anywhere
    bearing = _Bearing(graph)
    whole = marked_above(_Passing(graph, bearing, EVERYTHING), lot, first)
    ordered = graph.ordered()
    orders = marked_above(_Passing(graph, ordered, ORDERS), lot, first) if ordered is not None else whole
    before = _before(graph, bearing, lot, whole, first) if graph.has_former() else {}
    beside = beside_among(graph.packings, whole | before.keys())
    return Burdens(whole, orders - whole, before, beside)


def _before(
    graph: BurdenedGraph, bearing: MarkedLots, lot: int, whole: Collection[int], first: int
) -> dict[int, int]:
    """Lots reached through links of old as well, each with the latest moment that lets its marks through."""
    found: dict[int, int] = {}
    passing = _Passing(graph, bearing, ORDERS + 1)
    left = set(marked_above(passing, lot, first)).difference(whole)
    for moment in sorted(passing.moments, reverse=True):
        if not left:
            break
        reached = left.intersection(marked_above(_Passing(graph, bearing, moment), lot, first))
        found.update(dict.fromkeys(reached, moment))
        left -= reached
    return found


class _Bearing:
    """The marked lots, and the packings of a batch of which another one failed; both cost the graph."""

    cost: Final = 0

    def __init__(self, graph: BurdenedGraph) -> None:
        self._graph = graph

    def marked(self, most: int) -> Collection[int] | None:
        marked = self._graph.marked(most)
        beside = None if marked is None else all_beside(self._graph.packings, most)
        return None if marked is None or beside is None else beside.keys() | marked

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return beside_among(self._graph.packings, lots).keys() | self._graph.marked_among(lots)


class _Passing:
    """A graph without the passages that let too little through."""

    def __init__(self, passages: MarkedGraph, marks: MarkedLots, least: int) -> None:
        self._passages, self._marks, self._least = passages, marks, least
        self.moments: set[int] = set()

    @property
    def cost(self) -> int:
        return self._passages.cost + self._marks.cost

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        found = self._passages.passages(lots, way, most)
        if found is None:
            return None
        passing = [one for one in found if one[5] >= self._least]
        self.moments.update(one[5] for one in passing if one[5] < EVERYTHING)
        return passing

    def opening(self, lot: int, before: int) -> Opening | None:
        return self._passages.opening(lot, before)

    def marked(self, most: int) -> Collection[int] | None:
        return self._marks.marked(most)

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return self._marks.marked_among(lots)
