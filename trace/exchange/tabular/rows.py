"""Row reading: a grid of cells under a form's headers to rows of values, every fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.errors.base import Malformed, Refusal
from trace.errors.exchange import (
    CellKindWrong,
    CellMissing,
    CellUnitsDiffer,
    HeaderMissing,
    HeaderRepeated,
    HeaderUnknown,
    RowsTooWide,
)
from trace.exchange.tabular.cells import Amount, Cell, Reading, clean, is_blank, read_cell
from trace.exchange.tabular.forms import Column, Form

MARK: Final = "标记"
EXAMPLE: Final = "示例"
REQUIRED: Final = "*"
KEPT: Final = 1_000
"""A file with more faults than this is not one that somebody mends cell by cell."""

Progress = Callable[[int, int], None]
"""Called with rows read and rows in all; never more often than every 500 rows."""


@dataclass(frozen=True, slots=True)
class CellError:
    """One fault. `row` counts from 1, `column` is Excel's letter; 0 and "" for the sheet or the row."""

    sheet: str
    row: int
    column: str
    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, absolute: `rows[0][0]` is A1. Short rows are blank at their end."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row's values by member; what was blank is absent."""

    sheet: str
    number: int
    values: Mapping[str, object]


@dataclass(slots=True)
class Faults:
    """Collects the faults of one file (the first `KEPT` of `count`); `letters`: sheet -> member -> column."""

    errors: list[CellError] = field(default_factory=list)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    count: int = 0
    sheets: set[str] = field(default_factory=set)

    def add(self, sheet: str, row: int, column: str, refusal: Refusal) -> None:
        self.count += 1
        self.sheets.add(sheet)
        if self.count <= KEPT:
            self.errors.append(CellError(sheet, row, column, refusal.code, refusal.params))

    def at(self, row: Row, member: str, refusal: Refusal) -> None:
        """A fault of `member` in `row`, at its column where the sheet has one."""
        self.add(row.sheet, row.number, self.letters.get(row.sheet, {}).get(member, ""), refusal)


def letter(position: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    text, position = "", position + 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def read_rows(
    form: Form, grid: Grid, reading: Reading, faults: Faults, progress: Progress | None = None
) -> list[Row]:
    """Every data row without a fault; faults go to `faults`. Example rows and blank rows are passed over."""
    columns = _columns(form, grid, faults)
    if columns is None:
        return []
    faults.letters[grid.name] = {column.member: letter(place) for place, column in columns.items()}
    mark = _mark_column(grid)
    found = []
    for number, cells in enumerate(grid.rows[1:], start=2):
        if progress and number % 500 == 0:
            progress(number, len(grid.rows))
        if _passed_over(grid.name, number, cells, mark, faults):
            continue
        row = _row(grid.name, number, cells, columns, reading, faults)
        if row is not None:
            found.append(row)
    if progress:
        progress(len(grid.rows), len(grid.rows))
    return found


def header_of(cell: Cell) -> str:
    """A header as written in a form: without the asterisk of a required column and without breaks."""
    return clean(str(cell)).replace("\n", "").rstrip(REQUIRED + " ＊") if isinstance(cell, str) else str(cell)


def _mark_column(grid: Grid) -> int | None:
    headers = [header_of(cell) for cell in grid.rows[0]]
    return headers.index(MARK) if MARK in headers else None


def _columns(form: Form, grid: Grid, faults: Faults) -> dict[int, Column] | None:
    """Place -> column, or None when the header row cannot be used."""
    by_header, columns, seen = form.by_header, dict[int, Column](), set[str]()
    before = faults.count
    for place, cell in enumerate(grid.rows[0] if grid.rows else ()):
        header = header_of(cell)
        if not header or header == MARK:
            continue
        if header in seen:
            faults.add(grid.name, 1, letter(place), HeaderRepeated(name=header[:40]))
        elif header not in by_header:
            faults.add(grid.name, 1, letter(place), HeaderUnknown(name=header[:40]))
        else:
            columns[place] = by_header[header]
        seen.add(header)
    for column in form.columns:
        if column.required and column.header not in seen:
            faults.add(grid.name, 1, "", HeaderMissing(name=column.header))
    return columns if faults.count == before else None


def _passed_over(sheet: str, number: int, cells: Sequence[Cell], mark: int | None, faults: Faults) -> bool:
    if all(is_blank(cell) for cell in cells):
        return True
    if mark is None or mark >= len(cells) or is_blank(cells[mark]):
        return False
    if isinstance(cells[mark], str) and clean(str(cells[mark])) == EXAMPLE:
        return True
    faults.add(sheet, number, letter(mark), CellKindWrong(name=MARK, found="text"))
    return True


def _row(
    sheet: str,
    number: int,
    cells: Sequence[Cell],
    columns: Mapping[int, Column],
    reading: Reading,
    faults: Faults,
) -> Row | None:
    values: dict[str, object] = {}
    spoiled: set[str] = set()
    before = faults.count
    for place, column in columns.items():
        cell = cells[place] if place < len(cells) else ""
        if is_blank(cell):
            if column.required and column.kind != "unit":
                faults.add(sheet, number, letter(place), CellMissing(name=column.header))
            continue
        try:
            values[column.member] = read_cell(column, cell, reading)
        except Malformed as refusal:
            faults.add(sheet, number, letter(place), refusal)
            spoiled.add(column.member)
    for place in _beyond(cells, columns):
        faults.add(sheet, number, letter(place), RowsTooWide())
    if spoiled.isdisjoint(UNIT_OF.values()):
        _join_units(sheet, number, values, columns, faults)
    return Row(sheet, number, values) if faults.count == before else None


def _beyond(cells: Sequence[Cell], columns: Mapping[int, Column]) -> Iterator[int]:
    """Places right of the last headed column that hold something; the first one is enough."""
    last = max(columns, default=0)
    for place in range(last + 1, len(cells)):
        if not is_blank(cells[place]):
            yield place
            return


UNIT_OF: Final = {"quantity": "unit", "packs": "packs_unit", "netContent": "netContent_unit"}


def _join_units(
    sheet: str, number: int, values: dict[str, object], columns: Mapping[int, Column], faults: Faults
) -> None:
    """An amount and its unit become {"value", "unit"}; a unit in both places must be the same."""
    at = {column.member: (place, column) for place, column in columns.items()}
    for member, unit_member in UNIT_OF.items():
        amount = values.get(member)
        beside = values.pop(unit_member, None)
        if not isinstance(amount, Amount):
            continue
        place, column = at.get(unit_member, at[member])
        if amount.unit and beside and amount.unit != beside:
            refusal = CellUnitsDiffer(name=column.header, unit=amount.unit, other=str(beside))
            faults.add(sheet, number, letter(place), refusal)
            continue
        unit = beside or amount.unit or ("件" if member == "packs" else None)
        if unit is None:
            faults.add(sheet, number, letter(place), CellMissing(name=column.header))
            continue
        values[member] = {"value": amount.value, "unit": unit}
