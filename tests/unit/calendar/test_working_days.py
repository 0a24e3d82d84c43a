"""Working days follow the notices, and end loudly where the notices end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.calendar import (
    add_working_days,
    calendar_year,
    is_working_day,
    known_years,
    working_days_between,
)
from trace.errors.law import CalendarYearMissing

DAYS = st.dates(date(2024, 3, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 9), True),  # Friday after the holiday
        (date(2026, 10, 10), True),  # Saturday worked
        (date(2026, 10, 11), False),  # Sunday
        (date(2026, 10, 7), False),
        (date(2026, 9, 20), True),  # Sunday worked
        (date(2026, 9, 25), False),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2026, 1, 4), True),
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
        (date(2025, 1, 26), True),
        (date(2024, 5, 11), True),
        (date(2024, 6, 10), False),
        (date(2024, 12, 31), True),
    ],
)
def test_days_off_and_make_up_days_follow_the_notice(day: date, *, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_deadline_skips_the_national_holiday() -> None:
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert add_working_days(date(2026, 9, 30), 0) == date(2026, 9, 30)
    assert add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 13)) == 5
    assert working_days_between(date(2026, 10, 13), date(2026, 9, 30)) == -5


def test_the_end_of_the_known_years_is_refused_and_not_guessed() -> None:
    with pytest.raises(CalendarYearMissing) as refused:
        add_working_days(date(2026, 12, 30), 5)
    assert refused.value.params == {"year": 2027, "known": [2024, 2025, 2026]}
    with pytest.raises(CalendarYearMissing):
        is_working_day(date(2023, 12, 29))


def test_a_holiday_has_its_name() -> None:
    assert calendar_year(2026).holidays[date(2026, 9, 26)] == "中秋节"
    assert date(2026, 11, 22) not in calendar_year(2026).holidays


@pytest.mark.parametrize("year", known_years())
def test_every_year_says_where_it_was_read_and_is_plausible(year: int) -> None:
    known = calendar_year(year)
    assert known.source.startswith("国务院办公厅")
    assert known.confidence in {"exact", "2nd", "memory"}
    assert {day.year for day in (*known.holidays, *known.workdays)} == {year}
    assert all(day.weekday() >= 5 for day in known.workdays)  # only weekend days are made up
    assert not known.workdays & set(known.holidays)
    first = date(year, 1, 1)
    working = sum(is_working_day(first + timedelta(days=n)) for n in range(365 + (year % 4 == 0)))
    assert 246 <= working <= 252


@given(DAYS, st.integers(1, 40))
def test_counting_on_and_counting_between_agree(start: date, days: int) -> None:
    end = add_working_days(start, days)
    assert is_working_day(end)
    assert working_days_between(start, end) == days
