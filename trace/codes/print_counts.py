"""Counts of a print run: what came out well, spoiled, again, is void, and is still to come.

A file that was made is no label: a code counts as printed when somebody has said that its label came out
well. The sets are disjoint and together are the codes that were planned, whatever was reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from trace.codes.intervals import Interval, Intervals

_NONE: Final = Intervals()


@dataclass(frozen=True, slots=True)
class Printing:
    """One time that codes of a run were given to a printer: `again` for those that came out before.

    Of them the first `out` came out, of which the first `good` are good; None: nobody has said so yet.
    """

    interval: Interval
    again: bool = False
    good: int | None = None
    out: int = 0


@dataclass(frozen=True, slots=True)
class PrintCounts:
    """The codes `planned`, each in one of five sets; `at_press` are those a report is still owed for."""

    planned: Interval
    waiting: Intervals
    printed: Intervals = _NONE
    reprinted: Intervals = _NONE
    void: Intervals = _NONE
    spoiled: Intervals = _NONE
    at_press: Intervals = _NONE

    @property
    def undecided(self) -> Intervals:
        """Spoiled labels that are neither void nor with a printer again."""
        return _without(self.spoiled, self.at_press)

    @property
    def to_print(self) -> Intervals:
        """Codes that no printer has, and that no label of came out."""
        return _without(self.waiting, self.at_press)

    def after(self, printing: Printing) -> PrintCounts:
        """With one printing more."""
        if printing.good is None:
            return replace(self, at_press=self.at_press.added(printing.interval))
        first = printing.interval.first
        good, bad = (
            Interval(first, printing.good),
            Interval(first + printing.good, printing.out - printing.good),
        )
        printed, reprinted = self.printed.removed(good), self.reprinted.removed(good)
        return replace(
            self,
            waiting=self.waiting.removed(good).removed(bad),
            spoiled=self.spoiled.removed(good).added(bad),
            printed=(printed if printing.again else printed.added(good)).removed(bad),
            reprinted=(reprinted.added(good) if printing.again else reprinted).removed(bad),
        )

    def voided(self, void: Intervals) -> PrintCounts:
        """With the codes that are void, whatever came out of them."""
        low, high = Interval(0, self.planned.first), self.planned.end
        beyond = Interval(high, max(void.ends[-1] - high, 0) if void else 0)
        own = void.removed(low).removed(beyond)
        return PrintCounts(
            self.planned,
            _without(self.waiting, own),
            _without(self.printed, own),
            _without(self.reprinted, own),
            own,
            _without(self.spoiled, own),
            _without(self.at_press, own),
        )


def count_run(planned: Interval, printings: Iterable[Printing], void: Intervals = _NONE) -> PrintCounts:
    """The counts of a run after its printings in their order, and with what is void by now."""
    counts = PrintCounts(planned, Intervals.of([planned]))
    for each in printings:
        counts = counts.after(each)
    return counts.voided(void)


def _without(codes: Intervals, others: Intervals) -> Intervals:
    for each in others:
        codes = codes.removed(each)
    return codes
