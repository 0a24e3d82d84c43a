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
)
from trace.oversight.casework.table import OPENED
from trace.rules import load

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
