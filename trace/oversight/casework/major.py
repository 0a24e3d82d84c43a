"""Major problem (R24): goods of a maker failed official samplings in years running, or many lots in one year.

The working rules say so of 抽检不合格, of what an authority sampled: a firm's own test that failed accuses
nobody. Of makers both grounds count, of distributors and caterers the number of lots alone. It counts lots,
not reports: a lot that failed twice is one. A year is that of the tests, whenever their results came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

from trace.rules import Rules

LOTS: Final = "lots"
YEARS: Final = "years"


def major_grounds(
    rules: Rules, failed: Iterable[tuple[str, date]], on: date, *, maker: bool
) -> tuple[str, ...]:
    """Why a failure makes a firm's problem a major one: LOTS, YEARS; () where it does not.

    `failed` are its lots that failed an official sampling and the days of those tests, `on` is that of the
    failure in question, which is among them; `maker`: the firm produces food.
    """
    first: dict[str, date] = {}
    for lot, day in failed:
        first[lot] = min(day, first.get(lot, day))
    years = Counter(day.year for day in first.values())
    many, running = rules.find("R24", on), rules.find("R24", on, what="years")
    found = []
    if many is not None and not many.when and years[on.year] >= many.number:
        found.append(LOTS)
    span = int(running.number) if maker and running is not None and running.when else 0
    begins = range(on.year - span + 1, on.year + 1)
    if any(all(years[begin + each] for each in range(span)) for begin in begins):
        found.append(YEARS)
    return tuple(found)
