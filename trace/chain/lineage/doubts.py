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
from heapq import nlargest
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
_KEPT: Final = 1_000


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
    """The doubts of a scope, as its lines pass by. On rows of `roots` more may hang later; of all others only
    those on which most hangs are kept."""

    def __init__(self, roots: Collection[int] = ()) -> None:
        self._roots = frozenset(roots)
        self._found: dict[tuple[int, str], Doubt] = {}

    def line(self, line: ScopeLine, row: int) -> None:
        """A line that hangs on that row; what no amount bounds, and what hangs on `SEVERAL`, is left out."""
        if row == SEVERAL or line.high is None or not line.counts:
            return
        sure = line.low if line.certain and line.low is not None else Quantity.zero(line.high.unit)
        left = line.high - sure
        if not left:
            return
        key = row, left.dimension
        before = self._found.get(key)
        own = line if line.row == row else None
        if before is not None:
            amount = before.amount.amount_in(left.unit) + left.amount_in(left.unit)
            left, own = Quantity.exactly(amount, left.unit), before.own or own
        self._found[key] = Doubt(row, left, 1 + (before.lines if before is not None else 0), own)
        if len(self._found) > len(self._roots) + 2 * _KEPT:
            self._forget()

    def most(self, count: int) -> list[Doubt]:
        """Those on which most hangs, by base units of their dimension; of equals the older first."""
        return nlargest(count, self._found.values(), key=_weight)

    def _forget(self) -> None:
        grown = [one for one in self._found.values() if one.row not in self._roots]
        grown.sort(key=_weight)
        for one in grown[: len(grown) - _KEPT]:
            del self._found[one.row, one.amount.dimension]


def _weight(one: Doubt) -> tuple[Fraction, int]:
    return one.amount.base, -one.row
