"""The time of day in Shanghai: days of records and of pages are days there."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI_TIME: Final = ZoneInfo("Asia/Shanghai")
_MIDDLE: Final = 5000


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment in a zone; at the ends of the calendar the last moment that the zone has.

    A stated time may be of the year 1 or 9999, where a zone's offset would lead out of what can be written.
    """
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        last = moment.year > _MIDDLE
        return datetime(*((9999, 12, 31, 23, 59, 59) if last else (1, 1, 1, 0, 0, 0)), tzinfo=zone)


def days_after(day: date, days: int) -> date:
    """So many days later, or the calendar's last."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def day_in_shanghai(moment: datetime) -> date:
    """The day that it is in Shanghai at that moment."""
    return in_zone(moment, SHANGHAI_TIME).date()


def day_of(moment: datetime | None) -> str:
    """The day in Shanghai as YYYY-MM-DD, "" where no moment is known."""
    return "" if moment is None else in_zone(moment, SHANGHAI_TIME).date().isoformat()
