"""Ranges of serials: allocated, and what became of which part of them.

A range is one value whatever its size. Activation, recall and voiding are sets of intervals inside it; a
single void is an interval of one. To know how a serial stands: decipher it, find the range, look into three
sets; no table of codes exists anywhere. `docs/adr/0019` has the figures.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from trace.codes.intervals import Interval, Intervals
from trace.codes.serials import COUNTERS, KeyRing
from trace.errors.codes import CodesWithdrawn, CodeUnregistered, RangeExhausted, RangeOutside

_NONE: Final = Intervals()


class Standing(StrEnum):
    """The standing of one code now. An unregistered one has none: `CodeUnregistered` is raised."""

    ALLOCATED = "allocated"
    """Printed perhaps, never activated (未激活)."""
    ACTIVE = "active"
    RECALLED = "recalled"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class CodeRange:
    """`interval` of the counters of one epoch and scope, for `subject` (the lot, a `urn:lot:…`)."""

    scope: str
    epoch: str
    interval: Interval
    subject: str
    active: Intervals = _NONE
    recalled: Intervals = _NONE
    void: Intervals = _NONE

    def activated(self, interval: Interval | None = None) -> CodeRange:
        """With the codes of `interval` live; all that are not void, when it is None.

        Raises `RangeOutside`, and `CodesWithdrawn` where a named code, or every one, is void.
        """
        part = self._inside(interval)
        if self.void.covers(part) or (interval is not None and self.void.overlaps(part)):
            raise CodesWithdrawn(first=part.first, count=part.count)
        return replace(self, active=self.active.added(part))

    def voided(self, interval: Interval | None = None) -> CodeRange:
        """With these codes withdrawn for good (a lost roll, a spoiled label); raises `RangeOutside`."""
        return replace(self, void=self.void.added(self._inside(interval)))

    def recalled_in(self, interval: Interval | None = None) -> CodeRange:
        """With these codes under recall, active or not; raises `RangeOutside`."""
        return replace(self, recalled=self.recalled.added(self._inside(interval)))

    def released(self, interval: Interval | None = None) -> CodeRange:
        """With the recall of these codes ended; raises `RangeOutside`."""
        return replace(self, recalled=self.recalled.removed(self._inside(interval)))

    def changed(self, standing: Standing, interval: Interval) -> CodeRange:
        """With what was decided before of `interval`: nothing is asked. Raises `RangeOutside`."""
        part = self._inside(interval)
        if standing is Standing.ACTIVE:
            return replace(self, active=self.active.added(part))
        return self.voided(part) if standing is Standing.VOID else self.recalled_in(part)

    def standing(self, counter: int) -> Standing:
        """Void before recalled before active; raises `RangeOutside` for a counter of another range."""
        if counter not in self.interval:
            raise RangeOutside(first=counter, count=1)
        if counter in self.void:
            return Standing.VOID
        if counter in self.recalled:
            return Standing.RECALLED
        return Standing.ACTIVE if counter in self.active else Standing.ALLOCATED

    def _inside(self, interval: Interval | None) -> Interval:
        part = self.interval if interval is None else interval
        if part.count < 1 or not self.interval.holds(part):
            raise RangeOutside(first=part.first, count=part.count)
        return part


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A registered code: its range, its counter there, and how it stands."""

    serial: str
    counter: int
    range: CodeRange
    standing: Standing


class RangeBook:
    """Ranges by (scope, epoch), each list in the order of its counters, none overlapping another."""

    __slots__ = ("_by_key",)

    def __init__(self, ranges: Iterable[CodeRange] = ()) -> None:
        """Raises `RangeOutside` when two ranges share a counter."""
        self._by_key: dict[tuple[str, str], list[CodeRange]] = {}
        for each in ranges:
            self._add(each)

    def __iter__(self) -> Iterator[CodeRange]:
        for ranges in self._by_key.values():
            yield from ranges

    def allocate(self, scope: str, epoch: str, count: int, subject: str) -> CodeRange:
        """The next `count` counters, entered into the book; raises `RangeExhausted`, `RangeOutside`."""
        last = self._by_key.get((scope, epoch))
        allocated = next_range(last[-1] if last else None, scope, epoch, count, subject)
        self._add(allocated)
        return allocated

    def range_of(self, scope: str, epoch: str, counter: int) -> CodeRange | None:
        """The range that holds a counter, by binary search."""
        ranges = self._by_key.get((scope, epoch), [])
        place = bisect_right(ranges, counter, key=_first) - 1
        return ranges[place] if place >= 0 and counter in ranges[place].interval else None

    def replace(self, changed: CodeRange) -> None:
        """Put a later value of a range in the earlier one's place; raises `RangeOutside` if it has none."""
        ranges = self._by_key.get((changed.scope, changed.epoch), [])
        place = bisect_right(ranges, changed.interval.first, key=_first) - 1
        if place < 0 or ranges[place].interval != changed.interval:
            raise RangeOutside(first=changed.interval.first, count=changed.interval.count)
        ranges[place] = changed

    def find(self, ring: KeyRing, scope: str, serial: str) -> FoundCode:
        """The code of a canonical serial; raises `CodeUnregistered` for a made-up or never allocated one."""
        counter = ring.counter(serial, scope)
        found = self.range_of(scope, serial[0], counter)
        if found is None:
            raise CodeUnregistered(code=serial)
        return FoundCode(serial, counter, found, found.standing(counter))

    def _add(self, added: CodeRange) -> None:
        ranges = self._by_key.setdefault((added.scope, added.epoch), [])
        place = bisect_right(ranges, added.interval.first, key=_first)
        before, after = ranges[place - 1 : place], ranges[place : place + 1]
        if any(each.interval.end > added.interval.first for each in before) or any(
            each.interval.first < added.interval.end for each in after
        ):
            raise RangeOutside(first=added.interval.first, count=added.interval.count)
        insort(ranges, added, key=_first)


def next_range(last: CodeRange | None, scope: str, epoch: str, count: int, subject: str) -> CodeRange:
    """The range after `last` (the highest so far under this scope and epoch, or None).

    Raises `RangeOutside` for a count below 1, `RangeExhausted` when the epoch's 2**50 counters run out.
    """
    first = last.interval.end if last is not None else 0
    if count < 1:
        raise RangeOutside(first=first, count=count)
    if first + count > COUNTERS:
        raise RangeExhausted(scope=scope, epoch=epoch, count=count)
    return CodeRange(scope, epoch, Interval(first, count), subject)


def _first(each: CodeRange) -> int:
    return each.interval.first
