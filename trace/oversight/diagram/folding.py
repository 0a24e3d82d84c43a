"""Folding: at most so many boxes, each folded one with its count and the exact sum of what it stands for.

The lot of the case, what failed and the boxes beside it stay; the rest folds by firm and kind within a layer,
and where that is not enough by layer and kind. A folded box opens by its key, some more of it each time, and
what else is shown folds as far as it must. Sums of folded boxes equal those of the lots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from trace.oversight.diagram.graph import FAILED, START, STATES, Box, Graph, Way, neighbours

MOST: Final = 150
_FOLDED: Final = "+"
_AT_ONCE: Final = 40


def folded(graph: Graph, opened: Iterable[str] = (), most: int = MOST) -> Graph:
    """The graph with at most `most` boxes. `opened` are keys of folded boxes: each time that one is named,
    some more of what it stands for is shown by itself, as long as there is room."""
    if sum(box.count for box in graph.boxes.values()) <= most:
        return graph
    kept = _kept(graph)
    kept |= frozenset(_shown(graph, kept, Counter(opened))[: most // 2])
    for by in _LEVELS:
        groups = _groups(graph, kept, by)
        if len(kept) + len(groups) <= most:
            return _merged(graph, groups)
    return _merged(graph, _groups(graph, frozenset(), _by_layer))


def openable(graph: Graph, most: int = MOST) -> Graph:
    """A smaller graph that folds and opens alike: of each folded box those that could ever be shown stand by
    themselves, and one box with its key for all the rest. It does not grow with the lots."""
    if len(graph.boxes) <= most:
        return graph
    kept = _kept(graph)
    every = (_groups(graph, kept, by) for by in _LEVELS)
    groups = next((one for one in every if len(kept) + len(one) <= most), None)
    if groups is None:
        groups = _groups(graph, frozenset(), _by_layer)
    return _merged(graph, {key: boxes[most // 2 :] for key, boxes in groups.items()})


def _shown(graph: Graph, kept: Collection[str], opened: Mapping[str, int]) -> list[str]:
    """The boxes that stand behind opened ones, so many at a time."""
    found: list[str] = []
    for by in _LEVELS if opened else ():
        groups = _groups(graph, kept, by)
        for key, times in opened.items():
            found += [box.key for box in groups.get(key, ())[: times * _AT_ONCE]]
    return found


def _kept(graph: Graph) -> frozenset[str]:
    """What is never folded: the case's lot, what failed, and up to a third of the room beside them."""
    marked = dict.fromkeys(key for key, box in graph.boxes.items() if box.state in {START, FAILED})
    above, below = neighbours(way for way in graph.ways if way.upper in marked or way.lower in marked)
    near = [key for one in marked for key in (*above.get(one, ()), *below.get(one, ()))]
    return frozenset([*marked, *near][: MOST // 3])


def _by_firm(box: Box) -> tuple[str, ...]:
    return (str(box.layer), box.kind, box.holder, box.state)


def _by_kind(box: Box) -> tuple[str, ...]:
    return (str(box.layer), box.kind, box.state)


def _by_layer(box: Box) -> tuple[str, ...]:
    return (str(box.layer),)


_LEVELS: Final[tuple[Callable[[Box], tuple[str, ...]], ...]] = (_by_firm, _by_kind, _by_layer)
"""From fine to coarse."""


def _groups(
    graph: Graph, kept: Collection[str], by: Callable[[Box], tuple[str, ...]]
) -> Mapping[str, list[Box]]:
    found: dict[str, list[Box]] = {}
    for key, box in graph.boxes.items():
        if key not in kept:
            name = _FOLDED + "|".join(by(box))
            found.setdefault(name, []).append(box)
    return found


def _merged(graph: Graph, groups: Mapping[str, list[Box]]) -> Graph:
    into = {box.key: key for key, boxes in groups.items() if len(boxes) > 1 for box in boxes}
    boxes: dict[str, Box] = {}
    for key, box in graph.boxes.items():
        group = into.get(key)
        if group is None:
            boxes[key] = box
        elif group not in boxes:
            boxes[group] = _sum(group, groups[group])
    ways: dict[tuple[str, str], bool] = {}
    for way in graph.ways:
        pair = into.get(way.upper, way.upper), into.get(way.lower, way.lower)
        if pair[0] != pair[1]:
            ways[pair] = ways.get(pair, True) and way.sure
    return replace(graph, boxes=boxes, ways=tuple(Way(*pair, sure) for pair, sure in ways.items()))


def _sum(key: str, boxes: Iterable[Box]) -> Box:
    every = list(boxes)
    amounts: dict[str, Decimal] = {}
    for box in every:
        for unit, amount in box.amounts.items():
            amounts[unit] = amounts.get(unit, Decimal(0)) + amount
    first = every[0]
    return replace(
        first,
        key=key,
        name="",
        holder=_same(box.holder for box in every),
        product=_same(box.product for box in every),
        state=min((box.state for box in every), key=STATES.index),
        amounts=amounts,
        count=sum(box.count for box in every),
        share="",
        order=_same(box.order for box in every),
    )


def _same(texts: Iterable[str]) -> str:
    """The text that all share; "" where they differ."""
    every = set(texts)
    return every.pop() if len(every) == 1 else ""
