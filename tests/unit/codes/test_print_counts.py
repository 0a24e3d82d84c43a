"""The five sets of a run's codes are disjoint and are the run, whatever was reported."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trace.codes.intervals import Interval, Intervals
from trace.codes.print_counts import Printing, count_run

RUN = Interval(100, 50)


def within(low: int, high: int) -> st.SearchStrategy[Interval]:
    return st.tuples(st.integers(low, high), st.integers(0, 30)).map(
        lambda drawn: Interval(drawn[0], min(drawn[1], high - drawn[0]))
    )


@st.composite
def printings(draw: st.DrawFn) -> Printing:
    interval = draw(within(RUN.first, RUN.end))
    out = draw(st.integers(0, interval.count))
    return Printing(interval, draw(st.booleans()), draw(st.one_of(st.none(), st.integers(0, out))), out)


@given(st.lists(printings(), max_size=5), st.lists(within(80, 170), max_size=3))
def test_every_planned_code_is_counted_once(told, voids) -> None:
    found = count_run(RUN, told, Intervals.of(voids))
    sets = (found.waiting, found.printed, found.reprinted, found.spoiled, found.void)
    for counter in range(RUN.first, RUN.end):
        assert sum(counter in each for each in sets) == 1, counter
    assert sum(each.total for each in sets) == RUN.count


def test_a_label_that_came_out_well_and_was_voided_later_is_void() -> None:
    found = count_run(RUN, [Printing(RUN, good=50, out=50)], Intervals.of([Interval(148, 9)]))
    assert (found.printed.total, found.void.total) == (48, 2)
