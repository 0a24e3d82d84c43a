"""Shelf life as a label words it, set against the days of production and expiry in the record of the pack.

A label may name several lives (冷藏 7 天，冷冻 12 个月): the record is doubted where none of them fits.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

_SPAN: Final = re.compile(
    r"([0-9]{1,4})\s*(个月|個月|月|天|日|周|年|months?|days?|weeks?|years?)(?!\s*[0-9])", re.IGNORECASE
)
_DAYS: Final = {"天": 1, "日": 1, "day": 1, "周": 7, "week": 7}
_MONTHS: Final = {"月": 1, "个月": 1, "個月": 1, "month": 1, "年": 12, "year": 12}
_SHORT: Final = timedelta(days=31)
_SLACK: Final = (timedelta(days=1), timedelta(days=3))
"""How far the last day may lie off by the way of counting: of a life of days, of a life of months."""


def expected_expiry(life: str | None, made: date | None, expiry: date | None) -> date | None:
    """The last day by the shelf life where the record's contradicts it; None where both fit or one lacks."""
    if made is None or expiry is None:
        return None
    ends = sorted(_ends(life or "", made))
    if not ends:
        return made if expiry < made else None
    for end in ends:
        if abs(end - expiry) <= _SLACK[end - made > _SHORT]:
            return None
    return min(ends, key=lambda end: abs(end - expiry))


def _ends(life: str, made: date) -> Iterator[date]:
    for number, written in _SPAN.findall(life):
        unit = written.lower().rstrip("s")
        try:
            if unit in _DAYS:
                yield made + timedelta(days=int(number) * _DAYS[unit])
            else:
                yield _months_after(made, int(number) * _MONTHS[unit])
        except (OverflowError, ValueError):
            continue


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
