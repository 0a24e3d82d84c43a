"""How far a day that somebody types may lie from today, by what it is for.

A day out of its span is a slip of the hand far more often than it is meant: a year with a digit too many or
wrong. What records state is not bounded here (a licence without an end is stated as ending in 9999), nor is
what a rule of its own bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_YEAR: Final = 366


@dataclass(frozen=True, slots=True)
class Span:
    """Days before and after today within which a day of that kind lies."""

    back: int
    ahead: int

    def first(self, today: date) -> date:
        return today - timedelta(days=self.back)

    def last(self, today: date) -> date:
        return today + timedelta(days=self.ahead)

    def holds(self, day: date, today: date) -> bool:
        """Whether the day lies within; both ends do."""
        return self.first(today) <= day <= self.last(today)


DUE: Final = Span(0, 2 * _YEAR)
"""A day by which somebody else has to do something."""
START: Final = Span(0, _YEAR)
"""A day from which something is to hold that is set up now."""
HAPPENED: Final = Span(10 * _YEAR, 0)
"""A day of what was done."""
SEASON: Final = Span(_YEAR, 2 * _YEAR)
"""A day of a season that is planned, or that began before it is entered."""
SINCE: Final = Span(100 * _YEAR, _YEAR)
"""A day from which a paper has been good, or soon will be."""
UNTIL: Final = Span(100 * _YEAR, 50 * _YEAR)
"""A day until which a paper is good."""
