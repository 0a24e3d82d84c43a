"""一品一码: the batches of a product under the days on which they were made, as a pack shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.identity.typed import typed
from trace.usecases.batch_page.page import ListedBatch

NEWEST: Final = 12


@dataclass(frozen=True, slots=True)
class Day:
    """One day of production, "" where it was not stated, and its batch numbers with their states."""

    day: str
    batches: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picker:
    """The days shown: those of the day asked for, else the newest. `more`: batches that are not shown."""

    days: tuple[Day, ...]
    count: int
    asked: str
    found: bool
    more: int
    first: str
    last: str


def picker_of(batches: Sequence[ListedBatch], asked: str) -> Picker:
    """`batches` the newest first; a day that is none counts as not asked for.

    For a day without a batch the newest days are shown, and it is said that it has none.
    """
    days = by_day(batches)
    wanted = _day(asked)
    fitting = [day for day in days if wanted and day.day == wanted]
    shown = tuple(fitting or days[:NEWEST])
    count = sum(len(day.batches) for day in days)
    stated = [day.day for day in days if day.day]
    return Picker(
        days=shown,
        count=count,
        asked=wanted,
        found=bool(fitting),
        more=count - sum(len(day.batches) for day in shown),
        first=min(stated, default=""),
        last=max(stated, default=""),
    )


def by_day(batches: Sequence[ListedBatch]) -> list[Day]:
    """The newest day first; within it as given; each number once (its newest pack counts)."""
    days: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for batch in batches:
        if batch.batch_no not in seen:
            seen.add(batch.batch_no)
            days.setdefault(batch.day or "", {})[batch.batch_no] = batch.state
    return [Day(day, tuple(days[day].items())) for day in sorted(days, reverse=True)]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(typed(text)).isoformat()
    except ValueError:
        return ""
