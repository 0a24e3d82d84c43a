"""The sheet 更正: what its rows say together of one record."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.workbooks import ISSUER, FilledTemplate
from trace.exchange.workbook import Workbook, read_workbook

USUAL = {
    "工作表": "进货查验",
    "记录": "R9",
    "操作": "更正",
    "原因": "过磅单抄错",
    "更正时间": "2026-10-13 17:00",
}
TEST = {**USUAL, "工作表": "出厂检验", "记录": "J9", "行": "镉"}
LINE = {**USUAL, "工作表": "投料与产出", "记录": "P1"}


def read(folder: Path, *rows: dict[str, object]) -> Workbook:
    template = FilledTemplate(folder)
    for row in rows:
        template.add("更正", **row)
    return read_workbook(template.bytes(), ISSUER)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({**USUAL, "列名": "数量", "改为": 16800}, {**USUAL, "列名": "数量", "改为": 16900}),
        ({**USUAL, "列名": "数量", "改为": "16.8吨"}, {**USUAL, "列名": "单位", "改为": "kg"}),
        ({**USUAL, "列名": "单位", "改为": "kg"}, {**USUAL, "列名": "数量", "改为": "16.8吨"}),
        ({**USUAL, "列名": "规格", "改为": "散装"}, {**USUAL, "操作": "清空", "列名": "规格"}),
        ({**TEST, "列名": "检出值", "改为": "0.06"}, {**TEST, "列名": "检出值", "改为": "0.60"}),
        (
            {**LINE, "行": "R1", "列名": "数量", "改为": 5},
            {**LINE, "行": f"urn:lot:{ISSUER[9:]}:R1", "列名": "数量", "改为": 6},
        ),
    ],
)
def test_a_cell_that_two_rows_put_right_in_two_ways_is_refused(tmp_path, first, second):
    book = read(tmp_path, first, second)
    assert [(one.row, one.code, one.params["first"]) for one in book.errors] == [(3, "row-contradicts", 2)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({**USUAL, "列名": "数量", "改为": 16800}, {**USUAL, "列名": "数量", "改为": 16800}),
        ({**USUAL, "列名": "数量", "改为": "16.8吨"}, {**USUAL, "列名": "单位", "改为": "吨"}),
        ({**USUAL, "列名": "数量", "改为": 16800}, {**USUAL, "列名": "单位", "改为": "kg"}),
        ({**TEST, "列名": "检出值", "改为": "0.06"}, {**TEST, "行": "铅", "列名": "检出值", "改为": "0.60"}),
        ({**USUAL, "列名": "数量", "改为": 1}, {**USUAL, "记录": "R8", "列名": "数量", "改为": 2}),
    ],
)
def test_rows_that_agree_or_are_about_different_cells_stand(tmp_path, first, second):
    assert not read(tmp_path, first, second).errors
