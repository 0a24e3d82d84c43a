"""The page by which a printer is tried before labels are: outlines where labels lie, and two rulers.

Browsers and drivers scale a page to what they think fits it; a ruler of 100 mm that measures 96 says so
before a roll of labels is wasted. Outlines that lie off the labels say how far the sheet is out.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from trace.labels.formats import EDGE_MM, NO_OFFSET, ROLL_MM, Pair, SheetFormat
from trace.labels.typesetting import MONO, set_page

LONGEST_MM: Final = 100
_TEMPLATE: Final = Path(__file__).parent / "alignment_page.typ"
_STEP_MM: Final = 10
_OFF_MM: Final = Decimal(2)
"""From the edge that can be printed on to where both rulers begin; also the length of a tick."""


def alignment_page(
    sheet: SheetFormat,
    *,
    offset: Pair = NO_OFFSET,
    form: Literal["pdf", "png"] = "pdf",
    ppi: float = 300,
) -> bytes:
    """The page of a sheet or roll, as large as its paper; `offset` as labels would be moved for a printer."""
    edge = (ROLL_MM if sheet.is_roll else EDGE_MM) + _OFF_MM
    said: dict[str, Any] = {
        "title": sheet.name,
        "mono": MONO,
        "page": {"width": str(sheet.page[0]), "height": str(sheet.page[1])},
        "offset": list(map(str, offset)),
        "labels": [] if sheet.is_roll else [list(map(str, each)) for each in _outlines(sheet)],
        "rulers": [
            list(map(str, ends)) for axis in (0, 1) for ends in _ruler(edge, ruler_mm(sheet, axis), axis)
        ],
        "words": [
            [str(edge + 5), str(edge + 3), f"{ruler_mm(sheet, 0)} mm × {ruler_mm(sheet, 1)} mm"],
            [str(edge + 5), str(edge + 7), f"{sheet.name} · 100 %{_told(offset)}"],
        ],
    }
    return set_page(said, form, ppi=ppi, template=_TEMPLATE)[0]


def ruler_mm(sheet: SheetFormat, axis: int) -> int:
    """How long a ruler is across (0) or down (1): 100 mm, on small labels as many tens as fit."""
    blank = ROLL_MM if sheet.is_roll else EDGE_MM
    room = int(sheet.page[axis] - 2 * (blank + _OFF_MM))
    return min(LONGEST_MM, room - room % _STEP_MM)


def _told(offset: Pair) -> str:
    return "" if offset == NO_OFFSET else f" · {offset[0]:+} mm {offset[1]:+} mm"


def _outlines(sheet: SheetFormat) -> Iterator[tuple[Decimal, Decimal, Decimal, Decimal]]:
    for place in range(sheet.labels_per_page):
        row, column = divmod(place, sheet.columns)
        x, y = sheet.origin[0] + column * sheet.label[0], sheet.origin[1] + row * sheet.label[1]
        yield x, y, *sheet.label


def _ruler(edge: Decimal, long: int, axis: int) -> Iterator[tuple[Decimal, ...]]:
    """A line and its ticks, from the corner both rulers share."""
    lines = [(edge, edge, edge + long, edge)]
    lines += [(edge + at, edge, edge + at, edge + _OFF_MM) for at in range(0, long + 1, _STEP_MM)]
    for x, y, to_x, to_y in lines:
        yield (x, y, to_x, to_y) if axis == 0 else (y, x, to_y, to_x)
