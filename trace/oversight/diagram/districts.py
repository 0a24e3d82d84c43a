"""Districts of a case's plots and consignees as a grid of tiles: a sketch, not a map.

Each district of the city has its place in the grid, roughly where it lies; it has no outline, no scale and no
coordinate, so that nothing on it needs a review number or tells where a plot is. Districts elsewhere follow
below in the order of their codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trace.identity.region import code_of, district_of

TILE: Final = (78, 46)
GAP: Final = 4
COLUMNS: Final = 5
_GRID: Final[Mapping[str, tuple[int, int]]] = {
    "310151": (3, 0),
    "310114": (1, 1),
    "310113": (2, 1),
    "310118": (0, 2),
    "310107": (1, 2),
    "310106": (2, 2),
    "310109": (3, 2),
    "310110": (4, 2),
    "310105": (1, 3),
    "310101": (2, 3),
    "310115": (4, 3),
    "310117": (0, 4),
    "310112": (1, 4),
    "310104": (2, 4),
    "310116": (0, 5),
    "310120": (2, 5),
}
"""County code -> column and row."""
_ROWS: Final = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """A district at its place in the grid, with how many plots and consignees lie in it."""

    district: str
    x: int
    y: int
    plots: int
    consignees: int

    @property
    def empty(self) -> bool:
        return not (self.plots or self.consignees)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The tiles; `unknown` counts plots and consignees of which no district is known."""

    tiles: tuple[Tile, ...]
    unknown: tuple[int, int]
    width: int
    height: int

    @property
    def told(self) -> list[Tile]:
        """The tiles with anything in them, as the table beside has them: most first."""
        found = [one for one in self.tiles if not one.empty]
        return sorted(found, key=lambda one: (-one.plots - one.consignees, one.district))


def sketch(plots: Iterable[str], consignees: Iterable[str]) -> Sketch:
    """The sketch of these districts, one name for each plot and each consignee, "" where it is not known."""
    grown, had = Counter(plots), Counter(consignees)
    unknown = grown.pop("", 0), had.pop("", 0)
    city = {district_of(code): place for code, place in _GRID.items()}
    inside = any(name in city for name in (*grown, *had))
    elsewhere = sorted(
        (name for name in {*grown, *had} if name not in city), key=lambda one: code_of(one) or one
    )
    places = dict(city) if inside else {}
    below = _ROWS if inside else 0
    for number, name in enumerate(elsewhere):
        places[name] = number % COLUMNS, below + number // COLUMNS
    width, height = TILE[0] + GAP, TILE[1] + GAP
    tiles = tuple(
        Tile(name, column * width, row * height, grown[name], had[name])
        for name, (column, row) in places.items()
    )
    rows = max((row for _, row in places.values()), default=-1) + 1
    return Sketch(tiles, unknown, COLUMNS * width, rows * height)
