"""Working days follow the notices, and end loudly where the notices end."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.calendar import add_working_days, is_provisional, is_working_day, working_days_between
from trace.errors.law import CalendarYearMissing

ANNOUNCED = Path(__file__).parents[2] / "fixtures" / "days_off"
DAYS = st.dates(date(2024, 3, 1), date(2027, 10, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 9), True),  # Friday after the holiday
        (date(2026, 10, 10), True),  # Saturday worked
        (date(2026, 10, 11), False),  # Sunday
        (date(2026, 10, 7), False),
        (date(2026, 9, 20), True),  # Sunday worked
        (date(2026, 9, 25), False),
        (date(2025, 2, 8), True),  # Saturday worked after it
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
        add_working_days(date(2027, 12, 30), 5)
    assert refused.value.params["year"] == 2028
    known = refused.value.params["known"]
    assert isinstance(known, list)
    assert {2024, 2025, 2026, 2027} <= set(known)
    with pytest.raises(CalendarYearMissing):
        is_working_day(date(2003, 12, 29))


def test_a_year_without_announcement_has_the_days_of_the_law_and_is_provisional() -> None:
    assert is_provisional(date(2027, 2, 5))
    assert not is_working_day(date(2027, 2, 5))  # 除夕
    assert not is_working_day(date(2027, 6, 9))
    assert is_working_day(date(2027, 10, 8))  # a holiday by habit: not before it is announced
    assert not is_working_day(date(2027, 1, 2))  # a Saturday
    assert add_working_days(date(2026, 12, 30), 5) == date(2027, 1, 7)
    assert not is_provisional(date(2026, 12, 31))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_kept_calendar_agrees_with_the_announcements(year: int) -> None:
    """Day by day with what 国务院办公厅 announced, read for this test by somebody else than the package."""
    told = tomllib.loads((ANNOUNCED / f"{year}.toml").read_text(encoding="utf-8"))
    off: set[date] = {
        holiday["first"] + timedelta(days=n)
        for holiday in told["holiday"]
        for n in range((holiday["last"] - holiday["first"]).days + 1)
    }
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366) if (first + timedelta(days=n)).year == year]
    expected = [day for day in days if day in told["workdays"] or (day.weekday() < 5 and day not in off)]
    assert [day for day in days if is_working_day(day)] == expected


@given(DAYS, st.integers(1, 40))
def test_counting_on_and_counting_between_agree(start: date, days: int) -> None:
    end = add_working_days(start, days)
    assert is_working_day(end)
    assert working_days_between(start, end) == days
