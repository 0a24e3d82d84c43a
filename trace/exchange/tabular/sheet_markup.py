"""The XML of one sheet: raw cells with their places, hidden rows and columns, merged and formatted ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Final

from trace.errors.exchange import CellTooFar, FileTooLarge, FileUnreadable
from trace.exchange.tabular.colors import USUAL
from trace.exchange.tabular.conditional_formats import Change, RuleReader
from trace.exchange.tabular.elements import FOREIGN, Attributes, parse, walk
from trace.exchange.tabular.markup import (
    RichText,
    TextReader,
    as_number,
    is_true,
    unescaped,
    whole,
)
from trace.exchange.tabular.package import Limits

_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_THINNEST: Final = 1.0
"""A column (in signs) or row (in points) below this shows nothing of its content."""
_MOST_RANGES: Final = 200
_FILLING: Final = frozenset({"array", "dataTable"})
"""Formulas that fill a whole area (ECMA-376 part 1, 18.18.6)."""
_KINDS: Final = frozenset({"n", "s", "str", "inlineStr", "b", "d", "e"})
_INLINE: Final = "inlineStr"
_OUTSIDE: Final = frozenset({FOREIGN, "c", "row"})
"""What no cell holds."""
_LONGEST: Final = 32_767
"""Signs of a cell, as many as Excel takes."""
_ROWS_BEGIN: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheetData(?:\s[^<>]*)?(?<!/)>")
_ROWS_END: Final = re.compile(rb"</(?:[A-Za-z0-9]+:)?sheetData\s*>")


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as stored: `kind` is its attribute t, `text` its value, `rich` an inline string."""

    kind: str
    style: int
    text: str
    formula: bool
    rich: RichText | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, rows and columns counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(slots=True)
