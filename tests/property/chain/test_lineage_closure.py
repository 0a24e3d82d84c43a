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


def bounds(arc: Arc) -> tuple[datetime, datetime]:
    """a⁻ and d⁺ said anew, in datetimes: a contradictory or unknown time bounds nothing."""
    never, ever = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    left, arrived = arc.departure, arc.arrival
    if left.earliest and arrived.latest and arrived.latest < left.earliest:
        return ever, never
    return (
        max(left.earliest or ever, arrived.earliest or ever),
        min(left.latest or never, arrived.latest or never),
    )


def admissible(path: list[Arc]) -> bool:
    times = [bounds(arc) for arc in path]
    return all(times[i][0] <= times[j][1] for j in range(len(times)) for i in range(j))


def paths_from(arcs: list[Arc], lot: int, assumed: Assumptions, seen=()) -> list[list[Arc]]:
    found: list[list[Arc]] = [[]]
    for arc in arcs:
        dead = arc.state == "superseded" or arc.from_lot in assumed.kill_steps
        dead = dead or (assumed.ignore_disputed and arc.state == "disputed")
        if arc.from_lot == lot and arc.to_lot not in seen and not dead:
            found += [[arc, *rest] for rest in paths_from(arcs, arc.to_lot, assumed, (*seen, lot))]
    return found


@given(timed_graphs(), st.integers(0, LOTS - 1), assumptions)
def test_the_closure_is_what_enumerating_every_path_gives(arcs, start, assumed):
    good = [path for path in paths_from(arcs, start, assumed) if admissible(path)]
    closure = trace_down(GraphInMemory(arcs), [start], assumed)
    assert closure.lots == {path[-1].to_lot for path in good if path} | {start}
    for lot in closure.lots - {start}:
        to_lot = [path for path in good if path and path[-1].to_lot == lot]
        earliest = min(max(bounds(arc)[0] for arc in path) for path in to_lot)
        assert closure.when(lot) == (earliest if earliest.year > 1 else None)
        witness = list(closure.witness(lot))
        assert len(witness) == min(map(len, to_lot))
        assert admissible(witness)
        assert witness[0].from_lot == start
        assert witness[-1].to_lot == lot


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
