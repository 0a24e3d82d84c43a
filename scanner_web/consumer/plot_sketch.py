"""The sketch of the plots behind a batch: drawn to one scale from shape and area, without a place.

It is made of nothing but what a grower stated for everybody: shape, whole 亩, and where told the direction of
north and what lies beside. Plots stand in a row by their harvest, never as they lie to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, hypot, radians, sin, sqrt
from typing import Final

from trace.usecases.batch_page.page import Origin

MOST: Final = 4
_MU: Final = 2000 / 3  # m²
_WIDTH, _HEIGHT, _EDGE, _GAP = 640.0, 270.0, 46.0, 48.0
_WORD: Final = 120.0  # for what lies between two plots
_OUTER: Final = 96.0  # for what lies at an end of the row, besides the edge
_ROOMY: Final = 2  # of more plots than these nothing is said that lies between two
_FOOT: Final = 30.0  # for the bar of the scale
_STEPS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000)
_LONGEST_BAR: Final = 0.3
_ASIDE: Final = 0.5
_LEAST: Final = 1e-6
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What lies beside a plot, and where its word stands: on side e it begins there, on w it ends."""

    x: int
    y: int
    what: str
    side: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: the points of its outline as SVG wants them, the middle for its label, its area in whole 亩."""

    points: str
    x: int
    y: int
    area: int | None
    beside: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of `width` by `height`. `bar` is the length of the scale's bar, `metres` what it stands for;
    0 where the plots' areas are not stated. `north`: up is north."""

    width: int
    height: int
    plots: tuple[Plot, ...]
    bar: int
    metres: int
    north: bool
    count: int


def sketch_of_plots(origins: Iterable[Origin]) -> Sketch | None:
    """The plots whose shape is stated, at most four of them; None where there is none."""
    drawn = list({(each.sketch, each.area, each.north): each for each in origins if each.sketch}.values())
    if not drawn:
        return None
    shown = drawn[:MOST]
    scaled = all(each.area and _surface(each.sketch) > 0 for each in shown)
    upright = all(each.north is not None for each in shown)
    shapes = [_in_metres(each, scaled=scaled, upright=upright) for each in shown]
    wide = sum(_extent(shape)[0] for shape in shapes)
    high = max(_extent(shape)[1] for shape in shapes)
    if len(shown) > _ROOMY:
        shown = _without_words_between(shown, upright=upright)
    gaps = _gaps(shown, upright=upright)
    room = _WIDTH - 2 * _EDGE - sum(gaps)
    zoom = min(room / wide, (_HEIGHT - _FOOT - 2 * _EDGE) / high)
    metres = (
        max((each for each in _STEPS if each * zoom <= _WIDTH * _LONGEST_BAR), default=0) if scaled else 0
    )
    left = (_WIDTH - wide * zoom - sum(gaps)) / 2 + gaps[0]
    plots = []
    for origin, shape, gap in zip(shown, shapes, gaps[1:], strict=True):
        across, down = (each * zoom for each in _extent(shape))
        placed = [(left + x * zoom, (_HEIGHT - _FOOT - down) / 2 + y * zoom) for x, y in shape]
        plots.append(_plot(origin, placed, upright=upright))
        left += across + gap
    bar = round(metres * zoom)
    return Sketch(round(_WIDTH), round(_HEIGHT), tuple(plots), bar, metres, upright, len(drawn))


def _without_words_between(shown: Sequence[Origin], *, upright: bool) -> list[Origin]:
    """Plots in a narrow row, without the words that would lie on the next one."""
    last = len(shown) - 1
    return [
        replace(
            origin,
            beside=tuple(
                (at, what)
                for at, what in origin.beside
                if (side := _side(origin, at, upright=upright)) == "n"
                or (side, number) in {("w", 0), ("e", last)}
            ),
        )
        for number, origin in enumerate(shown)
    ]


def _gaps(shown: Sequence[Origin], *, upright: bool) -> list[float]:
    """What is left free before, between and behind plots in a row: a word needs room of its own."""
    words = [{_side(origin, at, upright=upright) for at, _ in origin.beside} for origin in shown]
    between = [_GAP + _WORD * (("e" in left) + ("w" in right)) for left, right in pairwise(words)]
    return [_OUTER * ("w" in words[0]), *between, _OUTER * ("e" in words[-1])]


def _in_metres(origin: Origin, *, scaled: bool, upright: bool) -> list[_Point]:
    """A shape turned so that north is up where that is known, in metres where its area is; from (0, 0) on."""
    angle = -radians(origin.north or 0) if upright else 0.0
    turned = [(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in origin.sketch]
    unit = sqrt((origin.area or 0) * _MU / _surface(origin.sketch)) if scaled else 1.0
    left, top = min(x for x, _ in turned), min(y for _, y in turned)
    return [((x - left) * unit, (y - top) * unit) for x, y in turned]


def _plot(origin: Origin, placed: Sequence[_Point], *, upright: bool) -> Plot:
    x, y = (sum(each) / len(placed) for each in zip(*placed, strict=True))
    reach = [hypot(px - x, py - y) for px, py in placed]
    beside = []
    for at, what in origin.beside:
        angle = _angle(origin, at, upright=upright)
        side = _side(origin, at, upright=upright)
        clear = _EDGE / 2 if side == "n" else _EDGE / 4
        far = _edge_towards(placed, (x, y), (sin(angle), -cos(angle)), max(reach)) + clear
        beside.append(Neighbour(round(x + sin(angle) * far), round(y - cos(angle) * far) + 8, what, side))
    points = " ".join(f"{round(px)},{round(py)}" for px, py in placed)
    return Plot(points, round(x), round(y), origin.area, tuple(beside))


def _angle(origin: Origin, at: int, *, upright: bool) -> float:
    return radians(at - (origin.north or 0 if upright else 0))


def _side(origin: Origin, at: int, *, upright: bool) -> str:
    """On which side of its plot a word stands: e, w, or over or under it."""
    across = sin(_angle(origin, at, upright=upright))
    return "n" if abs(across) < _ASIDE else "e" if across > 0 else "w"


def _edge_towards(placed: Sequence[_Point], middle: _Point, way: _Point, most: float) -> float:
    """How far the outline reaches from its middle in a direction."""
    x, y = middle
    ahead = [(px - x) * way[0] + (py - y) * way[1] for px, py in placed]
    return min(max(0.0, *ahead), most)


def _extent(shape: Sequence[_Point]) -> _Point:
    return max(_LEAST, *(x for x, _ in shape)), max(_LEAST, *(y for _, y in shape))


def _surface(points: Sequence[tuple[int, int]]) -> float:
    """By the shoelace formula, in square units of the sketch."""
    following = [*points[1:], points[0]]
    return abs(sum(x * b - a * y for (x, y), (a, b) in zip(points, following, strict=True))) / 2
