"""Rings of lots that went into each other, solved exactly: X = W·X + S over the rationals, sparsely.

Rows are eliminated one by one, that with the fewest neighbours first (Markowitz), so that a ring of thousands
of lots that are mixed with few others each costs little more than their number. The matrix is I − W with rows
(or columns) of W that sum to one at most: pivots on its diagonal are above zero unless nothing flows in from
outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush

from trace.chain.lineage.mixing import ANY_WORK, ONE, ZERO, Work

_Row = dict[int, Fraction]


def solve(
    weights: Sequence[Mapping[int, Fraction]],
    outside: Sequence[Mapping[int, Fraction]],
    work: Work = ANY_WORK,
) -> list[dict[int, Fraction]] | None:
    """The rows of X; None when the ring has no inflow from outside.

    `weights[i][j]` is the fraction of row i that is row j, `outside[i]` what comes to row i from outside.
    """
    ring = _Ring(weights, outside, work)
    return ring.filled() if ring.eliminated() else None


class _Ring:
    def __init__(
        self, weights: Sequence[Mapping[int, Fraction]], outside: Sequence[Mapping[int, Fraction]], work: Work
    ) -> None:
        self._work = work
        self._left: list[_Row] = []
        self._right: list[_Row] = [dict(row) for row in outside]
        self._users: list[set[int]] = [set() for _ in weights]  # column -> the rows left that have it
        for here, row in enumerate(weights):
            left = {other: -share for other, share in row.items() if share}
            left[here] = left.get(here, ZERO) + ONE
            self._left.append(left)
            for other in left:
                self._users[other].add(here)
        self._order: list[int] = []

    def eliminated(self) -> bool:
        """Whether every row has found its pivot; a row left then mentions only rows that went after it."""
        heap = [(self._degree(row), row) for row in range(len(self._left))]
        heapify(heap)
        gone = set[int]()
        while heap:
            degree, here = heappop(heap)
            if here in gone:
                continue
            if degree < self._degree(here):
                heappush(heap, (self._degree(here), here))
                continue
            if not self._left[here].get(here):
                return False
            gone.add(here)
            self._order.append(here)
            for other in self._eliminate(here):
                heappush(heap, (self._degree(other), other))
        return True

    def filled(self) -> list[_Row]:
        """The solution, from the last row back to the first."""
        found: list[_Row] = [{}] * len(self._left)
        for here in reversed(self._order):
            row, sums = self._left[here], self._right[here]
            longest = self._longest(row, sums)
            for other, share in row.items():
                if other != here:
                    self._work.take_fractions(len(found[other]), longest)
                    _subtract(sums, found[other], share)
            pivot = row[here]
            found[here] = {source: value / pivot for source, value in sums.items() if value}
        return found

    def _degree(self, row: int) -> int:
        return len(self._left[row]) * len(self._users[row])

    def _eliminate(self, here: int) -> list[int]:
        """Put row `here` into all others that mention it; returns these."""
        row, sums = self._left[here], self._right[here]
        for column in row:
            self._users[column].discard(here)
        mentioned = sorted(self._users[here])
        longest = self._longest(row, sums)
        for at in mentioned:
            other = self._left[at]
            factor = other[here] / row[here]
            self._work.take_fractions(len(row) + len(sums), longest)
            del other[here]
            for column, value in row.items():
                if column != here:
                    other[column] = other.get(column, ZERO) - value * factor
                    self._users[column].add(at)
            _subtract(self._right[at], sums, factor)
        self._users[here].clear()
        return mentioned

    def _longest(self, *rows: _Row) -> int:
        return max((value.denominator for row in rows for value in row.values()), default=1)


def _subtract(row: _Row, other: Mapping[int, Fraction], factor: Fraction) -> None:
    for key, value in other.items():
        row[key] = row.get(key, ZERO) - value * factor
