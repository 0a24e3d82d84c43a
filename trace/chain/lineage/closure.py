"""Transitive closure of the lot graph, up or down: consistent in time, exact with loops and unknown dates.

A path e1…en carries something only if for all i<j the earliest arrival of ei is not after the latest
departure of ej. Downstream, T(lot) is the earliest time at which it may carry what the start carries; an arc
is usable iff its latest departure ≥ T(upper), and T(lower) = max(T(upper), earliest arrival), minimised.
Upstream is the mirror: U(lot) is the latest time at which something in it could still reach the start.
Because a used arc can only raise the key, a heap settles each lot once: O(E log V) on the part reached; rings
are harmless. Duality: v is downstream of u exactly when u is upstream of v.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trace.chain.lineage.arcs import DISPUTED, FAR, Arc, LotGraph, moment_of, ticks
from trace.chain.lineage.exclusion import DISPUTED_LINK, KILL_STEP, Exclusion, explain
from trace.chain.lineage.superset import DOWN, UP, Direction, Step, Superset, gather
from trace.chain.lineage.witness import Witnesses, shortest_paths


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

    def objection(self, arc: Arc) -> str | None:
        """Why this reading does not follow the arc at all."""
        if arc.from_lot in self.kill_steps:
            return KILL_STEP
        return DISPUTED_LINK if self.ignore_disputed and arc.state == DISPUTED else None

    def as_dict(self) -> dict[str, object]:
        return {
            "ignoreDisputed": self.ignore_disputed,
            "ignoreTime": self.ignore_time,
            "killSteps": [str(lot) for lot in sorted(self.kill_steps)],
            "since": self.since.isoformat() if self.since else None,
        }


@dataclass(frozen=True, slots=True)
class Closure:
    """The lots and arcs that a trace reached. The start lots are included.

    `keys` are times in microseconds (up: negated); `arcs` are all links on some admissible path, by link id;
    `ends` are reached lots with no link beyond them in the direction of the trace. With `truncated` the
    answer is a part of the truth only: `unexplored` names the lots at which it stopped.
    """

    direction: Direction
    start: tuple[int, ...]
    assumptions: Assumptions
    keys: dict[int, int]
    arcs: tuple[Arc, ...]
    excluded: tuple[Exclusion, ...]
    ends: frozenset[int]
    stuck: frozenset[int]  # links exist beyond these lots, none of them is usable
    truncated: bool
    unexplored: tuple[int, ...]
    levels: int
    witnesses: Witnesses

    @property
    def lots(self) -> frozenset[int]:
        return frozenset(self.keys)

    def when(self, lot: int) -> datetime | None:
        """Earliest possible contamination (down) or latest useful time (up); None: not bounded."""
        key = self.keys[lot]
        return moment_of(key if self.direction == DOWN else -key)

    def witness(self, lot: int) -> tuple[Arc, ...]:
        """One admissible path with the fewest links, from a start lot to `lot`, in the trace's direction."""
        return self.witnesses.path_to(lot)


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
    followed = _followed(around, assumed)
    begin = _begin(assumed, direction)
    keys = _settle(followed, origin, begin)
    used = [step for lot in sorted(keys) for step in followed.get(lot, ()) if step.leave >= keys[lot]]
    onward = {step.near for step in used}
    idle = keys.keys() - onward
    return Closure(
        direction=direction,
        start=origin,
        assumptions=assumed,
        keys=keys,
        arcs=tuple(sorted((step.arc for step in used), key=lambda arc: arc.link_id)),
        excluded=explain(around, keys, direction, assumed.objection),
        ends=frozenset(lot for lot in idle if lot not in around.steps),
        stuck=frozenset(lot for lot in idle if lot in around.steps),
        truncated=bool(around.unexplored),
        unexplored=around.unexplored,
        levels=around.levels,
        witnesses=shortest_paths(followed, origin, begin, len(keys)),
    )


def _begin(assumed: Assumptions, direction: Direction) -> int:
    if assumed.since is None:
        return -FAR
    count = ticks(assumed.since, -FAR)
    return count if direction == DOWN else -count


def _followed(around: Superset, assumed: Assumptions) -> dict[int, list[Step]]:
    """The steps this reading of the records admits, by near lot."""
    followed = {}
    for near, steps in around.steps.items():
        kept = [step for step in steps if assumed.objection(step.arc) is None]
        if assumed.ignore_time:
            kept = [Step(step.arc, step.near, step.far, -FAR, FAR) for step in kept]
        followed[near] = kept
    return followed


def _settle(followed: dict[int, list[Step]], origin: tuple[int, ...], begin: int) -> dict[int, int]:
    """The smallest key of every lot reached. Keys never fall along a step, so a popped lot is final."""
    settled: dict[int, int] = {}
    open_keys = dict.fromkeys(origin, begin)
    heap = [(begin, lot) for lot in origin]
    while heap:
        key, lot = heapq.heappop(heap)
        if lot in settled:
            continue
        settled[lot] = key
        for step in followed.get(lot, ()):
            if step.leave < key or step.far in settled:
                continue
            reached = max(key, step.come)
            if reached < open_keys.get(step.far, FAR + 1):
                open_keys[step.far] = reached
                heapq.heappush(heap, (reached, step.far))
    return settled
