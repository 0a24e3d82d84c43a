"""Marked lots of which something may be in a lot: the answer of an upstream trace, asked from both ends.

Few lots are marked, much may have been poured into a silo, and much may have come out of it since. So the
search goes down from the marked lots and up from the lot at once, always on the side that has cost less so
far, with a bound on what one level may read that grows only when both sides stand before it. It costs a small
multiple of the cheaper side, whatever the other would have cost.

The answer is that of `trace_up`. Down, T(lot) is the earliest time at which a lot may carry something of a
marked one; up, U(lot) is the latest at which something in it could still reach the end; both are found as
in `closure`, on the links read so far. A marked lot that U has reached is found. Nothing need be read below
a lot whose T is later than every U at the rim of what was read upwards, nor above one whose U is earlier
than every T at the rim below: a path through it would have to be in time for one of them. So the search
ends where either rim is empty.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from trace.chain.lineage.arcs import DOWN, FAR, UP, Direction

Passage = tuple[int, int, int, int, int, int]
"""(link, upper lot, lower lot, earliest arrival, latest departure, what passes), times as `Arc.window` gives.

What passes: `EVERYTHING`, `ORDERS` alone, or besides orders what was noted before that moment (in
microseconds). A link that stands no longer has its number negated."""

EVERYTHING: Final = FAR
ORDERS: Final = -FAR

FIRST: Final = 64
"""Rows that a level may read at first."""
_WIDER: Final = 4


class MarkedGraph(Protocol):
    """Where links and marked lots come from; `cost` rises with every question by what it read."""

    @property
    def cost(self) -> int: ...

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        """All links below (down) or above (up) these lots, superseded ones excepted; None if over `most`."""
        ...

    def marked(self, most: int) -> Collection[int] | None:
        """All marked lots; None if they are more than `most`."""
        ...

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        """Those of these lots that are marked."""
        ...


def marked_above(graph: MarkedGraph, lot: int, first: int = FIRST) -> frozenset[int]:
    """The marked lots among all of which something may be in `lot`, and `lot` itself if it is marked."""
    return frozenset(_Search(graph, lot).run(first))


class _Side:
    """One direction: the smallest key of every lot reached (up: negated times), and the rim not yet read."""

    def __init__(self, way: Direction, starts: Iterable[int]) -> None:
        self.way = way
        self.steps: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self.read: set[int] = set()
        self.spent = 0
        self.refused = 0  # the bound under which its rim could not be read
        self.start(starts)

    def start(self, lots: Iterable[int]) -> None:
        """Begin again from these lots, on the steps known."""
        self.keys = dict.fromkeys(lots, -FAR)
        self.rim = self.keys.keys() - self.read
        self._spread([(-FAR, lot) for lot in self.keys])

    def add(self, passages: Iterable[Passage]) -> None:
        """Learn these links, whichever side has read them."""
        heap: list[tuple[int, int]] = []
        for _, upper, lower, come, leave, _ in passages:
            if self.way == DOWN:
                near, step = upper, (lower, come, leave)
            else:
                near, step = lower, (upper, -leave, -come)
            self.steps[near].append(step)
            if near in self.keys:
                self._follow(self.keys[near], step, heap)
        self._spread(heap)

    def open_to(self, other: _Side) -> list[int]:
        """The part of the rim through which a path to the other side's rim may lead in time."""
        if not other.rim:
            return []
        bound = -min(other.keys[lot] for lot in other.rim)
        return [lot for lot in self.rim if self.keys[lot] <= bound]

    def _spread(self, heap: list[tuple[int, int]]) -> None:
        heapq.heapify(heap)
        while heap:
            key, lot = heapq.heappop(heap)
            outdated = key != self.keys[lot]  # a better key came later
            for step in () if outdated else self.steps.get(lot, ()):
                self._follow(key, step, heap)

    def _follow(self, key: int, step: tuple[int, int, int], heap: list[tuple[int, int]]) -> None:
        far, come, leave = step
        reached = max(key, come)
        if leave >= key and reached < self.keys.get(far, FAR + 1):
            if far not in self.read:
                self.rim.add(far)
            self.keys[far] = reached
            heapq.heappush(heap, (reached, far))


class _Search:
    """Both sides, and the marked lots still to be decided; None while they are too many to be listed."""

    def __init__(self, graph: MarkedGraph, lot: int) -> None:
        self._graph = graph
        self._up, self._down = _Side(UP, [lot]), _Side(DOWN, ())
        self._undecided: set[int] | None = None
        self._unlisted = 0  # more marked lots than this
        self._found: set[int] = set()
        self._known: set[tuple[int, ...]] = set()

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
        return not (self._down.open_to(self._up) and self._up.open_to(self._down))

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
        self._undecided = set(marked)
        self._down.start(self._undecided)
        self._decide()
        return True

    def _read(self, side: _Side, most: int) -> bool:
        """One level more on a side."""
        other = self._up if side is self._down else self._down
        rim = list(side.rim) if self._undecided is None else side.open_to(other)
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
