"""Witness paths: one shortest admissible path per reached lot, the records that show why it is in the answer.

The earliest path is not always the shortest, and a shortest path may arrive too late to go on. So the search
goes link by link and keeps, per lot, every label that is earlier than all labels with fewer links; the first
label of a lot is its shortest path. It stops as soon as every reached lot has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from trace.chain.lineage.clocks import Crossing
from trace.chain.lineage.superset import Step

# (key, step, label before it): a lot's key when it was reached over that step; None twice for a start lot.
_Label = tuple[Any, Any, Any]
_AT_ONCE: Final = 64
"""Beginnings of paths that are kept, for the lots that go on from the same one."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The shortest path of every reached lot, kept as a tree; paths are read off on demand.

    `_labels` are those of the lots from which the search went on, the first first; all other lots have the
    last step of their path only, which starts at the first label early enough for it.
    """

    _labels: Mapping[int, Sequence[_Label]]
    _last: Mapping[int, Step]
    _cross: Crossing
    _begun: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def path_to(self, lot: int) -> tuple[int, ...]:
        """The links from a start lot to `lot`; empty for a start lot. KeyError when it was not reached."""
        labels = self._labels.get(lot)
        if labels is not None:
            return self._links_to(labels[0])
        last = self._last[lot]
        before = self._labels[last[1]]
        if len(before) > 1:
            before = [each for each in before if self._cross(last, each[0]) is not None]
        return (*self._links_to(before[0]), last[0])

    def _links_to(self, label: _Label) -> tuple[int, ...]:
        known = self._begun.get(id(label))  # labels live as long as these paths
        if known is None:
            if len(self._begun) == _AT_ONCE:
                self._begun.clear()
            known = self._begun[id(label)] = tuple(_links_of(label))[::-1]
        return known


def _links_of(label: _Label) -> Iterator[int]:
    _, step, before = label
    while before is not None:
        yield step[0]
        _, step, before = before


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
        for lot, _ in fresh:
            del reached[lot]
        if last:
            last.update(reached)
        else:
            last = reached
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
