"""The superset of a trace: the untimed neighbourhood of its start lots, fetched level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from trace.chain.lineage.arcs import SUPERSEDED, Arc, LotGraph

Direction = Literal["up", "down"]
UP: Final[Direction] = "up"
DOWN: Final[Direction] = "down"


@dataclass(frozen=True, slots=True)
class Step:
    """An arc seen in the direction of the trace: from `near` to `far`, usable while its key is ≤ `leave`.

    Keys are times (down) or negated times (up), so that both directions are the same calculation:
    usable iff leave ≥ key(near); key(far) = max(key(near), come).
    """

    arc: Arc
    near: int
    far: int
    come: int
    leave: int


@dataclass(frozen=True, slots=True)
class Superset:
    """`steps` by near lot, in link order; `unexplored` names lots that the limit left out."""

    steps: dict[int, list[Step]]
    lots: frozenset[int]
    unexplored: tuple[int, ...]
    levels: int


def gather(graph: LotGraph, start: Sequence[int], direction: Direction, max_lots: int | None) -> Superset:
    """Fetch everything connected to `start` in `direction`, superseded links excepted.

    At most `max_lots` lots are kept (whole levels first, then by id); the lots refused are returned.
    """
    lots, left_out = set(start), set[int]()
    steps: dict[int, list[Step]] = {}
    frontier, levels = sorted(lots), 0
    while frontier:
        levels += 1
        arcs = graph.arcs_below(frontier) if direction == DOWN else graph.arcs_above(frontier)
        found = [step_of(arc, direction) for arc in arcs if arc.state != SUPERSEDED]
        new = sorted({step.far for step in found} - lots)
        if max_lots is not None and len(lots) + len(new) > max_lots:
            room = max(max_lots - len(lots), 0)
            left_out.update(new[room:])
            new = new[:room]
        lots.update(new)
        for step in found:
            if step.far in lots:
                steps.setdefault(step.near, []).append(step)
        frontier = new
    for out in steps.values():
        out.sort(key=_link_of)
    return Superset(steps, frozenset(lots), tuple(sorted(left_out)), levels)


def step_of(arc: Arc, direction: Direction) -> Step:
    come, leave = arc.window()
    if direction == DOWN:
        return Step(arc, arc.from_lot, arc.to_lot, come, leave)
    return Step(arc, arc.to_lot, arc.from_lot, -leave, -come)


def _link_of(step: Step) -> int:
    return step.arc.link_id
