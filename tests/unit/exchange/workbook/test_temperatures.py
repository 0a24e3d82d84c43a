"""Temperatures in cells: the one that is seen is stated, what may be another is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builders.workbooks import ISSUER, RECEIPT, FilledTemplate
from trace.exchange.workbook import Workbook, read_workbook

SHEET = "进货查验"
HEADER = "收货温度"


def shown(folder: Path, value: object, code: str) -> Workbook:
    """A receipt whose temperature has a number format."""
    template = FilledTemplate(folder)
    row = template.add(SHEET, **{**RECEIPT, HEADER: value})
    cell = template.book[SHEET].cell(row, template.headers(SHEET).index(HEADER) + 1)
    cell.number_format = code
    return read_workbook(template.bytes(), ISSUER)


@pytest.mark.parametrize(
    ("value", "code", "low", "high"),
    [
        (4, "General", "4", "4"),
        (-18, '0.0"℃"', "-18", "-18"),
        ("2~6.5", "General", "2", "6.5"),
        ("－20至 -18 ℃", "General", "-20", "-18"),
        ("０２℃～０６℃", "General", "2", "6"),
        ("-0", "@", "0", "0"),
    ],
)
def test_a_temperature_is_what_the_cell_shows(tmp_path, value, code, low, high):
    (draft,) = shown(tmp_path, value, code).drafts
    assert draft.data["temperature"] == {"min": low, "max": high, "unit": "°C"}


@pytest.mark.parametrize(
    ("value", "code", "refusal"),
    [
        ("2-6", "General", "cell-temperature-malformed"),
        ("6~2", "General", "cell-temperature-malformed"),
        ("41 °F", "General", "cell-temperature-malformed"),
        ("常温", "General", "cell-temperature-malformed"),
        (0.04, "0%", "cell-temperature-malformed"),
        (4.26, "0.0", "cell-shown-differs"),
        (date(2026, 2, 6), "m-d", "cell-kind-wrong"),
    ],
)
def test_a_temperature_that_may_be_another_is_refused_at_its_cell(tmp_path, value, code, refusal):
    book = shown(tmp_path, value, code)
    assert [(error.sheet, error.row, error.code) for error in book.errors] == [(SHEET, 2, refusal)]
