"""一品一码: the batches of a product under the days on which they were made, as a pack shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from trace.identity.typed import bare
from trace.usecases.batch_page.page import ListedBatch
from trace.usecases.lots.states import worst_of

NEWEST: Final = 12
_BETWEEN: Final = "[-./ \u2010-\u2015\u2212年月]?"
_DAY: Final = re.compile(f"([0-9]{{4}}){_BETWEEN}([0-9]{{2}}){_BETWEEN}([0-9]{{2}})日?")

StatesOf = Callable[[Collection[int]], Mapping[int, str]]
"""Pack lots -> their whole states: asked for what is shown alone."""


def as_listed(_lots: Collection[int]) -> Mapping[int, str]:
    """Nothing more is known of the packs than their list says."""
    return {}


@dataclass(frozen=True, slots=True)
class Choice:
    """A batch number on one day of production; `state` is the worst of its `lots` made that day.

    `pick` names one of them where the number stands for other packs too, else "".
    """

    number: str
    state: str
    lots: tuple[int, ...]
    pick: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of production, "" where it was not stated, and its batch numbers."""

    day: str
    batches: tuple[Choice, ...]


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
    name: str = ""


def picker_of(batches: Sequence[ListedBatch], asked: str, states_of: StatesOf = as_listed) -> Picker:
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
        days=_with_states(shown, {each.lot: each for each in batches}, states_of),
        count=count,
        asked=wanted,
        found=bool(fitting),
        more=count - sum(len(day.batches) for day in shown),
        first=min(stated, default=""),
        last=max(stated, default=""),
        name=next((batch.name for batch in batches if batch.name), ""),
    )


def by_day(batches: Sequence[ListedBatch]) -> list[Day]:
    """The newest day first; within it as given, each number once under every day on which it was made."""
    days: dict[str, dict[str, list[ListedBatch]]] = {}
    packs: dict[str, int] = {}
    for batch in batches:
        packs[batch.batch_no] = packs.get(batch.batch_no, 0) + 1
        days.setdefault(batch.day or "", {}).setdefault(batch.batch_no, []).append(batch)
    return [
        Day(
            day,
            tuple(
                Choice(
                    number,
                    worst_of(*(each.state for each in made)),
                    tuple(each.lot for each in made),
                    made[0].digest if packs[number] > len(made) else "",
                )
                for number, made in days[day].items()
            ),
        )
        for day in sorted(days, reverse=True)
    ]


def _with_states(
    days: Sequence[Day], listed: Mapping[int, ListedBatch], states_of: StatesOf
) -> tuple[Day, ...]:
    """The days with the whole states; of several packs on one day the worst is picked."""
    states = states_of([lot for day in days for batch in day.batches for lot in batch.lots])

    def told(choice: Choice) -> Choice:
        own = {lot: states.get(lot, choice.state) for lot in choice.lots}
        worst = worst_of(*own.values())
        pick = next(listed[lot].digest for lot in choice.lots if own[lot] == worst) if choice.pick else ""
        return replace(choice, state=worst, pick=pick)

    return tuple(Day(day.day, tuple(map(told, day.batches))) for day in days)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(_DAY.sub(r"\1-\2-\3", bare(text))).isoformat()
    except ValueError:
        return ""
