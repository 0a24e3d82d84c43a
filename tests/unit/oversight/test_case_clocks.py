"""Clocks of a case under the law of different places: the urgent class of results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.oversight.casework.clocks import (
    MET,
    OVERDUE,
    RUNNING,
    UNCOUNTED,
    CaseClock,
    CaseTimes,
    case_clocks,
    is_due,
    retest_end,
)
from trace.oversight.casework.table import CLOSED, INVESTIGATING, OBJECTED, OPENED
from trace.rules import load

OWED = {"decide-objection", "choose-laboratory", "review-objection"}
RESULT = datetime(2026, 10, 22, 8, 30, tzinfo=UTC)


def urgent_clock(profile: str, after: timedelta, *, begun: timedelta | None = None) -> CaseClock:
    steps = (("notify", RESULT + begun),) if begun is not None else ()
    times = CaseTimes(RESULT, RESULT, None, steps)
    found = case_clocks(load(profile), OPENED, times, "market", urgent=True, now=RESULT + after)
    return next(one for one in found if one.duty == "report-urgent")


@pytest.mark.requirement("S3-07", "S3-13")
def test_an_urgent_result_has_24_hours_by_the_clock_where_that_place_says_so() -> None:
    clock = urgent_clock("CN-51", timedelta(hours=23))
    assert (clock.rule.id, clock.ends.counting, clock.state) == ("R23", "clock", RUNNING)
    assert clock.ends.ends - clock.since == timedelta(hours=24)
    assert urgent_clock("CN-51", timedelta(hours=25)).state == OVERDUE
    assert urgent_clock("CN-51", timedelta(hours=25), begun=timedelta(hours=2)).state == MET


def test_where_the_law_says_at_once_no_number_of_hours_is_made_up() -> None:
    clock = urgent_clock("CN-31", timedelta(hours=48))
    assert (clock.rule.value, clock.state, clock.ends) == ("立即", UNCOUNTED, None)


def test_other_results_have_no_such_clock() -> None:
    times = CaseTimes(RESULT, RESULT, None)
    found = case_clocks(load("CN-51"), OPENED, times, "market", urgent=False, now=RESULT)
    assert "report-urgent" not in {one.duty for one in found}


def objected(ground: str, *steps: tuple[str, int], days: int = 40) -> dict[str, str]:
    """What the office owes a firm that objected at once, and how it stands so many days later."""
    past = (("notify", RESULT), ("objection-filed", RESULT))
    past += tuple((event, RESULT + timedelta(days=after)) for event, after in steps)
    times = CaseTimes(RESULT, RESULT, None, past, ground=ground)
    now = RESULT + timedelta(days=days)
    found = case_clocks(load("CN-31"), OBJECTED, times, "market", urgent=False, now=now)
    return {one.duty: f"{one.rule.id} {one.rule.number} {one.state}" for one in found if one.duty in OWED}


def test_an_objection_is_taken_and_reviewed_within_limits_of_their_own() -> None:
    taken = ("accept-objection", 2)
    assert objected("process", days=2) == {"decide-objection": "R66 5 running"}
    assert objected("process", taken) == {
        "decide-objection": "R66 5 met", "review-objection": "R66 20 overdue"
    }  # fmt: skip
    assert objected("method", taken) == {
        "decide-objection": "R66 5 met", "review-objection": "R66 30 running"
    }  # fmt: skip
    assert objected("result", taken) == {
        "decide-objection": "R65 5 met", "choose-laboratory": "R65 5 overdue"
    }  # fmt: skip
    again = objected("result", taken, ("retest-ordered", 3), ("retest-overdue", 30))
    assert again == {"decide-objection": "R65 5 met", "choose-laboratory": "R65 5 met"}


def test_a_laboratory_of_a_retest_has_ten_working_days() -> None:
    ordered = datetime(2026, 11, 2, 2, tzinfo=UTC)
    times = CaseTimes(RESULT, RESULT, None, (("retest-ordered", ordered),))
    ends = retest_end(load("CN-31"), times)
    assert ends is not None and (ends - ordered).days == 14, ends
    assert retest_end(load("CN-31"), CaseTimes(RESULT, RESULT, None)) is None


@pytest.mark.requirement("S4-09")
def test_a_case_is_due_when_it_ended_or_its_time_is_over_and_beginning_late_gains_nothing() -> None:
    rules, begun = load("CN-31"), RESULT + timedelta(days=80)
    idle = CaseTimes(RESULT, RESULT, None)
    late = CaseTimes(RESULT, RESULT, None, (("investigate", begun),))
    for times, state, days, due in (
        (idle, OPENED, 89, False),
        (idle, OPENED, 91, True),
        (late, INVESTIGATING, 91, False),
        (late, INVESTIGATING, 171, True),
        (late, CLOSED, 81, True),
    ):
        assert is_due(rules, state, times, RESULT + timedelta(days=days)) is due, (state, days)
