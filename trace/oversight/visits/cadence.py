"""How often who is patrolled (R38): the period of a day, and who had no such visit in it yet.

A quarter, month and year are those of the calendar: no text says that they run from the last patrol.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

RULE: Final = "R38"
LARGE: Final = "large"
CERTIFIED: Final = "certified"
GREEN_ORGANIC: Final = "green_organic"
YEARLY_FORMS: Final = ("green-yearly", "organic-site")
_MONTHS: Final = {"per month": 1, "per quarter": 3, "per year": 12}


@dataclass(frozen=True, slots=True)
class Patrols:
    """A period in which each of the objects is visited once: who was, and who was not yet."""

    object: str
    first: date
    last: date
    done: tuple[str, ...]
    waiting: tuple[str, ...]


def period_with(unit: str, day: date) -> tuple[date, date]:
    """The first and last day of the calendar's month, quarter or year with that day."""
    months = _MONTHS[unit]
    first = day.month - (day.month - 1) % months
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def patrols(
    name: str, period: tuple[date, date], objects: Collection[str], visited: Collection[str]
) -> Patrols:
    """Who of the objects was visited in the period; visits of others count for nothing here."""
    done = sorted(set(objects) & set(visited))
    return Patrols(name, *period, tuple(done), tuple(sorted(set(objects) - set(done))))
