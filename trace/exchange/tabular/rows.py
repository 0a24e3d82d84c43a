"""Row reading: a grid of cells under a form's headers to rows of values, every fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.errors.base import Malformed, Refusal
from trace.errors.tables import (
    CellMissing,
    CellsMerged,
    CellStruck,
    CellUnitsDiffer,
    ColumnHidden,
    ExampleChanged,
    HeaderAgain,
    HeaderBlank,
    MarkUnknown,
    RowNoRecord,
    RowsHidden,
    RowsTooWide,
    RowStruck,
)
from trace.exchange.tabular.cells import Amount, Reading, clean, is_blank, read_cell
from trace.exchange.tabular.forms import Column, Form
from trace.exchange.tabular.grids import EXAMPLE, Faults, Grid, letter
from trace.exchange.tabular.headers import is_headers, mark_column, read_headers
from trace.exchange.tabular.seen import Cell, Spoilt, shown_text

Progress = Callable[[int, int], None]
"""Called with rows read and rows in all; never more often than every 500 rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row's values by member; what was blank is absent."""

    sheet: str
    number: int
    values: Mapping[str, object]


def read_rows(
    form: Form, grid: Grid, reading: Reading, faults: Faults, progress: Progress | None = None
) -> list[Row]:
    """Every data row without a fault; faults go to `faults`. Example rows and blank rows are passed over."""
    sheet = open_rows(form, grid, reading, faults)
    if sheet is None:
        return []
    found: list[Row] = []
    for number, cells in enumerate(grid.rows[1:], start=2):
        if progress and number % 500 == 0:
            progress(number, len(grid.rows))
        read = sheet.row(number, cells)
        if read is not None:
            found.append(read)
    if progress:
        progress(len(grid.rows), len(grid.rows))
    sheet.close()
    return found


def open_rows(
    form: Form, head: Grid, reading: Reading, faults: Faults, *, each: bool = False
) -> RowReader | None:
    """The reader of the data rows under the headers of `head`, or None where these cannot be used.

    `each`: what ails a whole column is told at each of its rows.
    """
    for shown, top, place in head.merged:
        faults.add(head.name, top, letter(place), CellsMerged(range=shown))
    columns = read_headers(form, head, faults)
    if columns is None:
        return None
    faults.letters[head.name] = {column.member: letter(place) for place, column in columns.items()}
    return RowReader(head, columns, reading, faults, each=each)


