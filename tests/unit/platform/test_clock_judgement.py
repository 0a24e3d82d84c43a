"""Whose clock is off: what the clocks of others say of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.platform.examination.clocks import ahead_of, judge_clock
from trace.platform.examination.finding import AMISS, UNSURE, WELL, worst

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "state", "code"),
    [
        ({}, UNSURE, "clock-unknown"),
        ({"agri": 0.4}, WELL, "clock-right"),
        ({"agri": 59.0, "market": -59.0}, WELL, "clock-right"),
        ({"agri": 300.0}, AMISS, "clocks-differ"),
        ({"agri": 300.0, "market": 301.0}, AMISS, "clock-behind"),
        ({"agri": -90.0, "market": -91.0}, AMISS, "clock-ahead"),
        ({"agri": 300.0, "market": 0.2}, AMISS, "clock-of-another"),
        ({"agri": 300.0, "market": -300.0}, AMISS, "clocks-all-differ"),
    ],
)
def test_the_clock_that_stands_alone_is_the_one_that_is_named(
    ahead: dict[str, float], state: str, code: str
) -> None:
    found = judge_clock(ahead)
    assert (found.state, found.code) == (state, code)
    if code == "clock-of-another":
        assert found.params["others"] == ["agri"]


def test_a_date_is_compared_with_the_middle_of_the_exchange() -> None:
    sent, received = NOON, NOON + timedelta(seconds=4)
    assert ahead_of("Sun, 29 Nov 2026 12:02:02 GMT", sent, received) == 120.5
    for nothing in (None, "", "noon", "Sun, 29 Nov 2026 12:02:02 -0000"):
        assert ahead_of(nothing, sent, received) is None


def test_nothing_looked_at_is_not_well() -> None:
    assert worst([]) == UNSURE
