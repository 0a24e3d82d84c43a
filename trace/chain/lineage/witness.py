"""Witness paths: one shortest admissible path per reached lot, the records that show why it is in the answer.

The earliest path is not always the shortest, and a shortest path may arrive too late to go on. So the search
goes link by link and keeps, per lot, every label that is earlier than all labels with fewer links; the first
label of a lot is its shortest path. It stops as soon as every reached lot has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trace.chain.lineage.clocks import Crossing
from trace.chain.lineage.superset import Step

# (key, step, label before it): a lot's key when it was reached over that step; None twice for a start lot.
_Label = tuple[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The shortest path of every reached lot, kept as a tree; paths are read off on demand.

    `_labels` are those of the lots from which the search went on, the first first; all other lots have the
    last step of their path only, which starts at the first label early enough for it.
    """

    _labels: Mapping[int, Sequence[_Label]]
    _last: Mapping[int, Step]
    _cross: Crossing

    def path_to(self, lot: int) -> tuple[int, ...]:
        """The links from a start lot to `lot`; empty for a start lot. KeyError when it was not reached."""
        path: list[int] = []
        labels = self._labels.get(lot)
        if labels is None:
            last = self._last[lot]
            path.append(last[0])
            label = next(each for each in self._labels[last[1]] if self._cross(last, each[0]) is not None)
        else:
            label = labels[0]
        _, step, before = label
        while before is not None:
            path.append(step[0])
            _, step, before = before
        return tuple(reversed(path))


def shortest_paths(
    followed: Mapping[int, Sequence[Step]], origin: Sequence[int], begin: int, wanted: int, cross: Crossing
) -> Witnesses:
    """Paths with the fewest links to `wanted` lots; ties go to the earlier arrival, then the older link."""
    labels: dict[int, list[_Label]] = {lot: [(begin, None, None)] for lot in origin}
    last: dict[int, Step] = {}
    frontier = list(origin)
    while frontier and len(labels) + len(last) < wanted:
        reached: dict[int, Step] = {}
        for lot in frontier:
            _extend(followed.get(lot, ()), labels, last, reached, cross)
        fresh = [
            (lot, (_key(step, labels, cross), step, labels[step[1]][-1]))
            for lot, step in reached.items()
            if lot in followed
        ]
        last.update((lot, step) for lot, step in reached.items() if lot not in followed)
        for lot, label in fresh:
            labels.setdefault(lot, []).append(label)
        frontier = [lot for lot, _ in fresh]
    return Witnesses(labels, last, cross)


def _extend(
    steps: Sequence[Step],
    labels: Mapping[int, Sequence[_Label]],
    last: Mapping[int, Step],
    reached: dict[int, Step],
    cross: Crossing,
) -> None:
    """Note where the newest label of one lot leads, if nothing leads there earlier, or by an older link."""
    for step in steps:
        far = step[2]
        if far in last:
            continue
        key = _key(step, labels, cross)
        if key is None:
            continue
        before = labels.get(far)
        if before is not None and before[-1][0] <= key:
            continue
        rival = reached.get(far)
        if rival is None or (key, step[0]) < (_key(rival, labels, cross), rival[0]):
            reached[far] = step


def _key(step: Step, labels: Mapping[int, Sequence[_Label]], cross: Crossing) -> int | None:
    """The key with which the newest label of its near lot goes over a step; not kept: steps are very many."""
    return cross(step, labels[step[1]][-1][0])