class SheetMarkup:
    """What a sheet's XML says. `cells`: row -> column -> cell, both from 1, only those with content."""

    cells: dict[int, dict[int, RawCell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[str, Area]] = field(default_factory=list)
    conditional: list[tuple[Area, Change]] = field(default_factory=list)
    """Where a rule may show a cell otherwise, and how."""
    zeros_hidden: bool = False
    described: list[tuple[int, int]] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    """Columns whose width is said (first, last, in digits of the normal font)."""

    def width_of(self, column: int) -> float | None:
        """The width of a column that is said, None where none is."""
        found = (width for first, last, width in self.widths if first <= column <= last)
        return next(found, None)


RawRow = tuple[int, dict[int, RawCell]]
"""The number of a row with content, and its cells by column, both from 1."""


def read_markup(name: str, body: bytes, differences: Sequence[Change], limits: Limits) -> SheetMarkup:
    """Walk through the sheet `name`. Raises `FileUnreadable`, `FileTooLarge` and `CellTooFar`."""
    reader = _SheetReader(name, differences, limits)
    parse(body, reader.opened, reader.closed, reader.said)
    reader.end()
    if len(reader.sheet.conditional) > _MOST_RANGES:
        raise FileTooLarge(what="formats", limit=_MOST_RANGES)
    return reader.sheet


def read_surroundings(name: str, body: bytes, differences: Sequence[Change], limits: Limits) -> SheetMarkup:
    """What a sheet says beside its rows, which stands before and after them; its cells are left out."""
    begun, ends = _ROWS_BEGIN.search(body), [found.start() for found in _ROWS_END.finditer(body)]
    plain = b"<!--" not in body and b"<![CDATA[" not in body
    if plain and begun is not None and len(ends) == 1 and begun.end() <= ends[0]:
        return read_markup(name, body[: begun.end()] + body[ends[0] :], differences, limits)
    markup = read_markup(name, body, differences, limits)
    markup.cells.clear()
    return markup


def walk_rows(name: str, body: bytes, limits: Limits, hidden: set[int]) -> Iterator[RawRow]:
    """The rows of a sheet one after another; numbers of hidden ones are put into `hidden` before they come.

    Raises as `read_markup` does, at the place where it finds out.
    """
    ready: list[RawRow] = []
    reader = _SheetReader(name, (), limits, SheetMarkup(hidden_rows=hidden), ready.append)
    for _ in walk(body, reader.opened, reader.closed, reader.said):
        yield from ready
        ready.clear()


@dataclass(slots=True)
class _SheetReader:
    name: str
    differences: InitVar[Sequence[Change]]
    limits: Limits
    sheet: SheetMarkup = field(default_factory=SheetMarkup)
    take: Callable[[RawRow], None] | None = None
    """Where whole rows go; None keeps them in `sheet`."""
    _cells: dict[int, RawCell] = field(default_factory=dict)
    _rows: int = 0
    _row: int = 0
    _column: int = 0
    _placed: bool | None = None
    _count: int = 0
    _given: Attributes = field(default_factory=dict)
    _in_cell: bool = False
    _formula: bool = False
    _filled: list[Area] = field(default_factory=list)
    """What formulas above fill beside their own cell, which alone holds them."""
    _strings: TextReader | None = None
    _value: list[str] | None = None
    _values: str = ""
    _values_said: int = 0
    _height: float = 15
    _width: float = 9
    _rules: RuleReader = field(init=False)

    def __post_init__(self, differences: Sequence[Change]) -> None:
        self._rules = RuleReader(differences)

    def opened(self, name: str, given: Attributes) -> None:
        if self._strings is not None and name != "is":
            self._strings.opened(name, given)
        elif self._in_cell:
            self._content(name, given)
        elif name == "c":
            self._begin_cell(given)
        elif name == "row":
            self._begin_row(given)
        else:
            self._beside(name, given)

    def _content(self, name: str, given: Attributes) -> None:
        """What stands in a cell."""
        if name in _OUTSIDE or self._value is not None:
            raise FileUnreadable(expected="xlsx", reason="broken-cells")  # programs would show different ones
        if name == "v":
            self._value = []
        elif name == "f":
            self._formula = True
            if given.get("t") in _FILLING:
                self._filled.extend(areas(given.get("ref", "")))
        elif name == "is":
            self._values_said += self._strings is not None
            self._strings = TextReader(USUAL)

    def _beside(self, name: str, given: Attributes) -> None:
        if name == "col":
            self._columns(given)
        elif name == "sheetFormatPr":
            self._begin_sheet(given)
        elif name == "mergeCell":
            self.sheet.merged.extend((given.get("ref", ""), area) for area in areas(given.get("ref", ""))[:1])
        elif name == "sheetView":
            self.sheet.zeros_hidden = not is_true(given.get("showZeros", "1"))
        else:
            self._rules.opened(name, given)

    def _columns(self, given: Attributes) -> None:
        """Columns side by side that are alike."""
        span = (whole(given.get("min"), 1), whole(given.get("max"), 1))
        width = as_number(given.get("width"), self._width)
        self.sheet.described.append(span)
        if is_true(given.get("hidden")) or width < _THINNEST:
            self.sheet.hidden_columns.append(span)
        elif "width" in given:
            self.sheet.widths.append((*span, width))

    def said(self, text: str) -> None:
        if self._strings is not None:
            self._strings.said(text)
        elif self._value is not None:
            self._value.append(text)
        else:
            self._rules.said(text)

    def closed(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "v" and self._value is not None and self._strings is None:
            self._values, self._value = "".join(self._value), None
            self._values_said += 1
        elif name == "is":
            return  # its runs are taken with the cell
        elif self._strings is not None:
            self._strings.closed(name)
        else:
            self._rules.closed(name)

    def _begin_sheet(self, given: Attributes) -> None:
        """What rows and columns are like where nothing is said of them."""
        self._height = 0 if is_true(given.get("zeroHeight")) else as_number(given.get("defaultRowHeight"), 15)
        self._width = as_number(given.get("defaultColWidth"), 9)

    def end(self) -> None:
        """Rules, and columns that nothing is said of, where such columns are too thin to show anything."""
        self.sheet.conditional.extend(
            (area, change) for ranges, change in self._rules.altered for area in areas(ranges)
        )
        if self._width >= _THINNEST:
            return
        place = 1
        for first, last in sorted(self.sheet.described):
            self.sheet.hidden_columns.append((place, first - 1))
            place = max(place, last + 1)
        self.sheet.hidden_columns.append((place, self.limits.columns))

    def _begin_row(self, given: Attributes) -> None:
        row = whole(given.get("r"), self._row + 1)
        if row <= self._row:
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
        self._row, self._column, self._placed = row, 0, None
        if is_true(given.get("hidden")) or as_number(given.get("ht"), self._height) < _THINNEST:
            self.sheet.hidden_rows.add(row)

    def _begin_cell(self, given: Attributes) -> None:
        placed = "r" in given
        if (self._placed is not None and self._placed != placed) or not self._row:
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
        self._placed = placed
        if placed:
            found = _PLACE.fullmatch(given["r"])
            if found is None or int(found[2]) != self._row or position(found[1]) <= self._column:
                raise FileUnreadable(expected="xlsx", reason="broken-cells")
            self._column = position(found[1])
        else:
            self._column += 1
        self._given, self._formula, self._values, self._value = given, False, "", None
        self._in_cell = True
        self._values_said = 0

    def _end_cell(self) -> None:
        self._in_cell = False
        rich = self._strings.item() if self._strings is not None else None
        self._strings = None
        text = rich.text if rich is not None else self._values
        if not self._formula and not text.strip():
            return
        formula = self._formula or any(area.holds(self._row, self._column) for area in self._filled)
        if len(self._filled) > _MOST_RANGES:
            raise FileTooLarge(what="formats", limit=_MOST_RANGES)
        self._check_place()
        kind, style = self._given.get("t", "n"), whole(self._given.get("s"))
        if (
            kind not in _KINDS
            or self._values_said + (rich is not None) > 1
            or (rich is None) is (kind == _INLINE)
        ):
            raise FileUnreadable(expected="xlsx", reason="broken-cells")  # programs would show different ones
        if kind == "str":
            text = unescaped(text)
        if len(text) > _LONGEST:
            raise FileTooLarge(what="field", limit=_LONGEST)
        self._cells[self._column] = RawCell(kind, style, text, formula, rich)

    def _end_row(self) -> None:
        cells, self._cells = self._cells, {}
        if not cells:
            return
        self._rows += 1
        if self.take is None:
            self.sheet.cells[self._row] = cells
        else:
            self.take((self._row, cells))

    def _check_place(self) -> None:
        """A single cell far off would make a reader lay out every empty one before it."""
        self._count += 1
        if self._count > self.limits.cells:
            raise FileTooLarge(what="cells", limit=self.limits.cells)
        if self._row > self.limits.rows and self._rows >= self.limits.rows:
            raise FileTooLarge(what="rows", limit=self.limits.rows)
        if self._row > self.limits.rows or self._column > self.limits.columns:
            raise CellTooFar(
                sheet=self.name[:60], cell=f"{letters(self._column)}{self._row}",
                rows=self.limits.rows, columns=self.limits.columns,
            )  # fmt: skip


def areas(text: str) -> list[Area]:
    """The rectangles of a reference such as "A1:B5 D4"; what is none is left out."""
    found = []
    for part in text.upper().split():
        match = _RANGE.fullmatch(part)
        if match is not None:
            left, top = position(match[1]), int(match[2])
            right, bottom = (position(match[3]), int(match[4])) if match[3] else (left, top)
            found.append(Area(top, left, bottom, right))
        elif re.fullmatch(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}", part):
            first, _, last = part.replace("$", "").partition(":")
            found.append(Area(1, position(first), 2**20, position(last)))
    return found


def position(name: str) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    place = 0
    for sign in name.upper():
        place = place * 26 + ord(sign) - 64
    return place


def letters(place: int) -> str:
    """1 -> A, 26 -> Z, 27 -> AA."""
    text = ""
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
