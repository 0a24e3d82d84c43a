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

    def read(self, text: str, today: date) -> date | None:
        """The day as it was typed (ISO 8601); None for what is no day, or lies out of the span."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return day if self.holds(day, today) else None


DUE: Final = Span(0, 2 * _YEAR)
"""A day by which somebody else has to do something."""
START: Final = Span(0, _YEAR)
"""A day from which something is to hold that is set up now."""
HAPPENED: Final = Span(10 * _YEAR, 0)
"""A day of what was done."""
STANDING: Final = Span(30 * _YEAR, 0)
"""A day since which an arrangement has stood, or on which it ended."""
SEASON: Final = Span(_YEAR, 2 * _YEAR)
"""A day of a season that is planned, or that began before it is entered."""
SINCE: Final = Span(100 * _YEAR, _YEAR)
"""A day from which a paper has been good, or soon will be."""
UNTIL: Final = Span(100 * _YEAR, 50 * _YEAR)
"""A day until which a paper is good."""
