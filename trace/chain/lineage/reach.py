"""Marked lots of which something may be in a lot: the answer of an upstream trace, asked from both ends.

Few lots are marked, much may have been poured into a silo, and much may have come out of it since. So the
search goes down from the marked lots and up from the lot at once, always on the side that has cost less so
far, with a bound on what one level may read that grows only when both sides stand before it. It costs a small
multiple of the cheaper side, whatever the other would have cost.

The answer is that of `trace_up`. Down, T(lot) is the earliest time at which a lot may carry something of a
marked one; up, U(lot) is the latest at which something in it could still reach the end; both are found as
in `closure`, on the links read so far, and judged by `clocks` as soon as a time cuts anything. A marked lot
that U has reached is found. The search ends where either side has nothing left to read: what clocks
contradict further on might let through whatever a time seems to rule out here.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from trace.chain.lineage.arcs import DOWN, FAR, UP, Direction, Opening
from trace.chain.lineage.clocks import NEVER_EMPTY, Opened, crossing, plainly
from trace.chain.lineage.superset import BETWEEN, Step

Passage = tuple[int, int, int, int, int, int, int | bool]
"""(link, upper lot, lower lot, earliest arrival, latest departure, what passes, between firms); times as
`Arc.window` gives.

What passes: `EVERYTHING`, `ORDERS` alone, or besides orders what was noted before that moment (in
microseconds). A link that stands no longer has its number negated."""

EVERYTHING: Final = FAR
ORDERS: Final = -FAR

FIRST: Final = 32
"""Rows that a level may read at first."""
_WIDER: Final = 4


class MarkedLots(Protocol):
    """Which lots are marked; `cost` rises with every question by what it read."""

    @property
    def cost(self) -> int: ...

    def marked(self, most: int) -> Collection[int] | None:
        """All marked lots; None if they are more than `most`."""
        ...

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        """Those of these lots that are marked."""
        ...


class MarkedGraph(MarkedLots, Protocol):
    """Where links come from, and which lots are marked."""

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        """All links below (down) or above (up) these lots, superseded ones excepted; None if over `most`."""
        ...

    def opening(self, lot: int, before: int) -> Opening | None:
        """When the first contents of a lot had arrived by links that stand; None for a lot without any above.

        Exact unless it is before `before` already.
        """
        ...


def marked_above(graph: MarkedGraph, lot: int, first: int = FIRST) -> frozenset[int]:
    """The marked lots among all of which something may be in `lot`, and `lot` itself if it is marked."""
    listed = graph.marked(first)
    if listed is not None and not listed:
        return frozenset()  # as nearly always: nothing is marked anywhere
    return frozenset(_Search(graph, lot, listed, first).run(first))


class _Side:
    """One direction: the smallest key of every lot reached (up: negated times), and the rim not yet read.

    `doubts`: a time has cut something, so that every crossing is judged with what the clocks may contradict.
    """

    def __init__(self, way: Direction, starts: Iterable[int], opened: Opened) -> None:
        self.way = way
        self.steps: defaultdict[int, list[Step]] = defaultdict(list)
        self.read: set[int] = set()
        self.spent = 0
        self.refused = 0  # the bound under which its rim could not be read
        self.doubts = False
        self._opened = opened
        self.start(starts)

    def start(self, lots: Iterable[int]) -> None:
        """Begin again from these lots, on the steps known."""
        self._starts = frozenset(lots)
        self.keys = dict.fromkeys(self._starts, -FAR)
        self.rim = self.keys.keys() - self.read
        self._cross = crossing(self._opened, self._starts, self.way, -FAR) if self.doubts else plainly
        self._spread([(-FAR, lot) for lot in self.keys])

    def add(self, passages: Iterable[Passage]) -> None:
        """Learn these links, whichever side has read them."""
        heap: list[tuple[int, int]] = []
        for link, upper, lower, come, leave, _, between in passages:
            flags = BETWEEN if between else 0
            if self.way == DOWN:
                step = (link, upper, lower, come, leave, flags)
            else:
                step = (link, lower, upper, -leave, -come, flags)
            self.steps[step[1]].append(step)
            if step[1] in self.keys:
                self._follow(self.keys[step[1]], step, heap)
        self._spread(heap)

    def _spread(self, heap: list[tuple[int, int]]) -> None:
        heapq.heapify(heap)
        while heap:
            key, lot = heapq.heappop(heap)
            outdated = key != self.keys[lot]  # a better key came later
            for step in () if outdated else self.steps.get(lot, ()):
                self._follow(key, step, heap)

    def _follow(self, key: int, step: Step, heap: list[tuple[int, int]]) -> None:
        reached, far = self._cross(step, key), step[2]
        if reached is None:
            self._doubt()
        elif reached < self.keys.get(far, FAR + 1):
            if far not in self.read:
                self.rim.add(far)
            self.keys[far] = reached
            heapq.heappush(heap, (reached, far))

    def _doubt(self) -> None:
        if not self.doubts:
            self.doubts = True
            self.start(self._starts)


class _Search:
    """Both sides, and the marked lots still to be decided; None while they are too many to be listed."""

    def __init__(self, graph: MarkedGraph, lot: int, listed: Collection[int] | None, most: int) -> None:
        self._graph = graph
        self._up, self._down = _Side(UP, [lot], self._opened), _Side(DOWN, (), self._opened)
        self._undecided: set[int] | None = None
        self._unlisted = most  # more marked lots than this
        self._found: set[int] = set()
        self._known: set[tuple[int, ...]] = set()
        if listed is not None:
            self._begin_down(listed)

    def run(self, most: int) -> Collection[int]:
        while not self._over():
            if not self._step(most):
                most *= _WIDER
        if self._undecided is None:
            return self._graph.marked_among(self._up.keys)
        return self._found

    def _over(self) -> bool:
        if self._undecided is None:
            return not self._up.rim
        return not (self._down.rim and self._up.rim)

    def _opened(self, lot: int, before: int) -> Opening:
        return self._graph.opening(lot, before) or NEVER_EMPTY

    def _step(self, most: int) -> bool:
        """Learn something by reading no more than `most` at once; False where that is too little."""
        if self._undecided is None and self._unlisted < most and self._list_marked(most):
            return True
        sides = sorted((self._down, self._up), key=lambda side: side.spent)
        return any(self._read(side, most) for side in sides if side.rim and side.refused < most)

    def _list_marked(self, most: int) -> bool:
        marked = self._graph.marked(most)
        if marked is None:
            self._unlisted = most
            return False
        self._begin_down(marked)
        return True

    def _begin_down(self, marked: Collection[int]) -> None:
        self._undecided = set(marked)
        self._down.start(self._undecided)
        self._decide()

    def _read(self, side: _Side, most: int) -> bool:
        """One level more on a side."""
        rim = list(side.rim)
        before = self._graph.cost
        found = self._graph.passages(rim, side.way, most)
        side.spent += self._graph.cost - before
        if found is None:
            side.refused = most
            return False
        side.read.update(rim)
        side.rim.difference_update(rim)
        new = [one for one in found if one[:3] not in self._known]
        self._known.update([one[:3] for one in new])
        self._up.add(new)
        self._down.add(new)
        self._decide()
        return True

    def _decide(self) -> None:
        """Marked lots that the way up has reached are found; what only they led to is of no interest."""
        reached = (self._undecided or set()) & self._up.keys.keys()
        if self._undecided and reached:
            self._found |= reached
            self._undecided -= reached
            self._down.start(self._undecided)
