"""Tables row by row, in memory that does not grow with their rows: workbooks and CSV files of anybody.

A sheet is gone through twice: first what stands around its rows (hidden columns, merged cells, conditional
formats), then its rows, one after another.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.errors.tables import SheetHidden, SheetHiddenDeep
from trace.exchange.tabular.book_parts import VISIBLE, SheetPart, book_parts, palette_of, strings_of
from trace.exchange.tabular.csv_file import read_csv
from trace.exchange.tabular.grids import LISTS, Faults, Grid
from trace.exchange.tabular.markup import RichText
from trace.exchange.tabular.package import Limits, load, refuse_macros, unpack
from trace.exchange.tabular.seen import Cell
from trace.exchange.tabular.sheet_markup import read_surroundings, walk_rows
from trace.exchange.tabular.styles import Styles, styles_of
from trace.exchange.tabular.xlsx import Seeing

UPLOAD_LIMITS: Final = Limits(file_bytes=32 * 2**20, unpacked_bytes=192 * 2**20, rows=50_100)
"""Of files that are read row by row: 50,000 records and what stands above them."""
HEAD: Final = 30
"""Rows among which a heading is looked for."""


@dataclass(frozen=True, slots=True)
class StreamedRow:
    """One row with content, numbered from 1; `hidden`: nobody sees it."""

    number: int
    cells: Sequence[Cell]
    hidden: bool = False


@dataclass(slots=True)
class StreamedSheet:
    """A sheet: `head` holds its first rows and what ails the sheet as such, `rows` gives all of them once."""

    head: Grid
    rows: Iterator[StreamedRow] = field(default_factory=lambda: iter(()))


def open_sheets(packed: bytes, faults: Faults, limits: Limits = UPLOAD_LIMITS) -> Iterator[StreamedSheet]:
    """The visible sheets of a workbook; hidden ones go to `faults`. A sheet's rows are to be taken before the
    next one. Raises `FileUnreadable`, `FileEncrypted` and `FileTooLarge`, also while rows are taken.
    """
    packed = load(packed, limits)
    parts = unpack(packed, limits)
    refuse_macros(packed)
    book = book_parts(parts, limits)
    palette = palette_of(book)
    styles, strings = styles_of(book.styles, palette), strings_of(book.strings, palette)
    parts.clear()
    for part in book.sheets:
        if part.name == LISTS:
            continue
        if part.state != VISIBLE:
            hidden = SheetHiddenDeep if part.state.lower() == "veryhidden" else SheetHidden
            faults.add(part.name, 0, "", hidden(name=part.name[:60]))
            continue
        yield _streamed(part, styles, strings, limits)


def _streamed(part: SheetPart, styles: Styles, strings: Sequence[RichText], limits: Limits) -> StreamedSheet:
    around = read_surroundings(part.name, part.body, styles.differences, limits)
    seeing = Seeing(styles, strings, around)
    hidden = around.hidden_rows
    rows = (
        StreamedRow(number, seeing.row(number, cells), number in hidden)
        for number, cells in walk_rows(part.name, part.body, limits, hidden)
    )
    first = list(itertools.islice(rows, HEAD))
    head: list[list[Cell]] = []
    for row in first:
        if row.number > HEAD:
            break
        head.extend([] for _ in range(row.number - 1 - len(head)))
        head.append(list(row.cells))
    grid = Grid(
        part.name,
        head,
        frozenset(row.number for row in first if row.hidden),
        tuple((start - 1, end - 1) for start, end in around.hidden_columns),
        tuple((shown, area.top, area.left - 1) for shown, area in around.merged),
    )
    return StreamedSheet(grid, itertools.chain(first, rows))


def open_table(name: str, body: bytes, limits: Limits = UPLOAD_LIMITS) -> StreamedSheet:
    """The one table of a CSV file; raises as `read_csv`."""
    grid = read_csv(name, body, limits)
    rows = (StreamedRow(number, cells) for number, cells in enumerate(grid.rows, start=1) if any(cells))
    return StreamedSheet(Grid(name, grid.rows[:HEAD]), rows)
