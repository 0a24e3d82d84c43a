"""Sets of counters as disjoint intervals: they cost what happened to codes, not how many there are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`count` counters from `first`; empty when `count` is 0."""

    first: int
    count: int

    @property
    def end(self) -> int:
        """The counter behind the last one."""
        return self.first + self.count

    def holds(self, other: Interval) -> bool:
        """Whether `other` lies wholly inside."""
        return self.first <= other.first and other.end <= self.end

    def __contains__(self, counter: int) -> bool:
        return self.first <= counter < self.end


@dataclass(frozen=True, slots=True)
class Intervals:
    """An immutable set of counters; neighbours are merged, so equal sets are equal values."""

    firsts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> Intervals:
        """The union of many, in one pass over their sorted sequence."""
        firsts: list[int] = []
        ends: list[int] = []
        for each in sorted(intervals):
            if each.count <= 0:
                continue
            if ends and each.first <= ends[-1]:
                ends[-1] = max(ends[-1], each.end)
            else:
                firsts.append(each.first)
                ends.append(each.end)
        return cls(tuple(firsts), tuple(ends))

    def __contains__(self, counter: int) -> bool:
        place = bisect_right(self.firsts, counter) - 1
        return place >= 0 and counter < self.ends[place]

    def __iter__(self) -> Iterator[Interval]:
        for first, end in zip(self.firsts, self.ends, strict=True):
            yield Interval(first, end - first)

    def __len__(self) -> int:
        """The number of intervals (of counters: `total`)."""
        return len(self.firsts)

    @property
    def total(self) -> int:
        """How many counters the set holds."""
        return sum(self.ends) - sum(self.firsts)

    def overlaps(self, interval: Interval) -> bool:
        place = bisect_right(self.ends, interval.first)
        return interval.count > 0 and place < len(self.firsts) and self.firsts[place] < interval.end

    def covers(self, interval: Interval) -> bool:
        """Whether every counter of `interval` is in the set."""
        place = bisect_right(self.firsts, interval.first) - 1
        return interval.count == 0 or (place >= 0 and interval.end <= self.ends[place])

    def added(self, interval: Interval) -> Intervals:
        """The union with `interval`."""
        if interval.count <= 0:
            return self
        low = bisect_left(self.ends, interval.first)
        high = bisect_right(self.firsts, interval.end)
        first = min(interval.first, self.firsts[low]) if low < high else interval.first
        end = max(interval.end, self.ends[high - 1]) if low < high else interval.end
        return Intervals(
            (*self.firsts[:low], first, *self.firsts[high:]), (*self.ends[:low], end, *self.ends[high:])
        )

    def removed(self, interval: Interval) -> Intervals:
        """The set without `interval`."""
        if not self.overlaps(interval):
            return self
        low = bisect_right(self.ends, interval.first)
        high = bisect_left(self.firsts, interval.end)
        kept = [
            (first, end)
            for first, end in (
                (self.firsts[low], interval.first),
                (interval.end, self.ends[high - 1]),
            )
            if first < end
        ]
        return Intervals(
            (*self.firsts[:low], *(first for first, _ in kept), *self.firsts[high:]),
            (*self.ends[:low], *(end for _, end in kept), *self.ends[high:]),
        )
