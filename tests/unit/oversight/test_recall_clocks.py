"""Clocks of a firm's recall: one story on both sides of 1 December 2026, and where doubt stays doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.recall_clocks import (
    DOUBTFUL,
    FINISH,
    LATE,
    MET,
    NOT_BEGUN,
    OVERDUE,
    PROGRESS,
    RUNNING,
    START,
    WAIVED,
    Clock,
    RecallCourse,
    Step,
    recall_clocks,
    span_of,
)
from trace.rules import load

RULES = load()
OLD, NEW = datetime(2026, 11, 30, 10, tzinfo=SHANGHAI_TIME), datetime(2026, 12, 1, 10, tzinfo=SHANGHAI_TIME)
LATER = NEW + timedelta(days=400)


def at(found: datetime, hours: float, logged: float | None = None) -> Step:
    """A step so many hours after the risk was found."""
    said = found + timedelta(hours=hours)
    return Step(said, found + timedelta(hours=hours if logged is None else logged))


def course(found: datetime, level: str = "2", **changed) -> RecallCourse:
    """A recall of goods that were found bad at `found`: all steps of its start within 30 hours."""
    story = RecallCourse(
        level,
        (found, found),
        begun=at(found, 5),
        planned=at(found, 20),
        notified=at(found, 24),
        announced=at(found, 30),
    )
    return replace(story, **changed)


def clocks(story: RecallCourse, now: datetime = LATER) -> dict[str, Clock]:
    return {clock.step: clock for clock in recall_clocks(RULES, story, now)}


@pytest.mark.parametrize(
    ("level", "old", "new"),
    [
        ("1", timedelta(hours=24), timedelta(hours=24)),
        ("2", timedelta(hours=48), timedelta(hours=36)),
        ("3", timedelta(hours=72), timedelta(hours=48)),
    ],
)
def test_the_day_of_finding_decides_how_long_the_start_may_take(level, old, new):
    for found, limit in ((OLD, old), (NEW, new)):
        start = clocks(course(found, level))[START]
        assert start.ends is not None
        assert start.ends.ends - found == limit


def test_the_same_story_is_late_or_in_time_by_its_text():
    """Plan after 20 hours, announcement after 40: the older text asks for the plan, the newer for all."""
    slow = {"announced": None}
    old = clocks(course(OLD, announced=at(OLD, 40)))
    new = clocks(course(NEW, announced=at(NEW, 40)))
    assert (old[START].state, new[START].state) == (MET, LATE)
    assert clocks(course(OLD, **slow))[START].state == MET
    assert clocks(course(NEW, notified=None))[START].state == OVERDUE


def test_the_end_counts_working_days_from_the_announcement_and_then_natural_days_from_the_plan():
    old, new = clocks(course(OLD))[FINISH], clocks(course(NEW))[FINISH]
    assert old.since == OLD + timedelta(hours=30)
    assert new.since == NEW + timedelta(hours=20)
    assert old.ends is not None
    assert new.ends is not None
    assert old.ends.last_day == date(2026, 12, 29)  # 20 working days after 1 December
    assert new.ends.last_day == date(2026, 12, 22)
    assert clocks(course(OLD, announced=None))[FINISH].state == NOT_BEGUN
    assert clocks(course(NEW, planned=None))[FINISH].state == NOT_BEGUN


def test_an_end_in_a_year_without_announced_days_off_is_provisional():
    third = clocks(course(OLD, "3"))[FINISH]
    assert third.ends is not None
    assert third.ends.last_day.year == 2027
    assert third.ends.provisional


def test_a_recall_that_is_done_in_time_and_one_that_is_not():
    for hours, state in ((24 * 20, MET), (24 * 40, LATE)):
        assert clocks(course(NEW, completed=at(NEW, hours)))[FINISH].state == state
    assert clocks(course(NEW), NEW + timedelta(days=3))[FINISH].state == RUNNING
    assert clocks(course(NEW))[FINISH].state == OVERDUE


def test_progress_is_reported_by_the_newer_text_alone():
    assert PROGRESS not in clocks(course(OLD, "1"))
    assert clocks(course(NEW, "2"))[PROGRESS].state == WAIVED
    assert clocks(course(NEW, "3", ordered=True), NEW + timedelta(days=5))[PROGRESS].state == RUNNING
    assert clocks(course(NEW, "1", planned=None))[PROGRESS].state == NOT_BEGUN


def test_each_report_counts_from_the_one_before():
    daily = course(NEW, "1", reports=(at(NEW, 30), at(NEW, 60)))
    due = clocks(daily, NEW + timedelta(hours=61))[PROGRESS]
    assert due.state == RUNNING
    assert due.since == NEW + timedelta(hours=60)
    assert clocks(daily)[PROGRESS].state == OVERDUE
    ended = replace(daily, completed=at(NEW, 80))
    assert clocks(ended)[PROGRESS].state == MET
    assert clocks(replace(ended, reports=(at(NEW, 30),)))[PROGRESS].state == LATE
    assert (
        clocks(replace(ended, reports=(at(NEW, 30), at(NEW, 90)), completed=at(NEW, 95)))[PROGRESS].state
        == LATE
    )


def test_a_step_that_was_logged_after_the_limit_only_is_in_doubt():
    assert clocks(course(NEW, planned=at(NEW, 20, logged=90)))[START].state == DOUBTFUL


def test_a_missing_announcement_may_be_allowed_by_the_newer_text():
    assert clocks(course(NEW, announced=None))[START].state == DOUBTFUL
    assert clocks(course(NEW, announced=None), NEW + timedelta(hours=35))[START].state == RUNNING


def test_a_date_without_its_hour_accuses_nobody():
    """Found on the 1st: the 36 hours end between noon of the 2nd and midnight after it."""
    day = span_of(date(2026, 12, 1))

    def state(hours: float) -> str:
        told = Step(*[day[0] + timedelta(hours=hours)] * 2)
        return clocks(replace(course(NEW), found=day, announced=told))[START].state

    assert [state(hours) for hours in (36, 37, 59.9, 60.1)] == [MET, DOUBTFUL, DOUBTFUL, LATE]


def test_before_the_first_text_there_is_no_clock():
    old = datetime(2014, 5, 1, 9, tzinfo=SHANGHAI_TIME)
    assert clocks(course(old)) == {}
