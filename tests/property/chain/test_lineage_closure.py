"""The closure against brute force: every simple path of small random timed graphs, and duality."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import LOTS, timed_graphs
from trace.chain.lineage.arcs import Arc, GraphInMemory
from trace.chain.lineage.closure import Assumptions, trace_down, trace_up

assumptions = st.builds(
    Assumptions, ignore_disputed=st.booleans(), kill_steps=st.frozensets(st.integers(0, LOTS - 1), max_size=1)
)


EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def bounds(arc: Arc) -> tuple[datetime, datetime]:
    """a⁻ and d⁺ said anew, in datetimes: a contradictory or unknown time bounds nothing."""
    left, arrived = arc.departure, arc.arrival
    if left.earliest and arrived.latest and arrived.latest < left.earliest:
        return EVER, NEVER
    return (
        max(left.earliest or EVER, arrived.earliest or EVER),
        min(left.latest or NEVER, arrived.latest or NEVER),
    )


class Records:
    """What the records of a whole graph say of single links, whoever asks and from wherever."""

    def __init__(self, arcs: list[Arc], assumed: Assumptions) -> None:
        refused = {"superseded", "disputed"} if assumed.ignore_disputed else {"superseded"}
        self.above = {
            lot: [arc for arc in arcs if arc.to_lot == lot and arc.state not in refused]
            for lot in range(LOTS)
        }
        self.timed = {
            lot: [arc for arc in into if arc.kind == "transform" or bounds(arc)[0] != EVER]
            for lot, into in self.above.items()
        }
        self.stated = {
            lot: min((bounds(arc)[0] for arc in into), default=EVER) for lot, into in self.timed.items()
        }

    def arrived(self, arc: Arc) -> datetime:
        known = bounds(arc)[0]
        return self.stated[arc.from_lot] if known == EVER else known

    def first(self, lot: int) -> datetime:
        return min((self.arrived(arc) for arc in self.timed[lot]), default=EVER)

    def by_two_clocks_or_none(self, arc: Arc) -> bool:
        return arc.kind in {"receive", "return"} or bounds(arc)[1] < self.first(arc.from_lot)

    def cross(self, arc: Arc, until: datetime | None) -> datetime | None:
        """Going up into the lot of which something was taken at the latest at `until` (None: not asked yet):
        the latest time at which its upper lot still matters; None where time says that it does not."""
        if until is not None:
            until = max(until, self.first(arc.to_lot))
        if self.by_two_clocks_or_none(arc):
            return NEVER
        until = NEVER if until is None else until
        return min(until, bounds(arc)[1]) if self.arrived(arc) <= until else None

    def admissible(self, path: list[Arc]) -> bool:
        until: datetime | None = None
        for arc in reversed(path):
            until = self.cross(arc, until)
            if until is None:
                return False
        return True

    def distances(self, start: int, assumed: Assumptions) -> dict[int, int]:
        """Lot -> links of the shortest admissible way down to it from `start`; all states, one by one."""
        followed = [
            arc for lot in self.above for arc in self.above[lot] if arc.from_lot not in assumed.kill_steps
        ]
        found = {}
        for end in range(LOTS):
            states, frontier, links = {(end, None)}, {(end, None)}, 0
            while frontier and all(lot != start for lot, _ in frontier):
                frontier = {
                    (arc.from_lot, beyond)
                    for lot, until in frontier
                    for arc in followed
                    if arc.to_lot == lot and (beyond := self.cross(arc, until)) is not None
                } - states
                states |= frontier
                links += 1
            if frontier:
                found[end] = links
        return found


@given(timed_graphs(), st.integers(0, LOTS - 1), assumptions)
def test_the_closure_is_what_trying_every_state_gives(arcs, start, assumed):
    records = Records(arcs, assumed)
    nearest = records.distances(start, assumed)
    closure = trace_down(GraphInMemory(arcs), [start], assumed)
    assert closure.lots == nearest.keys()
    for lot in closure.lots - {start}:
        witness = list(closure.witness(lot))
        assert len(witness) == nearest[lot]
        assert records.admissible(witness)
        assert witness[0].from_lot == start
        assert witness[-1].to_lot == lot


@given(timed_graphs(), st.integers(0, LOTS - 1), assumptions)
def test_time_leaves_no_lot_without_any_of_its_inputs(arcs, start, assumed):
    records = Records(arcs, assumed)
    closure = trace_up(GraphInMemory(arcs), [start], assumed)
    for lot in closure.lots:
        above = {arc.from_lot for arc in records.above[lot] if arc.from_lot not in assumed.kill_steps}
        assert not above or above & closure.lots or assumed.kill_steps


@given(timed_graphs(), st.integers(0, LOTS - 1))
def test_time_cuts_no_link_between_firms(arcs, start):
    down, up = (trace(GraphInMemory(arcs), [start]).lots for trace in (trace_down, trace_up))
    for arc in arcs:
        if arc.between_firms and arc.state != "superseded":
            assert arc.from_lot not in down or arc.to_lot in down
            assert arc.to_lot not in up or arc.from_lot in up


@given(timed_graphs(), assumptions)
def test_v_is_downstream_of_u_exactly_when_u_is_upstream_of_v(arcs, assumed):
    graph = GraphInMemory(arcs)
    down = {lot: trace_down(graph, [lot], assumed).lots for lot in range(LOTS)}
    up = {lot: trace_up(graph, [lot], assumed).lots for lot in range(LOTS)}
    assert {(u, v) for u in down for v in down[u]} == {(u, v) for v in up for u in up[v]}


@given(timed_graphs(), st.integers(0, LOTS - 1), assumptions)
def test_every_connected_lot_is_either_reached_or_explained(arcs, start, assumed):
    closure = trace_down(GraphInMemory(arcs), [start], assumed)
    everything = trace_down(GraphInMemory(arcs), [start], Assumptions(ignore_time=True))
    told = {gone.lot for gone in closure.excluded}
    assert told | closure.lots == everything.lots
    assert not told & closure.lots


@given(timed_graphs(), st.integers(0, LOTS - 1))
def test_the_answer_does_not_depend_on_the_order_of_the_links(arcs, start):
    one = trace_down(GraphInMemory(arcs), [start])
    other = trace_down(GraphInMemory(reversed(arcs)), [start])
    assert (one.keys, one.arcs, one.excluded) == (other.keys, other.arcs, other.excluded)
    assert [one.witness(lot) for lot in sorted(one.lots)] == [other.witness(lot) for lot in sorted(one.lots)]


@given(timed_graphs(), st.integers(0, LOTS - 1), st.integers(1, LOTS))
def test_a_truncated_answer_says_so_and_claims_nothing_false(arcs, start, limit):
    whole = trace_down(GraphInMemory(arcs), [start])
    part = trace_down(GraphInMemory(arcs), [start], max_lots=limit)
    assert part.lots <= whole.lots
    assert part.truncated or part.lots == whole.lots
