"""Places on the paper: the order of boxes in each layer with few crossings, and where boxes and ways lie.

Order by the mean of neighbours, swept forth and back; ways across several layers run through gaps that are
kept for them. Deterministic: the same graph gives the same drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.oversight.diagram.graph import Box, Graph, by_layer

WIDTH: Final = 148
HEIGHT: Final = 44
ACROSS: Final = 46
"""Between layers."""
BETWEEN: Final = 12
"""Between boxes of one layer."""
HEAD: Final = 34
EDGE: Final = 10
_SWEEPS: Final = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and its upper left corner; `place` of `of` in its layer."""

    box: Box
    x: float
    y: float
    place: int
    of: int
    above: tuple[str, ...]
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The whole drawing: size, boxes layer by layer, ways as paths, and the first x of every layer."""

    width: float
    height: float
    layers: tuple[tuple[Placed, ...], ...]
    ways: tuple[tuple[str, bool], ...]
    columns: tuple[float, ...]


def drawn(graph: Graph) -> Drawn:
    """Where everything lies."""
    rows = _ordered(graph)
    tallest = max((len(row) for row in rows), default=1)
    height = HEAD + 2 * EDGE + tallest * HEIGHT + (tallest - 1) * BETWEEN
    columns = tuple(EDGE + number * (WIDTH + ACROSS) for number in range(len(rows)))
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for way in graph.ways:
        above.setdefault(way.lower, []).append(way.upper)
        below.setdefault(way.upper, []).append(way.lower)
    layers, corner = [], dict[str, tuple[float, float]]()
    for x, row in zip(columns, rows, strict=True):
        taken = len(row) * HEIGHT + (len(row) - 1) * BETWEEN
        y = HEAD + EDGE + (height - HEAD - 2 * EDGE - taken) / 2
        placed = []
        for place, box in enumerate(row, 1):
            corner[box.key] = (x, y)
            near = tuple(above.get(box.key, ())), tuple(below.get(box.key, ()))
            placed.append(Placed(box, x, y, place, len(row), *near))
            y += HEIGHT + BETWEEN
        layers.append(tuple(placed))
    ways = tuple((_path(corner[way.upper], corner[way.lower]), way.sure) for way in graph.ways)
    width = (columns[-1] if columns else 0) + WIDTH + EDGE
    return Drawn(width, height, tuple(layers), ways, columns)


def _path(upper: tuple[float, float], lower: tuple[float, float]) -> str:
    x1, y1 = upper[0] + WIDTH, upper[1] + HEIGHT / 2
    x2, y2 = lower[0], lower[1] + HEIGHT / 2
    if x2 <= upper[0]:  # back within a ring: around the outside of both boxes
        x1, x2 = upper[0] + WIDTH, lower[0] + WIDTH
        out = max(x1, x2) + ACROSS / 2
        return f"M{x1:.0f} {y1:.0f}C{out:.0f} {y1:.0f} {out:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    middle = (x1 + x2) / 2
    return f"M{x1:.0f} {y1:.0f}C{middle:.0f} {y1:.0f} {middle:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"


def _ordered(graph: Graph) -> list[list[Box]]:
    rows = [sorted(row, key=lambda box: (box.holder, box.key)) for row in by_layer(graph.boxes.values())]
    near: dict[str, list[str]] = {}
    for way in graph.ways:
        near.setdefault(way.upper, []).append(way.lower)
        near.setdefault(way.lower, []).append(way.upper)
    best, fewest = [list(row) for row in rows], _crossings(rows, graph)
    for sweep in range(_SWEEPS):
        place = _places(rows)
        for row in rows if sweep % 2 == 0 else reversed(rows):
            mean = {box.key: _mean(place, near.get(box.key, ()), place[box.key]) for box in row}
            row.sort(key=lambda box, mean=mean: (mean[box.key], box.key))  # type: ignore[misc]
            place |= {box.key: _share(number, row) for number, box in enumerate(row)}
        crossings = _crossings(rows, graph)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _share(number: int, row: Sequence[Box]) -> float:
    return (number + 0.5) / len(row)


def _places(rows: Sequence[Sequence[Box]]) -> dict[str, float]:
    return {box.key: _share(number, row) for row in rows for number, box in enumerate(row)}


def _mean(place: Mapping[str, float], near: Sequence[str], own: float) -> float:
    return sum(place[one] for one in near) / len(near) if near else own


def _crossings(rows: Sequence[Sequence[Box]], graph: Graph) -> int:
    """Pairs of ways between the same two layers that cross."""
    place = _places(rows)
    layer = {key: box.layer for key, box in graph.boxes.items()}
    spans: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for way in graph.ways:
        spans.setdefault((layer[way.upper], layer[way.lower]), []).append(
            (place[way.upper], place[way.lower])
        )
    count = 0
    for pairs in spans.values():
        pairs.sort()
        for number, (_, low) in enumerate(pairs):
            count += sum(1 for _, other in pairs[number + 1 :] if other < low)
    return count
