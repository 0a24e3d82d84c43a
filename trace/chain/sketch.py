"""A plot's shape without its place: what a grower may state openly beside the concealed outline.

The longest side is laid flat, the longer extent becomes 1000 units and corners fall on a grid of 25:
position, direction and size are gone, and no map can be searched for what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Final

SIZE: Final = 1000
_GRID: Final = 25
_Point = tuple[float, float]


def sketch_of(outline: Sequence[Sequence[str]]) -> list[list[int]]:
    """Points of 0..1000, y downwards as on a screen, from corners as (longitude, latitude) in degrees.

    Raises ValueError for fewer than three different corners.
    """
    corners = [(float(east), float(north)) for east, north in outline]
    if len(set(corners)) < len("xyz"):
        raise ValueError("no plot has fewer than three corners")
    turned = _laid_flat(_in_one_unit(corners))
    left, top = min(x for x, _ in turned), min(y for _, y in turned)
    scale = SIZE / max(max(x for x, _ in turned) - left, max(y for _, y in turned) - top)
    return [[_on_grid((x - left) * scale), _on_grid((y - top) * scale)] for x, y in turned]


def north_in_sketch(outline: Sequence[Sequence[str]]) -> int:
    """Where north is in the sketch of an outline, in degrees clockwise from above; growers may tell it."""
    corners = [(float(east), float(north)) for east, north in outline]
    return round(degrees(_turn(_in_one_unit(corners)))) % 360


def _in_one_unit(corners: Sequence[_Point]) -> list[_Point]:
    """A degree of longitude is shorter than one of latitude; y is turned downwards."""
    narrower = cos(radians(corners[0][1]))
    return [(east * narrower, -north) for east, north in corners]


def _laid_flat(corners: Sequence[_Point]) -> list[_Point]:
    """Turned so that the longest side is level."""
    angle = _turn(corners)
    return [(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in corners]


def _turn(corners: Sequence[_Point]) -> float:
    """How far clockwise the longest side must be turned to lie level."""
    sides = [(after[0] - one[0], after[1] - one[1]) for one, after in pairwise([*corners, corners[0]])]
    east, down = max(sides, key=lambda side: hypot(*side))
    return -atan2(down, east)


def _on_grid(value: float) -> int:
    return round(value / _GRID) * _GRID
