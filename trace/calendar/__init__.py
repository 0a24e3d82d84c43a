"""Chinese working days: weekdays without the State Council's holidays, plus its make-up days (调休).

The arrangements come from a kept package (docs/adr/0062), one year at a time. A year without arrangement has
the days off that the law itself gives, and every answer about it is provisional (暂定). Outside both every
question is refused (`CalendarYearMissing`): a guessed deadline is worse than none.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import chinese_calendar
from chinese_calendar import constants

from trace.errors.law import CalendarYearMissing

_STATUTORY: Final = Path(__file__).parent / "statutory.toml"
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


@cache
def announced_years() -> frozenset[int]:
    """Years whose arrangement of days off has been announced and is known here."""
    return frozenset(day.year for day in constants.holidays)


@cache
def _statutory() -> dict[int, frozenset[date]]:
    """The days off that the law gives, by year, where no arrangement is known."""
    years = tomllib.loads(_STATUTORY.read_text(encoding="utf-8"))
    return {int(year): frozenset(row["days"]) for year, row in years.items()}


def known_years() -> tuple[int, ...]:
    return tuple(sorted(announced_years() | _statutory().keys()))


def is_provisional(day: date) -> bool:
    """Whether the days off of that day's year are not announced yet; raises `CalendarYearMissing`."""
    if day.year in announced_years():
        return False
    if day.year not in _statutory():
        raise CalendarYearMissing(year=day.year, known=list(known_years()))
    return True


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`, as far as is known; raises `CalendarYearMissing`."""
    if is_provisional(day):
        return day.weekday() < _SATURDAY and day not in _statutory()[day.year]
    return bool(chinese_calendar.is_workday(day))


def add_working_days(start: date, days: int) -> date:
    """The `days`-th working day after `start`, which itself does not count; 0 gives `start` unchanged.

    A negative count goes back. Raises `CalendarYearMissing` when the way leads outside the years known.
    """
    step = _ONE_DAY if days >= 0 else -_ONE_DAY
    day, left = start, abs(days)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie in (start, end]; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
