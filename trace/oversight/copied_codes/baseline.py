"""The scan baseline of a batch: rate and spread of its codes, and a prior that fades."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trace.oversight.copied_codes.parameters import CopyParameters

_LEAST_SPREAD: Final = 1e-9
_LOG10: Final = math.log(10)
_MOST_ELSEWHERE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """`mean` and `variance` of something that a scanned code has beyond its first."""

    mean: float
    variance: float

    @classmethod
    def of(cls, codes: Mapping[int, int], opinion: tuple[float, float], spread: float) -> Rate:
        """From value -> codes, and what is thought before: a mean, and how many codes that weighs."""
        first, weight = opinion[0] - 1, opinion[1]
        total = weight + sum(codes.values())
        mean = (weight * first + sum((value - 1) * count for value, count in codes.items())) / total
        thought = first + first**2 / spread + (first - mean) ** 2
        squares = sum((value - 1 - mean) ** 2 * count for value, count in codes.items())
        return cls(mean, (weight * thought + squares) / total)

    def log10_chance(self, further: int) -> float:
        """log10 of the chance that an honest scanned code has exactly `further` beyond its first.

        Poisson with the batch's own rate, that rate itself spread over its codes by a gamma law (a negative
        binomial) as far as the batch is more uneven than Poisson allows: families, offices, promotions.
        """
        excess = self.variance - self.mean
        if excess <= _LEAST_SPREAD:
            return (further * math.log(self.mean) - self.mean - math.lgamma(further + 1)) / _LOG10
        shape = self.mean**2 / excess
        ways = math.lgamma(further + shape) - math.lgamma(shape) - math.lgamma(further + 1)
        again = self.mean / (shape + self.mean)
        return (ways + shape * math.log1p(-again) + further * math.log(again)) / _LOG10


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline of a batch: devices and occasions that an honest scanned code has beyond its first, and
    the share of further devices that are in a new city."""

    devices: Rate
    occasions: Rate
    elsewhere: float

    @classmethod
    def of(
        cls,
        devices: Mapping[int, int],
        occasions: Mapping[int, int],
        cities: Mapping[int, int],
        given: CopyParameters,
    ) -> Baseline:
        """From histograms of a batch (value -> codes), the code being judged left out by the caller.

        The most scanned codes are trimmed: a copied code must not raise the bar that it is measured by.
        """
        devices, occasions, cities = (_trimmed(each, given.trim) for each in (devices, occasions, cities))
        share, weight = given.elsewhere
        further = weight + sum((value - 1) * count for value, count in devices.items())
        moved = weight * share + sum((value - 1) * count for value, count in cities.items())
        return cls(
            Rate.of(devices, given.devices, given.spread),
            Rate.of(occasions, given.occasions, given.spread),
            min(_MOST_ELSEWHERE, moved / further),
        )


def _trimmed(codes: Mapping[int, int], share: float) -> dict[int, int]:
    """Without the `share` of codes with the highest values."""
    left = int(sum(codes.values()) * share)
    kept = dict(codes)
    for value in sorted(codes, reverse=True):
        gone = min(left, kept[value])
        kept[value] -= gone
        left -= gone
    return kept
