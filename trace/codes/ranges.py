"""Ranges of serials: allocated, and what became of which part of them.

A range is one value whatever its size. Activation, recall and voiding are sets of intervals inside it; a
single void is an interval of one. To know how a serial stands: decipher it, find the range, look into three
sets; no table of codes exists anywhere. `docs/adr/0019` has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from trace.codes.intervals import Interval, Intervals
from trace.errors.codes import CodesWithdrawn, RangeOutside

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
