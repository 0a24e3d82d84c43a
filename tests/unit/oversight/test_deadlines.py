"""Deadlines by the kind of days that a rule's text counts: on the clock, natural, working."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.calendar import is_working_day
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors.law import CalendarYearMissing
from trace.oversight.deadlines import CLOCK, NATURAL, WORKING, deadline
from trace.rules import Rule, load

PLAIN = load().at("R34", date(2026, 10, 12))
MOMENTS = st.integers(0, 3 * 365 * 86_400).map(
    lambda seconds: datetime(2024, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
)


def limit(value: int, unit: str, *, rolls: bool = False) -> Rule:
    return replace(PLAIN, value=str(value), unit=unit, rolls=rolls)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI_TIME)


def midnight_after(day: date) -> datetime:
    return at(day, 0) + timedelta(days=1)


def test_hours_run_on_the_clock_through_holidays():
    due = deadline(limit(24, "h"), at(date(2026, 9, 30), 17, 20))
    assert due.ends == at(date(2026, 10, 1), 17, 20)
    assert (due.counting, due.last_day, due.provisional) == (CLOCK, date(2026, 10, 1), False)
    assert due.met_at(due.ends)
    assert not due.met_at(due.ends + timedelta(seconds=1))


def test_natural_days_do_not_mind_holidays_and_end_at_midnight_in_shanghai():
    due = deadline(limit(10, "d"), at(date(2026, 9, 28), 23, 59))
    assert due.last_day == date(2026, 10, 8)
    assert due.ends == midnight_after(date(2026, 10, 8))
    assert due.counting == NATURAL
    assert due.met_at(at(date(2026, 10, 8), 23, 59))
    assert not due.met_at(due.ends)


def test_the_day_is_that_of_shanghai_and_not_of_greenwich():
    start = datetime(2026, 10, 11, 16, 30, tzinfo=UTC)  # half past midnight on the 12th
    assert deadline(limit(1, "d"), start).last_day == date(2026, 10, 13)


def test_working_days_skip_the_national_holiday():
    due = deadline(limit(5, "wd"), at(date(2026, 9, 30)))
    assert due.last_day == date(2026, 10, 13)  # 8, 9, 10 (made up), 12, 13
    assert (due.counting, due.provisional) == (WORKING, False)


def test_a_limit_rolls_only_where_its_text_says_so():
    start = at(date(2026, 9, 26))
    stays, rolls = (deadline(limit(5, "d", rolls=each), start) for each in (False, True))
    assert stays.last_day == date(2026, 10, 1)
    assert rolls.last_day == date(2026, 10, 8)
    assert deadline(limit(14, "d", rolls=True), start).last_day == date(2026, 10, 10)  # a Saturday worked


def test_months_and_years_end_with_a_shorter_month():
    assert deadline(limit(3, "month"), at(date(2026, 11, 30))).last_day == date(2027, 2, 28)
    assert deadline(limit(1, "year"), at(date(2024, 2, 29))).last_day == date(2025, 2, 28)
    assert deadline(limit(2, "week"), at(date(2026, 10, 5))).last_day == date(2026, 10, 19)


def test_what_hangs_on_unannounced_days_off_is_provisional():
    assert deadline(limit(5, "wd"), at(date(2026, 12, 28))).provisional
    assert not deadline(limit(3, "wd"), at(date(2026, 12, 28))).provisional
    assert deadline(limit(60, "d", rolls=True), at(date(2026, 12, 28))).provisional
    assert not deadline(limit(60, "d"), at(date(2026, 12, 28))).provisional
    with pytest.raises(CalendarYearMissing):
        deadline(limit(300, "wd"), at(date(2026, 12, 28)))


def test_a_rule_that_is_no_length_of_time_has_no_deadline():
    with pytest.raises(ValueError, match="R27"):
        deadline(load().at("R27", date(2026, 10, 12)), at(date(2026, 10, 12)))


@given(MOMENTS, st.integers(1, 60))
def test_working_days_end_on_a_working_day_and_never_before_natural_ones(start: datetime, days: int):
    working, natural = (deadline(limit(days, unit), start) for unit in ("wd", "d"))
    assert is_working_day(working.last_day)
    assert working.ends >= natural.ends
    assert natural.ends - start.astimezone(UTC) > timedelta(days=days)
    assert deadline(limit(days, "d", rolls=True), start).ends >= natural.ends


# By hand, from the calendar of 2025: the Spring Festival was off from 28 January to 4 February, and Sunday 26
# January and Saturday 8 February were worked. Start -> last day of 2, 5, 7 and 20 working days.
BY_HAND = (
    ("last hour before the festival", (1, 27, 17, 0), ((2, 6), (2, 10), (2, 12), (3, 3))),
    ("a Saturday that is off", (1, 25, 10, 0), ((1, 27), (2, 7), (2, 10), (2, 27))),
    ("a minute before midnight", (1, 24, 23, 59), ((1, 27), (2, 7), (2, 10), (2, 27))),
    ("a Saturday that is worked", (2, 8, 9, 0), ((2, 11), (2, 14), (2, 18), (3, 7))),
    ("a Sunday that is worked", (1, 26, 18, 0), ((2, 5), (2, 8), (2, 11), (2, 28))),
    ("within the festival", (2, 1, 12, 0), ((2, 6), (2, 10), (2, 12), (3, 3))),
)
COUNTED: tuple[tuple[str, dict[str, str]], ...] = (
    ("R48", {}),
    ("R31", {"side": "agri"}),
    ("R31", {}),
    ("R30", {}),
)
"""Rules of 2, 5, 7 and 20 working days."""
LINES = [
    (what, at(date(2025, *start[:2]), *start[2:]), rule, when, midnight_after(date(2025, *last)))
    for what, start, lasts in BY_HAND
    for (rule, when), last in zip(COUNTED, lasts, strict=True)
]


@pytest.mark.parametrize(("what", "start", "rule", "when", "ends"), LINES)
def test_working_days_of_the_law_end_as_counted_by_hand(what, start, rule, when, ends) -> None:
    held = load("CN-31").at(rule, start.date(), **when)
    assert deadline(held, start).ends == ends, what


@pytest.mark.parametrize(("what", "start", "_lasts"), BY_HAND)
def test_hours_of_the_law_run_through_every_day_off(what, start, _lasts) -> None:
    began = at(date(2025, *start[:2]), *start[2:])
    quick = load("CN-31").at("R31", began.date(), side="quick")
    assert deadline(quick, began).ends == began + timedelta(hours=4), what
