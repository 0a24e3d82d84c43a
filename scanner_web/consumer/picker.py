"""一品一码: the batches of a product under the days on which they were made, as a pack shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.identity.typed import typed

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


def picker_of(batches: Sequence[Mapping[str, str | None]], asked: str) -> Picker:
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


def by_day(batches: Sequence[Mapping[str, str | None]]) -> list[Day]:
    """The newest day first; within it as given; each number once (its newest pack counts)."""
    days: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for batch in batches:
        number = batch["batchNo"] or ""
        if number not in seen:
            seen.add(number)
            days.setdefault(batch["productionDate"] or "", {})[number] = batch["state"] or ""
    return [Day(day, tuple(days[day].items())) for day in sorted(days, reverse=True)]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(typed(text)).isoformat()
    except ValueError:
        return ""
