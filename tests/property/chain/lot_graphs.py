"""Small random lot graphs with known, partly known, unknown and contradictory times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import Arc

DAY_0 = datetime(2026, 1, 1, tzinfo=UTC)
LOTS = 7

ends = st.one_of(st.none(), st.integers(0, 6).map(lambda day: DAY_0 + timedelta(days=day)))


@st.composite
def intervals(draw) -> Interval:
    first, last = draw(ends), draw(ends)
    if first is not None and last is not None and last < first:
        first, last = last, first
    return Interval(first, last)


@st.composite
def timed_graphs(draw) -> list[Arc]:
    arcs = []
    for number in range(draw(st.integers(0, 14))):
        upper, lower = draw(st.integers(0, LOTS - 1)), draw(st.integers(0, LOTS - 1))
        if upper != lower:
            times = draw(intervals()), draw(intervals())
            state = draw(st.sampled_from(["signed", "signed", "disputed", "superseded"]))
            kind = draw(st.sampled_from(["transform", "transform", "transform", "receive"]))
            arcs.append(Arc(number, upper, lower, kind, None, None, *times, state, f"s{number}"))
    return arcs
