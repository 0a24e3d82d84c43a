"""Burdens come down along links whole, through claims as orders, through links of old as far as they were
noted in time: the same as counting every way through the graph."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import LOTS, timed_graphs
from trace.chain.lineage.arcs import SUPERSEDED, UNKNOWN, UP, Arc, Direction, GraphInMemory, Opening
from trace.chain.lineage.burdens import burdens_above
from trace.chain.lineage.closure import trace_up
from trace.chain.lineage.packings import NO_PACKINGS
from trace.chain.lineage.reach import EVERYTHING, ORDERS, Passage

MOMENTS = (10, 20, 30)


class Burdened:
    """Arcs with what passes through each, and marks, in memory behind the port; no packings of a batch."""

    packings = NO_PACKINGS

    def __init__(
        self, ways: list[tuple[Arc, int]], marked: Collection[int], ordered: Collection[int]
    ) -> None:
        self._ways = [(arc, passes) for arc, passes in ways if arc.state != SUPERSEDED]
        self._marked, self._ordered = set(marked), set(ordered)
        self.cost = 0

    def passages(self, lots: Collection[int], way: Direction, most: int) -> list[Passage] | None:
        found: list[Passage] = [
            (arc.link_id, arc.from_lot, arc.to_lot, *arc.window(), passes, arc.between_firms)
            for arc, passes in self._ways
            if (arc.to_lot if way == UP else arc.from_lot) in lots
        ]
        self.cost += 1 + min(len(found), most + 1)
        return None if len(found) > most else found

    def opening(self, lot: int, before: int) -> Opening | None:
        self.cost += 1
        links = [arc for arc, passes in self._ways if passes == EVERYTHING]
        return GraphInMemory(links).openings([lot], signed_only=False).get(lot)

    def marked(self, most: int) -> Collection[int] | None:
        self.cost += 1
        return None if len(self._marked) > most else self._marked

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        self.cost += 1
        return self._marked & set(lots)

    def ordered(self) -> Burdened:
        return Burdened([], self._ordered, ())

    def has_former(self) -> bool:
        return any(ORDERS < passes < EVERYTHING for _, passes in self._ways)


def said(arc: Arc, passes: int) -> tuple[Arc, int]:
    """Claims and links of old say no times and are between two firms."""
    if passes == EVERYTHING:
        return arc, passes
    return replace(arc, kind="receive", departure=UNKNOWN, arrival=UNKNOWN), passes


def above(ways: list[tuple[Arc, int]], lot: int, least: int) -> frozenset[int]:
    return trace_up(GraphInMemory([arc for arc, passes in ways if passes >= least]), [lot]).lots


lots = st.sets(st.integers(0, LOTS - 1))
kinds = st.lists(st.sampled_from([EVERYTHING, EVERYTHING, ORDERS, *MOMENTS]), min_size=40, max_size=40)


@given(timed_graphs(), kinds, lots, lots, st.integers(0, LOTS - 1), st.sampled_from([1, 64]))
def test_burdens_are_those_of_every_way_that_lets_them_pass(arcs, passing, tested, ordered, lot, first):
    ways = [said(arc, passing[at % len(passing)]) for at, arc in enumerate(arcs)]
    marked = tested | ordered
    burdens = burdens_above(Burdened(ways, marked, ordered), lot, first)
    whole = above(ways, lot, EVERYTHING) & marked
    assert burdens.whole == whole
    assert burdens.orders == (above(ways, lot, ORDERS) & ordered) - whole
    assert burdens.before == {
        one: max(moment for moment in MOMENTS if one in above(ways, lot, moment))
        for one in (above(ways, lot, min(MOMENTS)) & marked) - whole
    }
    assert burdens.lots <= above(ways, lot, ORDERS)
