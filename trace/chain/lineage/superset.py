"""The untimed neighbourhood of some lots: what a timed trace can at most reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.lineage.arcs import DISPUTED, DOWN, SUPERSEDED, UP, Direction, LinkRow, LotGraph, window_of

__all__ = ["BETWEEN", "CONTESTED", "DOWN", "UP", "Direction", "Step", "Superset", "gather"]

CONTESTED: Final = 1
BETWEEN: Final = 2
Step = tuple[int, int, int, int, int, int]
"""(link, near, far, come, leave, flags): a link seen in the direction of the trace, from `near` to `far`,
usable while its key is ≤ `leave`; flags: CONTESTED where its state is disputed, BETWEEN firms. A plain tuple:
a trace makes and reads one for every link it meets.

Keys are times (down) or negated times (up), so that both directions are the same calculation:
usable iff leave ≥ key(near); key(far) = max(key(near), come).
"""


@dataclass(frozen=True, slots=True)
class Superset:
    """`steps` by near lot; `unexplored` names lots that the limit left out."""

    steps: dict[int, list[Step]]
    unexplored: tuple[int, ...]


def gather(graph: LotGraph, start: Sequence[int], direction: Direction, max_lots: int | None) -> Superset:
    """Everything connected to `start` in `direction`, superseded links excepted.

    At most `max_lots` lots are kept (whole levels first, then by id); the lots refused are returned.
    """
    rows = graph.walk(start, direction, None if max_lots is None else max_lots + 1)
    if rows is not None:
        steps = _by_near(rows, direction)
        if (
            max_lots is None
            or len({step[2] for out in steps.values() for step in out}.union(start)) <= max_lots
        ):
            return Superset(steps, ())
    return _level_by_level(graph, start, direction, max_lots)


def _level_by_level(
    graph: LotGraph, start: Sequence[int], direction: Direction, max_lots: int | None
) -> Superset:
    lots, left_out = set(start), set[int]()
    steps: dict[int, list[Step]] = {}
    frontier = sorted(lots)
    while frontier:
        found = _by_near(graph.links(frontier, direction), direction)
        new = sorted({step[2] for out in found.values() for step in out} - lots)
        if max_lots is not None and len(lots) + len(new) > max_lots:
            room = max(max_lots - len(lots), 0)
            left_out.update(new[room:])
            new = new[:room]
        lots.update(new)
        for near, out in found.items():
            kept = [step for step in out if step[2] in lots]
            if kept:
                steps[near] = kept
        frontier = new
    return Superset(steps, tuple(sorted(left_out)))


def _by_near(rows: Iterable[LinkRow], direction: Direction) -> dict[int, list[Step]]:
    steps: dict[int, list[Step]] = {}
    down, at, out = direction == DOWN, -1, list[Step]()
    for near, far, link, state, left, gone, came, there, between in rows:
        if state == SUPERSEDED:
            continue
        if near != at:  # rows come by near lots: few look-ups, and one number for all steps of a lot
            at, out = near, steps.setdefault(near, [])
        if left is not None and left == gone == came == there:  # mostly so, and then one number for both
            come = leave = left if down else -left
        else:
            come, leave = window_of(left, gone, came, there)
            if not down:
                come, leave = -leave, -come
        out.append((link, at, far, come, leave, (state == DISPUTED) + (BETWEEN if between else 0)))
    return steps
