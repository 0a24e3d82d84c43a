"""Chinese working days: weekdays without the State Council's holidays, plus its make-up days (调休).

One file per year, written from the notice of 国务院办公厅. Outside the years loaded every question is refused
(`CalendarYearMissing`): a guessed deadline is worse than none.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from trace.errors.law import CalendarYearMissing

_FOLDER: Final = Path(__file__).parent
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One notice: the days off it names, the weekend days worked, and where it was read."""

    year: int
    source: str
    confidence: str
    holidays: dict[date, str]
    workdays: frozenset[date]


def known_years() -> tuple[int, ...]:
    return tuple(sorted(int(path.stem) for path in _FOLDER.glob("[0-9]*.toml")))


@cache
def calendar_year(year: int) -> CalendarYear:
    """The data of a year; raises `CalendarYearMissing`."""
    path = _FOLDER / f"{year}.toml"
    if not path.exists():
        raise CalendarYearMissing(year=year, known=list(known_years()))
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    holidays = {
        day: holiday["name"]
        for holiday in data["holiday"]
        for day in _days(holiday["first"], holiday["last"])
    }
    return CalendarYear(year, data["source"], data["confidence"], holidays, frozenset(data["workdays"]))


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`; raises `CalendarYearMissing`."""
    known = calendar_year(day.year)
    if day in known.workdays:
        return True
    return day.weekday() < _SATURDAY and day not in known.holidays


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
    return sum(is_working_day(day) for day in _days(start + _ONE_DAY, end))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
