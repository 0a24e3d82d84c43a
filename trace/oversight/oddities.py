"""Oddities in a firm's records: journeys too quick, figures too even. Each is a question and accuses nobody.

What is asked is said beside what would explain it: a warehouse elsewhere, bags of one weight, a clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from trace.identity.city import city_of
from trace.oversight.copied_codes.parameters import CopyParameters
from trace.oversight.copied_codes.travel import shortest_time
from trace.rules import Rule

KILOGRAM = 1_000_000
"""In millionths, as amounts are stored."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A harvest: its lot, crop and record, and what it weighed in millionths of a kilogram."""

    lot: str
    crop: str
    amount: int
    record: str


@dataclass(frozen=True, slots=True)
class Even:
    """Harvests of a crop with figures too even: how many of how many, and the amount that they share or, of
    whole multiples, the step."""

    crop: str
    harvests: tuple[Weighed, ...]
    of: int
    same: bool
    amount: int


def too_quick(
    sent: Iterable[str], received: Iterable[str], took: timedelta, margin: timedelta, given: CopyParameters
) -> timedelta | None:
    """The shortest journey between these regions, where `took` and the margin are less; None where it is
    possible, within one city, or where a place is not known."""
    ways = [
        shortest_time(one, other, given)
        for one in map(city_of, sent)
        for other in map(city_of, received)
        if one is not None and other is not None
    ]
    least = min(ways, default=timedelta(0))
    return least if took + margin < least else None


def too_even(harvests: Iterable[Weighed], rule: Rule) -> list[Even]:
    """The crops of which too many harvests weigh the same, or whole multiples of the rule's step."""
    least, share, step = (int(item) for item in rule.items)
    by_crop: defaultdict[str, list[Weighed]] = defaultdict(list)
    for one in harvests:
        by_crop[one.crop].append(one)
    found = (_even(crop, every, share, step * KILOGRAM) for crop, every in sorted(by_crop.items())
             if len(every) >= least)  # fmt: skip
    return [one for one in found if one is not None]


def _even(crop: str, every: Sequence[Weighed], share: int, step: int) -> Even | None:
    amount, count = Counter(one.amount for one in every).most_common(1)[0]
    if 100 * count >= share * len(every):
        alike = tuple(one for one in every if one.amount == amount)
        return Even(crop, alike, len(every), same=True, amount=amount)
    whole = tuple(one for one in every if one.amount % step == 0)
    return (
        Even(crop, whole, len(every), same=False, amount=step)
        if 100 * len(whole) >= share * len(every)
        else None
    )
