"""What a column is too narrow to show, and what an alignment repeats, is refused at its cell."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Alignment, Font

from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.row_stream import open_sheets
from trace.exchange.tabular.seen import Cell, SeenNumber, Spoilt
from trace.exchange.tabular.xlsx import open_grids


def read(
    value: object, *, width: float | None = None, form: str = "General", merge: bool = False, **style: Any
) -> Cell:
    """A1 as it is seen, by the reader of whole books and by the one that streams."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = value
    sheet["A1"].number_format = form
    for name, given in style.items():
        setattr(sheet["A1"], name, given)
    if width is not None:
        sheet.column_dimensions["A"].width = width
    if merge:
        sheet.merge_cells("A1:C1")
    packed = io.BytesIO()
    book.save(packed)
    (grid,) = open_grids(packed.getvalue(), Faults())
    (stream,) = open_sheets(packed.getvalue(), Faults())
    assert repr(next(iter(stream.rows)).cells[0]) == repr(grid.rows[0][0])
    return grid.rows[0][0]


def code(cell: Cell) -> str:
    return cell.refusal.code if isinstance(cell, Spoilt) else "seen"


@pytest.mark.parametrize(
    ("value", "form", "width", "found"),
    [
        (16900, "General", 5.7109375, "seen"),  # five digits, as Excel writes that
        (16900, "General", 4.7109375, "cell-too-narrow"),
        (0.27, "General", 4, "seen"),
        (0.27, "General", 3, "cell-too-narrow"),  # people see 0.3
        (16900.55, "General", 6.5, "cell-too-narrow"),  # and here 16901
        (16900, "#,##0.00", 8, "cell-too-narrow"),
        (16900, "#,##0.00", 10, "seen"),
        (date(2026, 10, 12), "yyyy-mm-dd", 8, "cell-too-narrow"),
        (date(2026, 10, 12), "yyyy-mm-dd", 10.7109375, "seen"),
        (date(2026, 10, 12), 'yyyy"年"m"月"d"日"', 11, "cell-too-narrow"),
        (
            "子虚米业有限公司",
            "General",
            4,
            "seen",
        ),  # goes on in the next cell, or is seen to be cut
        (16900, "General", None, "seen"),
    ],
)
def test_a_number_or_day_is_seen_whole_or_not_signed(value, form, width, found):
    assert code(read(value, form=form, width=width)) == found


def test_a_larger_font_takes_more_room():
    assert code(read(16900, width=6, font=Font(size=11))) == "seen"
    assert code(read(16900, width=6, font=Font(size=22))) == "cell-too-narrow"


def test_a_merged_cell_is_as_wide_as_all_of_its_columns():
    assert code(read(16900, width=3, merge=True)) == "seen"


@pytest.mark.parametrize("value", [5, "B1", date(2026, 10, 12)])
def test_what_is_repeated_until_the_cell_is_full_is_not_what_was_meant(value):
    cell = read(value, alignment=Alignment(horizontal="fill"))
    assert code(cell) == "cell-repeated"
    assert isinstance(cell, Spoilt)
    assert cell.refusal.params["shown"] == cell.text
    assert code(read(value, width=20, alignment=Alignment(horizontal="center"))) == "seen"


def test_what_is_shown_whole_stays_the_number_that_it_is():
    cell = read(16900.5, width=12)
    assert isinstance(cell, SeenNumber)
    assert cell.stored == Decimal("16900.5")