@dataclass(slots=True)
class RowReader:
    """Reads the data rows of one sheet under its headers."""

    grid: Grid
    columns: Mapping[int, Column]
    reading: Reading
    faults: Faults
    mark: int | None = None
    each: bool = False
    seen: Mapping[str, object] = field(default_factory=dict)
    """What of the last row could be read, also where the row has faults."""
    _told: set[int] = field(default_factory=set)
    _hidden: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mark = mark_column(self.grid)

    def row(self, number: int, cells: Sequence[Cell], *, hidden: bool = False) -> Row | None:
        """The values of one row, or None for a row without any, and for one with faults."""
        self.seen = {}
        if all(is_blank(cell) for cell in cells):
            return None
        if is_headers(cells, self.columns):
            self._fault(number, None, HeaderAgain())
            return None
        if self._is_example(number, cells):
            return None
        if hidden or number in self.grid.hidden_rows:
            self._hidden.append(number)
            return None
        spoilt = [cell for cell in cells if not is_blank(cell)]
        if len(spoilt) > 1 and all(isinstance(cell, Spoilt) and _is_struck(cell) for cell in spoilt):
            self._fault(number, None, RowStruck())
            return None
        beside = self._note(cells)
        if beside is not None:
            self._fault(number, beside, RowNoRecord(text=clean(shown_text(cells[beside]))[:20]))
            return None
        before = self.faults.count
        values, spoiled = self._values(number, cells)
        self._look_beside(number, cells)
        if spoiled.isdisjoint(UNIT_OF.values()):
            _join_units(self.grid.name, number, values, self.columns, self.faults)
        self.seen = values
        return Row(self.grid.name, number, values) if self.faults.count == before else None

    def close(self) -> None:
        """Tell the hidden rows, those that follow each other together."""
        first = None
        for place, number in enumerate(self._hidden):
            first = number if first is None else first
            if place + 1 == len(self._hidden) or self._hidden[place + 1] != number + 1:
                self._fault(first, None, RowsHidden(first=first, last=number))
                first = None
        self._hidden.clear()

    def _fault(self, number: int, place: int | None, refusal: Refusal) -> None:
        self.faults.add(self.grid.name, number, "" if place is None else letter(place), refusal)

    def _is_example(self, number: int, cells: Sequence[Cell]) -> bool:
        """Whether the row is marked as an example and says nothing of its own; a fault where it does."""
        if self.mark is None or self.mark >= len(cells) or is_blank(cells[self.mark]):
            return False
        said = clean(shown_text(cells[self.mark]))
        if said != EXAMPLE:
            self._fault(number, self.mark, MarkUnknown(text=said[:20]))
        elif any(place != self.mark and self._is_own(place, cell) for place, cell in enumerate(cells)):
            self._fault(number, self.mark, ExampleChanged())
        return True

    def _is_own(self, place: int, cell: Cell) -> bool:
        """Whether a cell of an example row says something else than the template's example."""
        example = self.columns[place].example if place in self.columns else ""
        return not is_blank(cell) and clean(shown_text(cell)) != clean(example)

    def _note(self, cells: Sequence[Cell]) -> int | None:
        """Where a row begins that is a sum or a note: it says so, and lacks what a record must have."""
        place = next((place for place, cell in enumerate(cells) if not is_blank(cell)), 0)
        said = "".join(clean(shown_text(cells[place])).split())
        if place == self.mark or not said.startswith(_NOTES):
            return None
        lacks = any(
            one.required and (at >= len(cells) or is_blank(cells[at])) for at, one in self.columns.items()
        )
        return place if lacks else None

    def _values(self, number: int, cells: Sequence[Cell]) -> tuple[dict[str, object], set[str]]:
        values: dict[str, object] = {}
        spoiled: set[str] = set()
        for place, column in self.columns.items():
            cell = cells[place] if place < len(cells) else ""
            if is_blank(cell):
                if column.required and column.kind != "unit":
                    self._fault(number, place, CellMissing(name=column.header))
                continue
            if self.grid.hides(place):
                self._once(number, place, ColumnHidden(name=column.header))
                spoiled.add(column.member)
                continue
            try:
                values[column.member] = read_cell(column, cell, self.reading)
            except Malformed as refusal:
                self._fault(number, place, refusal)
                spoiled.add(column.member)
        return values, spoiled

    def _look_beside(self, number: int, cells: Sequence[Cell]) -> None:
        """Content under no header: right of the last one, or under a blank one."""
        last = max(self.columns, default=0)
        for place, cell in enumerate(cells):
            if place not in self.columns and place != self.mark and not is_blank(cell):
                self._once(number, place, RowsTooWide() if place > last else HeaderBlank())

    def _once(self, number: int, place: int, refusal: Refusal) -> None:
        """One fault a column, at its first row; later rows have it too and are not taken."""
        if self.each or place not in self._told:
            self._told.add(place)
            self._fault(number, place, refusal)


_NOTES: Final = (
    *(
        "合计",
        "小计",
        "总计",
        "共计",
        "累计",
        "本页",
        "以下空白",
        "备注:",
        "备注：",
        "说明:",
        "说明：",
        "注:",
        "注：",
    ),
    *("制表", "填表", "审核", "复核", "批准", "经办", "签字", "签名", "盖章", "打印", "统计"),
)
"""What a row begins with that stands under a table and is no record of it."""


def _is_struck(cell: Spoilt) -> bool:
    return isinstance(cell.refusal, CellStruck)


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
