"""Duties by rule: what is late, what is due, by which counting; and what has no limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from trace.oversight.controls import DONE, DUE, OVERDUE, UNKNOWN, control_state
from trace.oversight.duties import by_days, by_limit, in_order, open_duty, question
from trace.rules import load

RULES = load()
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
DAY = date(2026, 11, 27)


def test_hours_run_on_the_clock_and_each_counts():
    rule = RULES.at("R01", DAY)
    duty = by_limit("upload", rule, [NOW - timedelta(hours=hours) for hours in (25, 23, 3)], NOW, "/x")
    assert (duty.state, duty.count, duty.overdue, duty.counting) == ("overdue", 3, 1, "clock")
    assert duty.ends == NOW - timedelta(hours=1)
    fresh = by_limit("upload", rule, [NOW - timedelta(hours=24)], NOW, "/x")
    assert (fresh.state, fresh.overdue) == ("due", 0), "at the very hour it is in time"


def test_natural_days_end_at_midnight_in_shanghai():
    rule = RULES.at("R02", DAY)
    duty = by_limit("profile", rule, [NOW], NOW, "")
    assert (duty.counting, duty.last_day) == ("natural", date(2026, 11, 29))
    assert duty.ends == datetime(2026, 11, 29, 16, tzinfo=UTC)


def test_working_days_are_counted_apart():
    rule = RULES.at("R48", DAY)
    duty = by_limit("complaint", rule, [NOW], NOW, "")
    assert (duty.counting, duty.last_day) == ("working", date(2026, 12, 1)), "a weekend lies between"


def test_a_day_is_over_with_its_end():
    assert by_days("control-daily", None, [DAY], NOW, "").state == "due"
    late = by_days("control-daily", None, [DAY, DAY - timedelta(days=1)], NOW, "")
    assert (late.state, late.count, late.overdue, late.last_day) == ("overdue", 2, 1, date(2026, 11, 26))


def test_what_has_no_limit_is_never_overdue_and_stands_last():
    duties = [
        open_duty("proof", 3, ""),
        by_days("licence", None, [DAY + timedelta(days=3)], NOW, ""),
        by_days("control-daily", None, [DAY - timedelta(days=1)], NOW, ""),
    ]
    assert [one.slug for one in in_order(duties)] == ["control-daily", "licence", "proof"]


def test_a_day_without_work_is_not_called_overdue():
    yesterday, today = (DAY - timedelta(days=1),) * 2, (DAY,) * 2
    assert control_state("daily", yesterday, DAY, done=False, worked=True).state == OVERDUE
    assert control_state("daily", yesterday, DAY, done=False, worked=False).state == UNKNOWN
    assert control_state("daily", yesterday, DAY, done=True, worked=False).state == DONE
    assert control_state("daily", today, DAY, done=False, worked=False).state == DUE


def test_what_only_the_firm_knows_is_a_question_and_never_late():
    asked = question("profile", RULES.at("R02", DAY), [NOW - timedelta(days=90), NOW], "/x")
    assert (asked.state, asked.count, asked.overdue, asked.ends) == ("question", 2, 0, None)
    assert (asked.rule, asked.doubtful, asked.asked_at) == ("R02", True, NOW)
    assert in_order([asked, open_duty("proof", 1, "")])[-1] == asked
