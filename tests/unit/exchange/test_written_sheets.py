"""The writer of tables, read back with openpyxl: every character of a text, numbers, days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as ReadCell
from openpyxl.utils.escape import unescape

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets

TEXTS = [
    '=HYPERLINK("http://x","y")',
    "{=SUM(A1)}",
    "+86 21 0000",
    "-5",
    "@x",
    "91310151XN0000442L",
    "09521234100010",
    "000123456789012345",
    "340123450000000018",
    "1-2",
    "1E5",
    "http://example.org/a",
    "两行\n第二行",
    " 前后有空格 ",
]


def read_back(value: Cell, heading: str = "x") -> tuple[ReadCell, ReadCell]:
    """The heading's cell and the value's."""
    packed = BytesIO()
    write_sheets(packed, [Sheet("表", [Heading(heading)], [[value]])])
    page = load_workbook(BytesIO(packed.getvalue())).worksheets[0]
    return page["A1"], page["A2"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_back_as_it_was_and_is_no_formula(text):
    head, cell = read_back(text, text)
    assert (head.value, cell.value) == (text, text)
    assert {head.data_type, cell.data_type} <= {"s", "inlineStr"}
    assert (head.number_format, cell.number_format) == ("@", "@")


def test_a_text_that_looks_like_an_escape_is_escaped_as_office_open_xml_wants_it():
    value = read_back("_x0041_")[1].value
    assert (value, unescape(value)) == ("_x005F_x0041_", "_x0041_")


@pytest.mark.parametrize("number", [-5, 0, 16900, Decimal("0.2"), Decimal("-3.75"), 999_999_999_999_999])
def test_a_number_stays_a_number(number):
    _, cell = read_back(number)
    assert cell.data_type == "n"
    assert Decimal(str(cell.value)) == Decimal(number)


@pytest.mark.parametrize("number", [1_234_567_890_123_456, Decimal("0.1234567890123456"), Decimal("NaN")])
def test_a_number_that_a_spreadsheet_would_round_is_written_as_text(number):
    assert read_back(number)[1].value == str(number)


def test_days_and_moments_are_dates_in_the_time_of_shanghai():
    assert str(read_back(date(2026, 10, 6))[1].value) == "2026-10-06 00:00:00"
    assert str(read_back(datetime(2026, 10, 5, 16, 30, tzinfo=UTC))[1].value) == "2026-10-06 00:30:00"
    assert read_back(datetime(1, 1, 1, tzinfo=UTC))[1].value.startswith("0001-01-01")


def test_a_text_longer_than_a_cell_is_cut_where_it_is_seen():
    value = read_back("长" * 40_000)[1].value
    assert (len(value), value[-1]) == (32_767, "…")


def test_nothing_is_a_blank_cell():
    assert read_back(None)[1].value is None
