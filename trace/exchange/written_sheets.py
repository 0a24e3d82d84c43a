"""The writer of tables that leave the system as XLSX: row by row in constant memory (xlsxwriter).

A text is a text cell in text format, whatever it begins with and however many digits it has; a number is a
number as long as a spreadsheet keeps all of its digits; days and moments are dates, in the time of Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, count, islice
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from trace.calendar.shanghai import SHANGHAI_TIME, in_zone

Cell = str | int | Decimal | date | datetime | None
MOST_ROWS: Final = 1_000_000
"""A sheet has 1,048,576."""
_DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""
_LONGEST: Final = 32_767
_FIRST_YEAR: Final = 1900
_OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading and width in characters."""

    text: str
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written: its rows are asked for once, in order."""

    name: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Cell]]


def split_rows(
    name: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], most: int = MOST_ROWS
) -> Iterator[Sheet]:
    """As many sheets as the rows need, one at least; each has to be written before the next is asked for."""
    rest = iter(rows)
    for number in count(1):
        yield Sheet(name if number == 1 else f"{name} {number}", headings, islice(rest, most))
        following = next(rest, None)
        if following is None:
            return
        rest = chain([following], rest)


def write_sheets(target: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write the sheets, each before the next is asked for rows."""
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        formats = {
            "head": book.add_format(
                {"num_format": "@", "bold": True, "bg_color": "#E4EFE2", "border": 1, "text_wrap": True}
            ),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)


def _write(page: Worksheet, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    for place, heading in enumerate(sheet.headings):
        page.set_column(place, place, heading.width)
        _put(page, (0, place), heading.text, {**formats, "text": formats["head"]})
    for number, row in enumerate(sheet.rows, start=1):
        if number > MOST_ROWS:
            raise ValueError("a sheet has no room for so many rows")
        for place, cell in enumerate(row):
            _put(page, (number, place), cell, formats)


def _put(page: Worksheet, at: tuple[int, int], cell: Cell, formats: Mapping[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime) and cell.year > _FIRST_YEAR:
        seen = in_zone(cell, SHANGHAI_TIME).replace(tzinfo=None)
        page.write_datetime(*at, seen, formats["moment"])
    elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year > _FIRST_YEAR:
        page.write_datetime(*at, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001
    elif isinstance(cell, int | Decimal) and keeps(cell):
        page.write_number(*at, float(cell))
    else:
        text = str(cell)
        page.write_string(*at, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…", formats["text"])


def keeps(number: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    exact = Decimal(number)
    return (
        exact.is_finite() and len(exact.normalize().as_tuple().digits) <= _DIGITS and abs(exact) < 10**_DIGITS
    )
