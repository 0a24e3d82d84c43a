"""The period of a ledger: from a day to a day in Shanghai, both within; the current month unless told."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.errors import PeriodMalformed

_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)
_LONGEST: Final = 20


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the first and the last of them."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, SHANGHAI_TIME)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, SHANGHAI_TIME)


def period_of(first: str, last: str, now: datetime) -> Period:
    """The period of two days as written (YYYY-MM-DD); a blank one is that end of the current month.

    Raises `PeriodMalformed`.
    """
    today = day_in_shanghai(now)
    ends_on = today.replace(day=monthrange(today.year, today.month)[1])
    try:
        begin = date.fromisoformat(first) if first else today.replace(day=1)
        end = date.fromisoformat(last) if last else ends_on
    except ValueError:
        raise PeriodMalformed(first=first[:_LONGEST], last=last[:_LONGEST]) from None
    if not _FIRST <= begin <= end <= _LAST:
        raise PeriodMalformed(first=begin.isoformat(), last=end.isoformat())
    return Period(begin, end)
