"""Witness paths: one shortest admissible path per reached lot, the records that show why it is in the answer.

The earliest path is not always the shortest, and a shortest path may arrive too late to go on. So the search
goes link by link and keeps, per lot, every label that is earlier than all labels with fewer links; the first
label of a lot is its shortest path. It stops as soon as every reached lot has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trace.chain.lineage.arcs import Arc
from trace.chain.lineage.superset import Step


@dataclass(frozen=True, slots=True)
class _Label:
    lot: int
    key: int
    arc: Arc | None
    before: _Label | None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The shortest path of every reached lot, kept as a tree; paths are read off on demand."""

    _first: Mapping[int, _Label]

    def path_to(self, lot: int) -> tuple[Arc, ...]:
        """The links from a start lot to `lot`; empty for a start lot. KeyError when it was not reached."""
        path: list[Arc] = []
        label: _Label | None = self._first[lot]
        while label is not None and label.arc is not None:
            path.append(label.arc)
            label = label.before
        return tuple(reversed(path))


def shortest_paths(
    followed: Mapping[int, Sequence[Step]], origin: Sequence[int], begin: int, wanted: int
) -> Witnesses:
    """Paths with the fewest links to `wanted` lots; ties go to the earlier arrival, then the older link."""
    frontier = [_Label(lot, begin, None, None) for lot in origin]
    best = {label.lot: label.key for label in frontier}
    first = {label.lot: label for label in frontier}
    while frontier and len(first) < wanted:
        reached: dict[int, _Label] = {}
        for label in frontier:
            _extend(label, followed.get(label.lot, ()), best, reached)
        for lot, label in reached.items():
            best[lot] = label.key
            first.setdefault(lot, label)
        frontier = list(reached.values())
    return Witnesses(first)


def _extend(
    label: _Label, steps: Sequence[Step], best: Mapping[int, int], reached: dict[int, _Label]
) -> None:
    for step in steps:
        if step.leave < label.key:
            continue
        key = max(label.key, step.come)
        if step.far in best and best[step.far] <= key:
            continue
        rival = reached.get(step.far)
        if rival is None or _rank(key, step.arc) < _rank(rival.key, rival.arc):
            reached[step.far] = _Label(step.far, key, step.arc, label)


def _rank(key: int, arc: Arc | None) -> tuple[int, int]:
    return key, arc.link_id if arc is not None else -1
