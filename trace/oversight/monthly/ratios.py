"""Ratios of two lists, told honestly: both numbers beside the rate, and what few cases do not say.

Rates are rounded half up to two decimals, as the national bulletins do. Below 30 the exact interval of 95 %
(Clopper and Pearson) stands beside the rate; below 5 nobody is ranked by it, and no change of it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import comb
from typing import Final

from trace.oversight.monthly.figures import Line

FEW: Final = 30
"""Below so many cases the interval is shown."""
TOO_FEW: Final = 5
"""Below so many cases nobody is ranked, and two rates are not compared."""
_CENT: Final = Decimal("0.01")
_TAIL: Final = 0.025
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, each as its list; `part` holds lines of `whole`, by key."""

    part: tuple[Line, ...]
    whole: tuple[Line, ...]

    @property
    def percent(self) -> Decimal | None:
        """The rate in per cent; None where there is nothing to be a part of."""
        return percent(len(self.part), len(self.whole))

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """The exact interval of 95 %, of few cases alone."""
        count = len(self.whole)
        return exact_interval(len(self.part), count) if 0 < count < FEW else None

    @property
    def ranks(self) -> bool:
        """Whether there are enough cases to compare it with another's."""
        return len(self.whole) >= TOO_FEW


def percent(part: int, whole: int) -> Decimal | None:
    """100 × part / whole to two decimals, half up; None of nothing."""
    if whole == 0:
        return None
    return (Decimal(100 * part) / whole).quantize(_CENT, ROUND_HALF_UP)


def points_between(before: Decimal, after: Decimal) -> Decimal:
    """The change of a rate in percentage points, of the rounded rates, as bulletins print it."""
    return after - before


def exact_interval(part: int, whole: int) -> tuple[Decimal, Decimal]:
    """Clopper and Pearson's interval of 95 % of a rate, in per cent."""
    low = 0.0 if part == 0 else _border(lambda p: _at_least(part, whole, p) < _TAIL)
    high = 1.0 if part == whole else _border(lambda p: _at_most(part, whole, p) > _TAIL)
    return _shown(low), _shown(high)


def ranked(ratios: Sequence[tuple[str, Ratio]]) -> tuple[list[tuple[str, Ratio]], list[tuple[str, Ratio]]]:
    """(those that can be compared, the highest rate first; those with too few cases, by name)."""
    enough = [one for one in ratios if one[1].ranks]
    few = [one for one in ratios if not one[1].ranks]
    return sorted(enough, key=lambda one: (-(one[1].percent or 0), one[0])), sorted(
        few, key=lambda one: one[0]
    )


def _border(below: Callable[[float], bool]) -> float:
    """The border up to which the condition holds, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return low


def _at_least(part: int, whole: int, p: float) -> float:
    return sum(comb(whole, k) * p**k * (1 - p) ** (whole - k) for k in range(part, whole + 1))


def _at_most(part: int, whole: int, p: float) -> float:
    return sum(comb(whole, k) * p**k * (1 - p) ** (whole - k) for k in range(part + 1))


def _shown(rate: float) -> Decimal:
    return (Decimal(rate) * 100).quantize(_CENT, ROUND_HALF_UP)
