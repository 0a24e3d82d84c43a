"""Periods of recurring duties: the day, the week from Monday, the month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

DAILY: Final = "daily"
WEEKLY: Final = "weekly"
MONTHLY: Final = "monthly"
PERIODS: Final = (DAILY, WEEKLY, MONTHLY)


def span_of_period(period: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period in which a day lies; the last week of time ends with it."""
    if period == WEEKLY:
        first = day - timedelta(days=day.weekday())  # the first day of time is a Monday
        return first, first + min(timedelta(days=6), date.max - first)
    if period == MONTHLY:
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def periods_back(period: str, day: date, count: int) -> list[tuple[date, date]]:
    """That period and those before it, the newest first."""
    found = []
    for _ in range(count):
        first, last = span_of_period(period, day)
        found.append((first, last))
        day = first - timedelta(days=1)
    return found
