"""What both ends find is what a whole trace upwards finds, however little may be read at once."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import LOTS, timed_graphs
from trace.chain.lineage.arcs import SUPERSEDED, UP, Arc, Direction, GraphInMemory
from trace.chain.lineage.closure import trace_up
from trace.chain.lineage.reach import EVERYTHING, Passage, marked_above


class Counting:
    """Arcs and marks in memory behind the port, with the bounds kept and everything read counted."""

    def __init__(self, arcs: list[Arc], marked: Collection[int]) -> None:
        self._arcs = [arc for arc in arcs if arc.state != SUPERSEDED]
        self._marked = marked
        self.cost = 0

    def passages(self, lots: Collection[int], way: Direction, most: int) -> list[Passage] | None:
        found = [arc for arc in self._arcs if (arc.to_lot if way == UP else arc.from_lot) in lots]
        self.cost += 1 + min(len(found), most + 1)
        if len(found) > most:
            return None
        return [(arc.link_id, arc.from_lot, arc.to_lot, *arc.window(), EVERYTHING) for arc in found]

    def marked(self, most: int) -> Collection[int] | None:
        self.cost += 1
        return None if len(self._marked) > most else self._marked

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        self.cost += 1
        return set(self._marked) & set(lots)


marks = st.sets(st.integers(0, LOTS - 1))


@given(timed_graphs(), marks, st.integers(0, LOTS - 1), st.sampled_from([1, 2, 64]))
def test_both_ends_find_what_a_trace_upwards_finds(arcs, marked, lot, first):
    whole = trace_up(GraphInMemory(arcs), [lot]).lots
    assert marked_above(Counting(arcs, marked), lot, first) == whole & marked
