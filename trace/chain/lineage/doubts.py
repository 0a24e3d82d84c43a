"""Doubts of a scope: how much is possible and not certain, by the one record that would settle it.

Goods that left what is certain by a word that nobody bears out carry all that was made of them into the
scope. Each lot beyond is laid to the way by which alone something of what is certain can have come to it, so
that an answer about this way settles all of it; where several ways lead there, no one answer does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappush, heapreplace, nlargest
from typing import Final

from trace.chain.lineage.scope import (
    CLAIMED,
    CONFIRMED,
    DENIED,
    UNANSWERED,
    WITHDRAWN,
    ScopeLine,
)
from trace.chain.lineage.superset import Step
from trace.quantities import Quantity

SEVERAL: Final = 0
"""Stands for more than one way; no way has that number."""
RECEIPT: Final = "receipt"
CONFIRMATION: Final = "confirmation"
AGREEMENT: Final = "agreement"
FINDING: Final = "finding"
"""What would settle it: the receiver's record or refusal, the shipper's word on a claim, one word of both
where theirs differ, an authority's finding."""
KEPT: Final = 16
"""So many rows are kept on which one line hangs."""


def roots_of(certain: Collection[int], steps: Iterable[Step]) -> dict[int, int]:
    """Lot that is possible and not certain -> the link by which alone the trace leaves what is certain on its
    way there, or `SEVERAL`; by steps downstream."""
    beyond: defaultdict[int, list[int]] = defaultdict(list)
    roots: dict[int, int] = {}
    waiting: list[int] = []

    def reach(lot: int, root: int) -> None:
        known = roots.get(lot)
        if known is None or known not in {root, SEVERAL}:
            roots[lot] = root if known is None else SEVERAL
            waiting.append(lot)

    for link, near, far, *_ in steps:
        if far in certain:
            continue
        if near in certain:
            reach(far, link)
        else:
            beyond[near].append(far)
    while waiting:
        lot = waiting.pop()
        for far in beyond.get(lot, ()):
            reach(far, roots[lot])
    return roots


def wanted(line: ScopeLine) -> str:
    """What would settle a line whose own word is open."""
    if line.column == UNANSWERED or (line.column == WITHDRAWN and line.handover is not None):
        return RECEIPT
    if line.column == CLAIMED:
        return CONFIRMATION
    return AGREEMENT if line.column in {DENIED, CONFIRMED} else FINDING


@dataclass(frozen=True, slots=True)
class Doubt:
    """What hangs on one row (a hand-over, claim or former link): so much on so many lines.

    `own` is the line that the row itself has; None where it has none, as a link of goods has.
    """

    row: int
    amount: Quantity
    lines: int
    own: ScopeLine | None


class Doubts:
    """The doubts of a scope, as its lines pass by. On a row of `roots` all that came by its word hangs; on
    any other its own line alone, and of those the largest are kept."""

    def __init__(self, roots: Collection[int] = ()) -> None:
        self._roots = frozenset(roots)
        self._summed: dict[tuple[int, str], Doubt] = {}
        self._met = 0
        self._single: list[tuple[Fraction, int, int, Doubt]] = []

    def line(self, line: ScopeLine, row: int) -> None:
        """A line that hangs on that row; what no amount bounds, and what hangs on `SEVERAL`, is left out."""
        if row == SEVERAL or line.high is None or not line.counts:
            return
        left = line.high - line.low if line.certain and line.low is not None else line.high
        if row in self._roots:
            self._sum(line, row, left)
        elif left:
            self._met += 1
            weight = left.base, -row, self._met
            if len(self._single) < KEPT:
                heappush(self._single, (*weight, Doubt(row, left, 1, line)))
            elif weight > self._single[0][:3]:
                heapreplace(self._single, (*weight, Doubt(row, left, 1, line)))

    def most(self, count: int) -> list[Doubt]:
        """Those on which most hangs, by base units of their dimension; of equals the older first."""
        found = [*self._summed.values(), *(one for *_, one in self._single)]
        return nlargest(count, (one for one in found if one.amount), key=_weight)

    def _sum(self, line: ScopeLine, row: int, left: Quantity) -> None:
        before = self._summed.get((row, left.dimension))
        own = line if line.row == row else None
        if before is not None:
            amount = before.amount.amount_in(left.unit) + left.amount_in(left.unit)
            left, own = Quantity.exactly(amount, left.unit), before.own or own
        self._summed[row, left.dimension] = Doubt(row, left, 1 + (before.lines if before else 0), own)


def _weight(one: Doubt) -> tuple[Fraction, int]:
    return one.amount.base, -one.row
