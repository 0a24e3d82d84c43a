"""Witness paths: one shortest admissible path per reached lot, the records that show why it is in the answer.

The earliest path is not always the shortest, and a shortest path may arrive too late to go on. So the search
goes link by link and keeps, per lot, every label that is earlier than all labels with fewer links; the first
label of a lot is its shortest path. It stops as soon as every reached lot has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trace.chain.lineage.superset import Step

# (key, link, lot, label before it): the lot's key when it was reached over that link; link 0 for a start lot.
_Label = tuple[int, int, int, Any]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The shortest path of every reached lot, kept as a tree; paths are read off on demand."""

    _first: Mapping[int, _Label]

    def path_to(self, lot: int) -> tuple[int, ...]:
        """The links from a start lot to `lot`; empty for a start lot. KeyError when it was not reached."""
        path: list[int] = []
        _, link, _, before = self._first[lot]
        while before is not None:
            path.append(link)
            _, link, _, before = before
        return tuple(reversed(path))


def shortest_paths(
    followed: Mapping[int, Sequence[Step]], origin: Sequence[int], begin: int, wanted: int
) -> Witnesses:
    """Paths with the fewest links to `wanted` lots; ties go to the earlier arrival, then the older link."""
    frontier: list[_Label] = [(begin, 0, lot, None) for lot in origin]
    best = dict.fromkeys(origin, begin)
    first = {label[2]: label for label in frontier}
    while frontier and len(first) < wanted:
        reached: dict[int, _Label] = {}
        for label in frontier:
            _extend(label, followed.get(label[2], ()), best, reached)
        for lot, label in reached.items():
            best[lot] = label[0]
            first.setdefault(lot, label)
        frontier = list(reached.values())
    return Witnesses(first)


def _extend(
    label: _Label, steps: Sequence[Step], best: Mapping[int, int], reached: dict[int, _Label]
) -> None:
    known = label[0]
    for link, _, far, come, leave, _ in steps:
        if leave < known:
            continue
        key = max(known, come)
        earlier = best.get(far)
        if earlier is not None and earlier <= key:
            continue
        rival = reached.get(far)
        if rival is None or (key, link) < rival[:2]:
            reached[far] = (key, link, far, label)
