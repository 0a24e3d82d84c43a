"""Sheets and rolls of labels: where each label lies on its paper, and what of it may be printed on.

Office printers leave the edge of a sheet blank, so nothing stands nearer than 6 mm to it. The content has the
same size on every label of a sheet; on those at the edge it moves inward. Label printers print to the edge of
their label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

EDGE_MM: Final = Decimal(6)
_INNER_MM: Final = Decimal(2)
ROLL_MM: Final = Decimal("1.5")
_MARK_MM: Final = Decimal(3)

Pair = tuple[Decimal, Decimal]
NO_OFFSET: Final[Pair] = (Decimal(0), Decimal(0))
MOST_OFFSET_MM: Final = Decimal(5)
"""How far a printer's labels are moved at most; who prints farther off has chosen another sheet."""


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A page of `columns` × `rows` labels; every length in mm. The largest are `text_mm`
    and `module_mm`."""

    name: str
    page: Pair
    label: Pair
    columns: int
    rows: int
    origin: Pair
    text_mm: Decimal
    module_mm: Decimal

    @property
    def labels_per_page(self) -> int:
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """Whether each label is a page of its own."""
        return self.page == self.label

    @property
    def blank(self) -> Decimal:
        """What stays white around the content of every label."""
        return ROLL_MM if self.is_roll else _INNER_MM

    @property
    def content(self) -> Pair:
        """Width and height of what is printed on each label."""
        return self._room(0), self._room(1)

    def place(self, number: int) -> Pair:
        """The upper left of the content of the label `number` of a page, from 0, row by row."""
        row, column = divmod(number, self.columns)
        return self._begin(0, column), self._begin(1, row)

    def cut_marks(self) -> Iterator[tuple[Pair, Pair]]:
        """Short lines (from, to) where labels meet, to cut by; none on a roll, none near the paper's edge."""
        if self.is_roll:
            return
        xs, ys = ([self._edge(axis, at) for at in range(self._count(axis) + 1)] for axis in (0, 1))
        for x in (each for each in xs if EDGE_MM <= each <= self.page[0] - EDGE_MM):
            yield from (((x, first), (x, last)) for first, last in (self._tick(1, y) for y in ys))
        for y in (each for each in ys if EDGE_MM <= each <= self.page[1] - EDGE_MM):
            yield from (((first, y), (last, y)) for first, last in (self._tick(0, x) for x in xs))

    def _tick(self, axis: int, at: Decimal) -> Pair:
        """A mark across `at`, or beside it where the printer would not reach it."""
        last = self.page[axis] - EDGE_MM
        first = min(max(at - _MARK_MM / 2, EDGE_MM), last - _MARK_MM)
        return first, first + _MARK_MM

    def _count(self, axis: int) -> int:
        return (self.columns, self.rows)[axis]

    def _edge(self, axis: int, number: int) -> Decimal:
        return self.origin[axis] + number * self.label[axis]

    def _margins(self, axis: int, number: int) -> Pair:
        """What stays blank before and behind the content of a label."""
        if self.is_roll:
            return ROLL_MM, ROLL_MM
        before = EDGE_MM - self._edge(axis, number)
        behind = EDGE_MM - (self.page[axis] - self._edge(axis, number + 1))
        return max(_INNER_MM, before), max(_INNER_MM, behind)

    def _room(self, axis: int) -> Decimal:
        return self.label[axis] - max(sum(self._margins(axis, at)) for at in range(self._count(axis)))

    def _begin(self, axis: int, number: int) -> Decimal:
        """Where the content begins, in the middle of what its margins leave."""
        before, behind = self._margins(axis, number)
        spare = self.label[axis] - before - behind - self._room(axis)
        return self._edge(axis, number) + before + spare / 2


def _format(
    name: str, page: str, label: str, grid: tuple[int, int], origin: str, largest: str
) -> SheetFormat:
    """`largest`: letters and module."""

    def pair(written: str) -> Pair:
        width, _, height = written.partition("x")
        return Decimal(width), Decimal(height)

    return SheetFormat(name, pair(page), pair(label), *grid, pair(origin), *pair(largest))


FORMATS: Final = {
    made.name: made
    for made in (
        _format("a4-24", "210x297", "70x35", (3, 8), "0x8.5", "2.8x0.64"),
        _format("a4-12", "210x297", "70x67.7", (3, 4), "0x13.1", "4.4x0.80"),
        _format("a4-40", "210x297", "52.5x29.7", (4, 10), "0x0", "2.4x0.64"),
        _format("60x40", "60x40", "60x40", (1, 1), "0x0", "3.0x0.64"),
        _format("40x30", "40x30", "40x30", (1, 1), "0x0", "2.2x0.64"),
    )
}
"""Sheets that shops sell (A4 with 12, 24 or 40 labels) and the two usual rolls."""
