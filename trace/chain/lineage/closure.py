"""Transitive closure of the lot graph, up or down: consistent in time, exact with loops and unknown dates.

A path e1…en carries something only if for all i<j the earliest arrival of ei is not after the latest
departure of ej. Downstream, T(lot) is the earliest time at which it may carry what the start carries; an arc
is usable iff its latest departure ≥ T(upper), and T(lower) = max(T(upper), earliest arrival), minimised.
Upstream is the mirror: U(lot) is the latest time at which something in it could still reach the start.
Because a used arc can only raise the key, a heap settles each lot once: O(E log V) on the part reached; rings
are harmless. Where a time cuts anything at all, the cuts are judged anew by `clocks`: some of them say that a
clock is wrong. Duality: v is downstream of u exactly when u is upstream of v.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush
from typing import Final

from trace.chain.lineage.arcs import DOWN, FAR, UP, Arc, Direction, LotGraph, Opening, moment_of, ticks
from trace.chain.lineage.clocks import (
    NEVER_EMPTY,
    Crossing,
    crossing,
    leaving,
    openings_above,
    plainly,
)
from trace.chain.lineage.exclusion import DISPUTED_LINK, KILL_STEP, Exclusion, explain
from trace.chain.lineage.superset import CONTESTED, Step, Superset, gather
from trace.chain.lineage.witness import Witnesses, shortest_paths

_NEVER: Final = FAR + 1


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions of a trace: the reading of the records it runs under. Superseded links never count.

    `ignore_disputed` leaves disputed links out; `kill_steps` are lots whose treatment ends the hazard: they
    are reached, what leaves them is not; `ignore_time` trusts every link whatever its dates; `since` (down:
    not contaminated before; up: not interested in later) is the time set on the start lots.
    """

    ignore_disputed: bool = False
    ignore_time: bool = False
    kill_steps: frozenset[int] = frozenset()
    since: datetime | None = None

    def objection(self, step: Step, direction: Direction) -> str | None:
        """Why this reading does not follow the link at all."""
        _, near, far, _, _, flags = step
        if (near if direction == DOWN else far) in self.kill_steps:
            return KILL_STEP
        return DISPUTED_LINK if self.ignore_disputed and flags & CONTESTED else None

    def as_dict(self) -> dict[str, object]:
        return {
            "ignoreDisputed": self.ignore_disputed,
            "ignoreTime": self.ignore_time,
            "killSteps": [str(lot) for lot in sorted(self.kill_steps)],
            "since": self.since.isoformat() if self.since else None,
        }


@dataclass(frozen=True)
class Closure:
    """The lots and arcs that a trace reached. The start lots are included.

    `keys` are times in microseconds (up: negated); `steps` are all links on some admissible path, by link id.
    `_left` are the keys with which each lot is left, as `_cross` has judged them.
    With `truncated` the answer is a part of the truth only: `unexplored` names the lots at which it stopped.
    What only some readers ask for (`arcs`, `excluded`, witness paths) is worked out when it is asked for.
    """

    direction: Direction
    start: tuple[int, ...]
    assumptions: Assumptions
    keys: dict[int, int]
    steps: tuple[Step, ...]
    unexplored: tuple[int, ...]
    _around: Superset = field(repr=False)
    _followed: dict[int, list[Step]] = field(repr=False)
    _graph: LotGraph = field(repr=False)
    _cross: Crossing = field(repr=False)
    _left: Mapping[int, int] = field(repr=False)

    @property
    def truncated(self) -> bool:
        """Whether the limit cut the answer."""
        return bool(self.unexplored)

    @cached_property
    def lots(self) -> frozenset[int]:
        """All lots reached."""
        return frozenset(self.keys)

    def ends(self) -> Iterator[int]:
        """Reached lots from which the trace went no further."""
        onward = {step[1] for step in self.steps}
        return (lot for lot in self.keys if lot not in onward)

    def is_stuck(self, end: int) -> bool:
        """Whether there are links beyond that end, none of them usable."""
        return end in self._around.steps

    @cached_property
    def arcs(self) -> tuple[Arc, ...]:
        """The links of `steps` with their amounts and records, by link id: one query more."""
        nears = sorted({step[1] for step in self.steps})
        found = self._graph.arcs_below(nears) if self.direction == DOWN else self._graph.arcs_above(nears)
        wanted = {step[0] for step in self.steps}
        return tuple(sorted((arc for arc in found if arc.link_id in wanted), key=_link_of))

    @cached_property
    def excluded(self) -> tuple[Exclusion, ...]:
        """The connected lots that were not reached, each with the reason."""
        return explain(
            self._around,
            self._left,
            self.direction,
            lambda step: self.assumptions.objection(step, self.direction),
            self._graph.statements_of,
        )

    def when(self, lot: int) -> datetime | None:
        """Earliest possible contamination (down) or latest useful time (up); None: not bounded."""
        count = self.micros(lot)
        return None if count is None else moment_of(count)

    def micros(self, lot: int) -> int | None:
        """The same in microseconds since 1970."""
        key = self.keys[lot]
        if abs(key) >= FAR:
            return None
        return key if self.direction == DOWN else -key

    def path(self, lot: int) -> tuple[int, ...]:
        """The links of one admissible path with the fewest links, from a start lot to `lot`."""
        return self._witnesses.path_to(lot)

    def witness(self, lot: int) -> tuple[Arc, ...]:
        """The same path with the links' amounts and records."""
        return tuple(self._arc_of[link] for link in self.path(lot))

    @cached_property
    def _arc_of(self) -> dict[int, Arc]:
        return {arc.link_id: arc for arc in self.arcs}

    @cached_property
    def _witnesses(self) -> Witnesses:
        begin = _begin(self.assumptions, self.direction)
        return shortest_paths(self._followed, self.start, begin, len(self.keys), self._cross)


