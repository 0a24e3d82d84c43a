"""The verdict on a code: log10 odds that it is one of many with the same code, and not one pack.

Each figure adds log10 of (chance if copied : chance if honest), given the figures before it, to the prior
odds (naive Bayes over a chain, in decades). Honest chances come from the batch's baseline and the rule's
shares; a copied code is described as loosely as possible: its number of devices, or of occasions, is spread
evenly over the scales (1 / d(d + 1)), and whatever share of them is elsewhere, early or late is as likely as
any other, or, for copies that stay in one place, as among honest ones. No parameter says what a forger does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from trace.oversight.copied_codes.baseline import Baseline, Rate
from trace.oversight.copied_codes.parameters import CopyParameters
from trace.oversight.copied_codes.pattern import Pattern

NONE, WATCH, SUSPECTED = "none", "watch", "suspected"
REASONS: Final = ("many-scans", "many-cities", "impossible-travel", "before-shipment", "after-sold-through")
_TELLING: Final = 0.3
"""A reason is named when it doubles the odds."""


@dataclass(frozen=True, slots=True)
class CopyVerdict:
    """`odds` are log10 of copied : honest; `weights` what each reason added, in the order of REASONS."""

    odds: float
    level: str
    reasons: tuple[str, ...]
    weights: tuple[float, ...]


def judge(pattern: Pattern, batch: Baseline, given: CopyParameters) -> CopyVerdict:
    """The verdict on one code."""
    weights = (
        _scans(pattern, batch, given),
        _shifted(pattern.cities - 1, pattern.placed - pattern.misfits - 1, batch.elsewhere, given.local),
        _shifted(pattern.misfits, pattern.placed - 1, given.wrong_region, given.local),
        _shifted(pattern.early, pattern.placed if pattern.shipment_known else 0, given.early, given.local),
        _shifted(pattern.late, pattern.occasions - 1, given.late, given.local),
    )
    odds = given.prior + sum(weights)
    level = SUSPECTED if odds >= given.suspected else WATCH if odds >= given.watch else NONE
    named = tuple(name for name, weight in zip(REASONS, weights, strict=True) if weight >= _TELLING)
    return CopyVerdict(odds, level, named if level != NONE else (), weights)


def is_diverted(pattern: Pattern, given: CopyParameters) -> bool:
    """窜货: sold where no receiver is. A matter between the firm and its dealers, no sign of copying."""
    return pattern.inside == 0 and pattern.outside >= given.outside


def _scans(pattern: Pattern, batch: Baseline, given: CopyParameters) -> float:
    """Devices or occasions against the batch's own rate: copies betray themselves by one or the other."""
    share, crowd, days = given.display
    devices = _many(pattern.devices, batch.devices, share, crowd)
    occasions = _many(pattern.occasions, batch.occasions, share, days)
    return _log10_sum(devices, occasions) - math.log10(2)


def _many(found: int, rate: Rate, share: float, crowd: float) -> float:
    """The greatest weight up to this number: one more never speaks for an honest pack."""
    return max((_weight_of(each, rate, share, crowd) for each in range(1, found + 1)), default=0.0)


def _weight_of(found: int, rate: Rate, share: float, crowd: float) -> float:
    """A number against the batch's rate, with the `share` of packs on display that a `crowd` scans."""
    on_display = math.log10(share) + (found - 1) * math.log10(1 - 1 / crowd) - math.log10(crowd)
    ordinary = math.log10(1 - share) + rate.log10_chance(found - 1)
    return -math.log10(found * (found + 1)) - _log10_sum(ordinary, on_display)


def _shifted(odd: int, of: int, share: float, local: float) -> float:
    """`odd` of `of` devices, `share` of them if honest; if copied any share at all, or the honest one."""
    if of < 1:
        return 0.0
    honest = (
        (math.lgamma(of + 1) - math.lgamma(odd + 1) - math.lgamma(of - odd + 1)) / math.log(10)
        + odd * math.log10(share)
        + (of - odd) * math.log10(1 - share)
    )
    return _log10_sum(math.log10(local) + honest, math.log10(1 - local) - math.log10(of + 1)) - honest


def _log10_sum(one: float, other: float) -> float:
    """log10 of 10**one + 10**other, without leaving the logarithm."""
    high, low = max(one, other), min(one, other)
    return high + math.log1p(10 ** (low - high)) / math.log(10)
