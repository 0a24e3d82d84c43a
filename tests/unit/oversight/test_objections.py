"""Windows of objections by what is objected to, and what became of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.oversight.casework.clocks import OVERDUE, CaseTimes, case_clocks
from trace.oversight.casework.objections import GROUNDS, verdict_of, window_on, windows
from trace.oversight.casework.table import OBJECTED
from trace.rules import load

RULES = load("CN-31")
TOLD = datetime(2026, 10, 12, 2, tzinfo=UTC)  # a Monday
SAMPLED = TOLD - timedelta(days=3)  # the working day before, a Saturday that made up for the holidays, counts


def test_food_is_objected_to_on_five_grounds_each_from_its_own_day() -> None:
    found = windows(RULES, "market", TOLD, SAMPLED, TOLD)
    assert tuple(one.ground for one in found) == GROUNDS
    last = {one.ground: one.ends.last_day.isoformat() for one in found if one.ends is not None}
    assert last["result"] == last["method"] == "2026-10-21", "seven working days from the delivery"
    assert last["process"] < last["result"], "but of the sampling from that"


def test_produce_is_objected_to_by_a_retest_alone_within_five_days() -> None:
    (only,) = windows(RULES, "agriculture", TOLD, SAMPLED, TOLD)
    assert only.ends is not None
    assert (only.ground, only.ends.last_day.isoformat()) == ("result", "2026-10-19")


def test_a_retest_asked_for_late_is_refused_what_is_else_late_is_the_offices_to_decide() -> None:
    found = windows(RULES, "market", TOLD, SAMPLED, TOLD + timedelta(days=30))
    assert all(one.over for one in found)
    assert [one.ground for one in found if one.shut] == ["result"]


def test_a_sampling_of_which_nothing_is_known_has_no_window_that_is_over() -> None:
    process = window_on(windows(RULES, "market", TOLD, None, TOLD + timedelta(days=30)), "process")
    assert process is not None and (process.since, process.ends, process.over) == (None, None, False)


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        (["notify"], ""),
        (["notify", "objection-filed"], "open"),
        (["notify", "object", "reject-objection"], "rejected"),
        (["notify", "object", "reject-objection", "objection-filed"], "open"),
        (["notify", "objection-filed", "retest-ordered"], "retested"),
        (["notify", "objection-filed", "retest-ordered", "retest-failed"], "stands"),
        (["notify", "objection-filed", "retest-ordered", "retest-passed"], "lifted"),
        (["notify", "result-corrected"], ""),
    ],
)
def test_the_last_objection_has_the_last_verdict(events: list[str], verdict: str) -> None:
    assert verdict_of(events) == verdict


@pytest.mark.parametrize(("ground", "rule"), [("result", "R65"), ("method", "R66")])
def test_the_office_decides_within_the_limit_of_what_is_objected_to(ground: str, rule: str) -> None:
    times = CaseTimes(TOLD, TOLD, None, (("notify", TOLD), ("objection-filed", TOLD)), ground=ground)
    clocks = case_clocks(
        RULES, OBJECTED, times, "market", urgent=False, now=TOLD + timedelta(days=10)
    )  # fmt: skip
    (decided,) = [one for one in clocks if one.duty == "decide-objection"]
    assert (decided.rule.id, decided.state) == (rule, OVERDUE)