def trace_down(
    graph: LotGraph,
    start: Sequence[int],
    assumptions: Assumptions | None = None,
    max_lots: int | None = None,
) -> Closure:
    """Every lot that may contain something of `start`."""
    return _close(graph, start, DOWN, assumptions or Assumptions(), max_lots)


def trace_up(
    graph: LotGraph,
    start: Sequence[int],
    assumptions: Assumptions | None = None,
    max_lots: int | None = None,
) -> Closure:
    """Every lot of which something may be in `start`."""
    return _close(graph, start, UP, assumptions or Assumptions(), max_lots)


def _close(
    graph: LotGraph, start: Sequence[int], direction: Direction, assumed: Assumptions, max_lots: int | None
) -> Closure:
    around = gather(graph, start, direction, max_lots)
    origin = tuple(sorted(set(start)))
    begin = _begin(assumed, direction)
    followed = _followed(around, assumed, direction)
    keys = _settle(followed, origin, begin)
    met = [step for lot, key in keys.items() for step in followed.get(lot, ())]
    used = [step for step in met if step[4] >= keys[step[1]]]
    cross: Crossing = plainly
    left = keys
    if len(used) < len(met):
        openings = _openings(graph, around, direction, assumed)
        cross = crossing(lambda lot, _: openings.get(lot, NEVER_EMPTY), frozenset(origin), direction, begin)
        judged = _judge(followed, origin, begin, cross)
        used = [
            step
            for lot, key in judged.items()
            for step in followed.get(lot, ())
            if cross(step, key) is not None
        ]
        keys = _told(used, origin, begin)
        left = {
            lot: key if lot in origin else leaving(key, openings.get(lot, NEVER_EMPTY), direction)
            for lot, key in judged.items()
        }
    del met
    used.sort()
    return Closure(
        direction, origin, assumed, keys, tuple(used), around.unexplored, around, followed, graph, cross, left
    )


def _openings(
    graph: LotGraph, around: Superset, direction: Direction, assumed: Assumptions
) -> Mapping[int, Opening]:
    """When the first contents of each lot had arrived; upstream all of a lot's inputs are known already."""
    if direction == DOWN or around.unexplored:
        far = {step[2] for steps in around.steps.values() for step in steps}
        return graph.openings(sorted(far.union(around.steps)), assumed.ignore_disputed)
    return openings_above(around.steps, assumed.ignore_disputed)


def _judge(
    followed: dict[int, list[Step]], origin: tuple[int, ...], begin: int, cross: Crossing
) -> dict[int, int]:
    """The smallest key of every lot reached, where a crossing may lower it: a lot has another turn then."""
    keys = dict.fromkeys(origin, begin)
    heap = [(begin, lot) for lot in origin]
    while heap:
        key, lot = heappop(heap)
        if key > keys[lot]:
            continue
        for step in followed.get(lot, ()):
            reached, far = cross(step, key), step[2]
            if reached is not None and reached < keys.get(far, _NEVER):
                keys[far] = reached
                heappush(heap, (reached, far))
    return keys


def _told(used: Iterable[Step], origin: tuple[int, ...], begin: int) -> dict[int, int]:
    """The keys that are shown: by all times that the used links state, whatever they contradict."""
    freely: dict[int, list[Step]] = {}
    for link, near, far, come, _, flags in used:
        freely.setdefault(near, []).append((link, near, far, come, FAR, flags))
    return _settle(freely, origin, begin)


def _begin(assumed: Assumptions, direction: Direction) -> int:
    count = ticks(assumed.since)
    if count is None:
        return -FAR
    return count if direction == DOWN else -count


def _followed(around: Superset, assumed: Assumptions, direction: Direction) -> dict[int, list[Step]]:
    """The steps this reading of the records admits, by near lot."""
    if not (assumed.ignore_disputed or assumed.ignore_time or assumed.kill_steps):
        return around.steps
    followed = {}
    for near, steps in around.steps.items():
        kept = [step for step in steps if assumed.objection(step, direction) is None]
        if assumed.ignore_time:
            kept = [(link, near, far, -FAR, FAR, flags) for link, near, far, _, _, flags in kept]
        followed[near] = kept
    return followed


def _settle(followed: dict[int, list[Step]], origin: tuple[int, ...], begin: int) -> dict[int, int]:
    """The smallest key of every lot reached. Keys never fall along a step, so a popped lot is final; a lot
    without steps of its own needs no turn."""
    keys = dict.fromkeys(origin, begin)
    heap = [(begin, lot) for lot in origin]
    while heap:
        key, lot = heappop(heap)
        if key > keys[lot]:
            continue
        for _, _, far, come, leave, _ in followed.get(lot, ()):
            if leave < key:
                continue
            reached = max(key, come)
            if reached < keys.get(far, _NEVER):
                keys[far] = reached
                if far in followed:
                    heappush(heap, (reached, far))
    return keys


def _link_of(arc: Arc) -> int:
    return arc.link_id
