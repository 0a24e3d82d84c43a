"""Deadlines: the last moment of a limit that a rule sets, by the kind of days that its text counts.

Three countings, never mixed: hours run on the clock; 日 are natural days; 工作日 are days on which offices
work. Hours run from the moment itself; the day on which a limit starts does not count, and a day ends at
midnight in Shanghai. Where its text says so (`Rule.rolls`), a limit that would end on a day off ends with
the next working day.

Source: 市场监督管理行政处罚程序规定 §80; 市场监督管理投诉举报处理办法 (2026) §45.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from trace.calendar import add_working_days, is_provisional, is_working_day
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.rules import Rule

CLOCK: Final = "clock"
NATURAL: Final = "natural"
WORKING: Final = "working"

COUNTINGS: Final = {
    "min": CLOCK,
    "h": CLOCK,
    "d": NATURAL,
    "week": NATURAL,
    "month": NATURAL,
    "year": NATURAL,
    "wd": WORKING,
}
"""Unit of a rule -> how it is counted."""
_MONTHS: Final = {"month": 1, "year": 12}
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`ends`: what happens before it is in time (UTC). `provisional`: days off are not announced yet."""

    ends: datetime
    last_day: date
    counting: str
    provisional: bool

    def met_at(self, moment: datetime) -> bool:
        return moment <= self.ends if self.counting == CLOCK else moment < self.ends


def deadline(rule: Rule, start: datetime) -> Deadline:
    """When the limit of `rule` ends that began at `start`.

    Raises `CalendarYearMissing`, and `ValueError` for a rule whose value is no length of time.
    """
    counting = COUNTINGS.get(rule.unit)
    if counting is None:
        raise ValueError(f"{rule.id} is counted in {rule.unit}: no length of time")
    if counting == CLOCK:
        ends = (start + rule.duration).astimezone(UTC)
        return Deadline(ends, ends.astimezone(SHANGHAI_TIME).date(), CLOCK, provisional=False)
    first = start.astimezone(SHANGHAI_TIME).date()
    if counting == WORKING:
        last = add_working_days(first, int(rule.number))
        return _by_day(last, WORKING, provisional=_unsure(first, last))
    last = _natural(rule, first)
    if not rule.rolls:
        return _by_day(last, NATURAL, provisional=False)
    rolled = last
    while not is_working_day(rolled):
        rolled += _ONE_DAY
    return _by_day(rolled, NATURAL, provisional=_unsure(last, rolled))


def _natural(rule: Rule, first: date) -> date:
    """The last day of so many natural days, weeks, months or years; a short month ends with its last day."""
    months = _MONTHS.get(rule.unit)
    if months is None:
        return first + rule.duration
    year, month = divmod(first.year * 12 + first.month - 1 + months * int(rule.number), 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _unsure(first: date, last: date) -> bool:
    """Whether a year on the way has no announced days off; later years only, since earlier ones are past."""
    return any(is_provisional(date(year, 1, 1)) for year in range(first.year, last.year + 1))


def _by_day(last: date, counting: str, *, provisional: bool) -> Deadline:
    midnight = datetime.combine(last + _ONE_DAY, time(), SHANGHAI_TIME)
    return Deadline(midnight.astimezone(UTC), last, counting, provisional)
