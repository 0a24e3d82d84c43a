"""Ranges of serials in memory: the book that a store of rows must answer like."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange, Standing
from trace.codes.serials import KeyRing
from trace.errors.codes import CodeUnregistered


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A registered code: its range, its counter there, and how it stands."""

    counter: int
    range: CodeRange
    standing: Standing


class RangeBook:
    """Ranges by (scope, epoch), each list in the order of its counters, without gaps."""

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str], list[CodeRange]] = {}

    def __iter__(self) -> Iterator[CodeRange]:
        for ranges in self._by_key.values():
            yield from ranges

    def allocate(self, scope: str, epoch: str, count: int, subject: str) -> CodeRange:
        """The next `count` counters, entered into the book."""
        ranges = self._by_key.setdefault((scope, epoch), [])
        first = ranges[-1].interval.end if ranges else 0
        ranges.append(CodeRange(scope, epoch, Interval(first, count), subject))
        return ranges[-1]

    def replace(self, changed: CodeRange) -> None:
        """Put a later value of a range in the earlier one's place."""
        ranges = self._by_key[changed.scope, changed.epoch]
        place = bisect_right(ranges, changed.interval.first, key=_first) - 1
        assert ranges[place].interval == changed.interval
        ranges[place] = changed

    def find(self, ring: KeyRing, scope: str, serial: str) -> FoundCode:
        """The code of a canonical serial; raises `CodeUnregistered` for a made-up or never allocated one."""
        counter = ring.counter(serial, scope)
        ranges = self._by_key.get((scope, serial[0]), [])
        place = bisect_right(ranges, counter, key=_first) - 1
        if place < 0 or counter not in ranges[place].interval:
            raise CodeUnregistered(code=serial)
        return FoundCode(counter, ranges[place], ranges[place].standing(counter))


def _first(each: CodeRange) -> int:
    return each.interval.first
