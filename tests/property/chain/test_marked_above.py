"""What both ends find is what a whole trace upwards finds, however little may be read at once."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import LOTS, timed_graphs
from trace.chain.admission.marks_above import Spread, marks_above
from trace.chain.chain_state import ChainState
from trace.chain.effects import Interval, Mark, NewLink
from trace.chain.lineage.arcs import SUPERSEDED, UP, Arc, Direction, GraphInMemory, Opening
from trace.chain.lineage.closure import trace_up
from trace.chain.lineage.reach import EVERYTHING, Passage, marked_above


def passage(arc: Arc) -> Passage:
    return arc.link_id, arc.from_lot, arc.to_lot, *arc.window(), EVERYTHING, arc.between_firms


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
        return [passage(arc) for arc in found]

    def opening(self, lot: int, before: int) -> Opening | None:
        self.cost += 1
        return GraphInMemory(self._arcs).openings([lot], signed_only=False).get(lot)

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


@pytest.mark.parametrize("marked", [{0, 1, 2}, set(range(LOTS - 1)), {0}, set()])
def test_marked_lots_too_many_to_list_are_listed_when_more_may_be_read(marked):
    """A lot out of six others: neither it nor the marked lots can be read one by one."""
    ever = Interval(None, None)
    arcs = [
        Arc(number, number, LOTS - 1, "transform", None, None, ever, ever, "signed", f"s{number}")
        for number in range(LOTS - 1)
    ]
    graph = Counting(arcs, marked)
    assert marked_above(graph, LOTS - 1, 1) == marked
    assert marked or graph.cost == 1, "nothing is searched where nothing is marked"


class Stored(Counting):
    """The same behind the port of admission: every marked lot bears one mark."""

    def marks_on(self, lots: Collection[int]) -> list[tuple[str, Mark]]:
        bearing = set(lots) & set(self._marked)
        return [(str(lot), Mark(lot, "R05", "failed-report", lot, (), {})) for lot in bearing]

    def ordered(self) -> None:
        return None

    def has_former(self) -> bool:
        return False

    def waiting(self, names: Collection[str]) -> list[tuple[int, str, int]]:
        """Nobody has claimed anything here."""
        return []


def changed(arc: Arc, state: str) -> NewLink:
    ends = (arc.from_lot, arc.to_lot)
    return NewLink(arc.link_id, *ends, arc.kind, None, None, arc.departure, arc.arrival, state)


@given(timed_graphs(), st.data(), marks, st.integers(0, LOTS - 1))
def test_what_a_batch_has_made_of_the_links_counts_as_if_it_were_stored(arcs, data, marked, lot):
    """Some links are new in the batch, of some it has changed the state; the rest is stored."""
    known, stored, now = ChainState(), [], []
    for arc in arcs:
        fate = data.draw(st.sampled_from(["stored", "new", "superseded"]))
        if fate != "new":
            stored.append(arc)
        if fate != "stored":
            known.links[arc.link_id] = changed(arc, SUPERSEDED if fate == "superseded" else arc.state)
        if fate != "superseded":
            now.append(arc)
    known.stored = Stored(stored, marked)
    found = marks_above(known, lot, Spread(lambda mark, urn: True, (), ()))
    assert {mark.lot for _, mark in found} == trace_up(GraphInMemory(now), [lot]).lots & marked
