"""The header row of a sheet: which column stands where, and what keeps it from being used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trace.errors.tables import HeaderMissing, HeaderNotFirst, HeaderRepeated, HeaderUnknown, RowsHidden
from trace.exchange.tabular.cells import clean, is_blank
from trace.exchange.tabular.forms import Column, Form
from trace.exchange.tabular.grids import MARK, REQUIRED, Faults, Grid, letter
from trace.exchange.tabular.seen import Cell, Spoilt, shown_text

_LOOKED_AT: Final = 30
"""Rows in which a header is looked for that stands under a title."""


def header_of(cell: Cell) -> str:
    """A header as written in a form: without the asterisk of a required column, breaks and blanks."""
    return "".join(clean(shown_text(cell)).split()).rstrip(REQUIRED + "＊")


def has_content(grid: Grid) -> bool:
    """Whether any cell of a sheet holds something."""
    return any(not is_blank(cell) for cells in grid.rows for cell in cells)


def mark_column(grid: Grid) -> int | None:
    """The place of the column that marks examples."""
    headers = [header_of(cell) for cell in grid.rows[0]]
    return headers.index(MARK) if MARK in headers else None


def header_row(form: Form, grid: Grid) -> int | None:
    """The row, counted from 1, that holds all required headers of a form."""
    wanted = {column.header for column in form.columns if column.required}
    for number, cells in enumerate(grid.rows[:_LOOKED_AT], start=1):
        if wanted <= {header_of(cell) for cell in cells}:
            return number
    return None


def is_headers(cells: Sequence[Cell], columns: Mapping[int, Column]) -> bool:
    """Whether a row repeats the headers above it."""
    given = alike = 0
    for place, cell in enumerate(cells):
        text = header_of(cell) if isinstance(cell, str) else "-"
        given += bool(text)
        alike += place in columns and columns[place].header == text
    return alike >= 2 and alike * 2 > given


def read_headers(form: Form, grid: Grid, faults: Faults) -> dict[int, Column] | None:
    """Place -> column, or None when the header row cannot be used."""
    found = header_row(form, grid)
    if found is not None and found > 1:
        faults.add(grid.name, found, "", HeaderNotFirst(row=found))
        return None
    before = faults.count
    if 1 in grid.hidden_rows:
        faults.add(grid.name, 1, "", RowsHidden(first=1, last=1))
    columns, seen = _placed(form, grid, faults)
    missing = [column.header for column in form.columns if column.required and column.header not in seen]
    if missing:
        faults.add(grid.name, 1, "", HeaderMissing(name="、".join(missing)))
    return columns if faults.count == before else None


def _placed(form: Form, grid: Grid, faults: Faults) -> tuple[dict[int, Column], set[str]]:
    """Place -> column, and all headers that were read."""
    by_header, columns, seen = form.by_header, dict[int, Column](), set[str]()
    for place, cell in enumerate(grid.rows[0] if grid.rows else ()):
        header = header_of(cell)
        if not header or header == MARK:
            continue
        if isinstance(cell, Spoilt):
            faults.add(grid.name, 1, letter(place), cell.refusal)
        elif header in seen:
            faults.add(grid.name, 1, letter(place), HeaderRepeated(name=header[:40]))
        elif header not in by_header:
            faults.add(grid.name, 1, letter(place), HeaderUnknown(name=header[:40]))
        else:
            columns[place] = by_header[header]
        seen.add(header)
    return columns, seen
