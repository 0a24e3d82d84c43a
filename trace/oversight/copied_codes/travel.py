"""Travel of one pack: the longest chain of scans that it can have made, and the scans that are not on it.

Distances run between the near edges of two cities, door to door by the fastest of road, rail and air: shorter
than any real journey, so "impossible" is meant literally.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from trace.identity.city import distance_km
from trace.oversight.copied_codes.parameters import CopyParameters

Seen = tuple[datetime, str]
"""When, and in which city."""
_AT_ONCE: Final = timedelta(0)


def shortest_time(one: str, other: str, given: CopyParameters) -> timedelta:
    """From one city to another at the very least; zero in a city, to a neighbour, or where unknown."""
    if one == other:
        return _AT_ONCE
    middle = distance_km(one, other)
    km = 0.0 if middle is None else max(0.0, middle - 2 * given.city_radius)
    return timedelta(hours=min(leg.hours(km) for leg in given.legs)) if km else _AT_ONCE


def possible_way(seen: Sequence[Seen], given: CopyParameters) -> list[int]:
    """Places in `seen` (sorted by time) of the longest chain that one pack can have travelled.

    Every sighting off the chain would need a second pack, a wrong city or a picture of the code.
    """
    chains: dict[str, _Chains] = {}
    before: list[int] = []
    for number, (at, city) in enumerate(seen):
        length, last = 0, -1
        for other, chain in chains.items():
            length, last = max((length, last), chain.best_until(at - shortest_time(other, city, given)))
        before.append(last)
        chains.setdefault(city, _Chains()).add(at, length + 1, number)
    way = [max((chain.best_until(seen[-1][0]) for chain in chains.values()), default=(0, -1))[1]]
    while way[-1] >= 0:
        way.append(before[way[-1]])
    return way[-2::-1]


class _Chains:
    """The chains that end in one city, by the time of their last sighting."""

    __slots__ = ("best", "times")

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.best: list[tuple[int, int]] = []  # the longest so far: its length, its last sighting

    def add(self, at: datetime, length: int, number: int) -> None:
        self.times.append(at)
        self.best.append(max(self.best[-1], (length, number)) if self.best else (length, number))

    def best_until(self, at: datetime) -> tuple[int, int]:
        place = bisect_right(self.times, at)
        return self.best[place - 1] if place else (0, -1)
