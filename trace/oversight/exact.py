"""Exact chances for few things: Fisher's test, the rate of false finds, and the interval of a share.

Fractions, not floats, so that every platform says the same; only the interval is a float, found by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb
from typing import Final

FEW: Final = 30
"""Below so many, a share is shown with its interval and ranks nobody."""
_ONE: Final = Fraction(1)
_HALVINGS: Final = 60
_TAIL: Final = 0.025


def as_many_by_chance(hit: int, drawn: int, cases: int, whole: int) -> Fraction:
    """Fisher's exact test, one-sided: `hit` cases or more in `drawn` of `whole`, `cases` of them cases."""
    every = comb(whole, drawn)
    ways = sum(
        comb(cases, some) * comb(whole - cases, drawn - some) for some in range(hit, min(drawn, cases) + 1)
    )
    return Fraction(ways, every)


def adjusted(chances: Sequence[Fraction]) -> list[Fraction]:
    """Benjamini and Hochberg: the rate of false finds, were the line drawn at this one."""
    order = sorted(range(len(chances)), key=lambda at: chances[at], reverse=True)
    least, found = _ONE, [_ONE] * len(chances)
    for place, at in enumerate(order):
        least = min(least, chances[at] * len(chances) / (len(chances) - place))
        found[at] = least
    return found


def interval(hit: int, of: int) -> tuple[float, float]:
    """The exact 95 % interval of a share (Clopper and Pearson); all of it where nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    low = 0.0 if hit == 0 else _halved(lambda p: _at_least(hit, of, p) > _TAIL)
    high = 1.0 if hit == of else _halved(lambda p: 1 - _at_least(hit + 1, of, p) < _TAIL)
    return low, high


def _at_least(hit: int, of: int, p: float) -> float:
    return sum(comb(of, some) * p**some * (1 - p) ** (of - some) for some in range(hit, of + 1))


def _halved(is_beyond: Callable[[float], bool]) -> float:
    """Where a rising condition begins to hold, between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return (low + high) / 2
