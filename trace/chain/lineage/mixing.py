"""Share arithmetic of mixed lots: exact, or bounds where an amount is missing.

A mix is either `Exact` (integer parts over one denominator, so that the parts add up by construction) or
`Bounded` (lowest and highest possible share of every source).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)
_RATIONAL: Final = 8
"""How many times the work of two short integers that of two short fractions is."""
REMAINDER: Final = -1
"""Stands for all sources that `cut` dropped; their sum is kept."""


class WorkExceeded(Exception):
    """Shares would take more work than was allowed."""


@dataclass(slots=True)
class Work:
    """How much may still be done, in words of 64 bits that are multiplied; None: any amount.

    Exact shares grow by the digits of every amount that was ever mixed in, so lots are no measure of it.
    """

    left: int | None = None

    def take(self, count: int, number: int) -> None:
        """Do something `count` times with numbers as long as this; raises WorkExceeded."""
        if self.left is not None:
            self.left -= count * (1 + (number.bit_length() >> 6))
            if self.left < 0:
                raise WorkExceeded

    def take_fractions(self, count: int, longest: int) -> None:
        """The same with fractions: each is brought to lowest terms, which grows with the square."""
        words = 1 + (longest.bit_length() >> 6)
        self.take(_RATIONAL * count * (words + words * words // 32), 0)


ANY_WORK: Final = Work()


@dataclass(frozen=True, slots=True)
class Exact:
    """`parts[source] / whole` is the share of a source; the parts sum to `whole`."""

    whole: int
    parts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Bounded:
    ranges: Mapping[int, tuple[Fraction, Fraction]]


Mix = Exact | Bounded


@dataclass(frozen=True, slots=True)
class Inflow:
    """One part of a pool: `amount` in the pool's unit, or unknown and then at most `capacity` (None: any)."""

    mix: Mix
    amount: Fraction | None
    capacity: Fraction | None = None


def pure(source: int) -> Exact:
    return Exact(1, {source: 1})


def ranges_of(mix: Mix) -> Mapping[int, tuple[Fraction, Fraction]]:
    if isinstance(mix, Bounded):
        return mix.ranges
    return {source: (Fraction(part, mix.whole),) * 2 for source, part in mix.parts.items()}


def pour(inflows: Sequence[Inflow], work: Work = ANY_WORK) -> Mix | None:
    """The homogeneous mix of the inflows; None when none of them brings anything."""
    present = [inflow for inflow in inflows if inflow.amount != 0]
    if not present:
        return None
    first = present[0].mix
    if all(inflow.mix is first for inflow in present):
        return first
    mixes = [inflow.mix for inflow in present if isinstance(inflow.mix, Exact)]
    amounts = [inflow.amount for inflow in present if inflow.amount is not None]
    if len(mixes) == len(amounts) == len(present):
        return _pour_exact(mixes, amounts, work)
    return _pour_bounded(present, work)


def _pour_exact(mixes: Sequence[Exact], amounts: Sequence[Fraction], work: Work) -> Exact:
    scale = math.lcm(*(amount.denominator for amount in amounts))
    weights = [amount.numerator * (scale // amount.denominator) for amount in amounts]
    common = math.lcm(*(mix.whole for mix in mixes))
    work.take(sum(len(mix.parts) for mix in mixes), common)
    parts: dict[int, int] = {}
    for mix, weight in zip(mixes, weights, strict=True):
        factor = weight * (common // mix.whole)
        for source, part in mix.parts.items():
            parts[source] = parts.get(source, 0) + factor * part
    return _lowest_terms(common * sum(weights), parts)


def _lowest_terms(whole: int, parts: dict[int, int]) -> Exact:
    divisor = math.gcd(whole, *parts.values())
    return Exact(whole // divisor, {source: part // divisor for source, part in parts.items()})


def exact_from(shares: Mapping[int, Fraction]) -> Exact:
    whole = math.lcm(*(share.denominator for share in shares.values()))
    parts = {source: int(share * whole) for source, share in shares.items() if share}
    return _lowest_terms(whole, parts)


def _pour_bounded(inflows: Sequence[Inflow], work: Work) -> Bounded:
    seen = [ranges_of(inflow.mix) for inflow in inflows]
    longest = max((high.denominator for shares in seen for _, high in shares.values()), default=1)
    work.take_fractions(len(seen) * sum(map(len, seen)), longest)
    spans = [
        (inflow.amount, inflow.amount) if inflow.amount is not None else (ZERO, inflow.capacity)
        for inflow in inflows
    ]
    ranges = {}
    for source in sorted({source for shares in seen for source in shares}):
        shares = [known.get(source, (ZERO, ZERO)) for known in seen]
        low = _least([share[0] for share in shares], spans)
        high = ONE - _least([ONE - share[1] for share in shares], spans)
        ranges[source] = (low, high)
    return Bounded(ranges)


def _least(values: Sequence[Fraction], spans: Sequence[tuple[Fraction | None, Fraction | None]]) -> Fraction:
    """The smallest weighted mean of `values` over all weights within `spans` (highest None: unbounded).

    A linear-fractional function is least at a corner: the smallest values with their highest weight, the
    others with their lowest. An unbounded weight can draw the mean to its own value.
    """
    ranked = sorted(zip(values, spans, strict=True), key=lambda pair: pair[0])
    weight = sum((low or ZERO for _, (low, _) in ranked), ZERO)
    total = sum((value * (low or ZERO) for value, (low, _) in ranked), ZERO)
    candidates = [total / weight] if weight else []
    for value, (low, high) in ranked:
        if high is None:
            candidates.append(value)
            continue
        extra = high - (low or ZERO)
        weight, total = weight + extra, total + value * extra
        if weight:
            candidates.append(total / weight)
    return min(candidates)


def cut(mix: Mix, keep: int) -> Mix:
    """The `keep` largest shares; the rest is summed under REMAINDER, so that nothing disappears."""
    if isinstance(mix, Bounded) or len(mix.parts) <= keep:
        return mix
    ranked = sorted(mix.parts.items(), key=lambda item: (item[0] == REMAINDER, -item[1], item[0]))
    parts = dict(ranked[:keep])
    parts[REMAINDER] = sum(part for _, part in ranked[keep:])
    return Exact(mix.whole, parts)


def merge_sources(mixes: Iterable[Mix]) -> set[int]:
    return {source for mix in mixes for source in ranges_of(mix)}
