"""Partial dates of people who trace: 2016-01 is all of that month, 2016 all of that year."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from typing import Final

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import UNKNOWN

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ].*)?)?)?")
_DOTTED: Final = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})")


def partial_date(written: str) -> Interval:
    """From the first to the last day that a date may mean; what is no date is not known."""
    text = written.strip()
    found, dotted = _DATE.fullmatch(text), _DOTTED.fullmatch(text)
    year, month, day = found.groups() if found else dotted.groups()[::-1] if dotted else (None, None, None)
    if year is None:
        return UNKNOWN
    first, last = int(month or 1), int(month or 12)
    try:
        return Interval(
            datetime(int(year), first, int(day or 1), tzinfo=UTC),
            datetime(int(year), last, int(day or calendar.monthrange(int(year), last)[1]), tzinfo=UTC),
        )
    except ValueError:  # a thirteenth month, a 30th of February, the year 0
        return UNKNOWN
