"""Files as clerks send them: notes under tables, numbers written otherwise, thin rows, no table at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.workbooks import ISSUER, RECEIPT, SHIPMENT, FilledTemplate
from trace.errors import FileUnreadable
from trace.exchange.workbook import Workbook, read_workbook

SHEET = "进货查验"


@pytest.fixture
def template(tmp_path: Path) -> FilledTemplate:
    return FilledTemplate(tmp_path)


def read(template: FilledTemplate) -> Workbook:
    return read_workbook(template.bytes(), ISSUER)


def places(book: Workbook) -> list[tuple[str, int, str, str]]:
    assert not (book.drafts and book.errors)
    return [(error.sheet, error.row, error.column, error.code) for error in book.errors]


@pytest.mark.parametrize(
    ("given", "code"),
    [("zeroHeight", "rows-hidden"), ("defaultColWidth", "column-hidden")],
)
def test_what_a_sheet_hides_unless_it_says_otherwise_is_not_signed(template, given, code):
    template.add(SHEET, **RECEIPT)
    sheet = template.book[SHEET]
    setattr(sheet.sheet_format, given, {"zeroHeight": True, "defaultColWidth": 0.1}[given])
    sheet.column_dimensions.clear()
    for height in sheet.row_dimensions.values():
        height.height = None
    assert code in {one[3] for one in places(read(template))}


@pytest.mark.parametrize(
    "written", ["1e3", "1.69E4", "1/2", "3½", "16'900", "1.69万", "16_900", "0x10", "16.900,5", "１６’９００"]
)
def test_a_number_written_otherwise_is_no_unit(template, written):
    template.add(SHEET, **{**RECEIPT, "数量": written})
    book = read(template)
    assert places(book) == [(SHEET, 2, "G", "cell-number-malformed")]


def test_a_number_that_is_no_code_is_called_one(template):
    template.add(SHEET, **{**RECEIPT, "批次号": 1.5})
    book = read(template)
    assert places(book) == [(SHEET, 2, "B", "cell-kind-wrong")]
    assert book.errors[0].params["found"] == "number"


@pytest.mark.parametrize("said", ["合计", "小 计：", "制表人：张三", "备注：以上属实", "以下空白"])
def test_a_sum_or_note_under_the_table_is_one_fault(template, said):
    template.add(SHEET, **RECEIPT)
    template.add(SHEET, 批次号=said, 数量=16900)
    assert places(read(template)) == [(SHEET, 3, "B", "row-no-record")]


def test_a_record_may_begin_like_a_note(template):
    template.add("出货", **{**SHIPMENT, "出货批次": "D-1"})
    template.add(SHEET, **{**RECEIPT, "物料名称": "合计牌稻谷"})
    assert [
        draft.data.get("productName") for draft in read(template).drafts if draft.typ == "food.receipt"
    ] == ["合计牌稻谷"]


def test_blanks_inside_a_header_are_none(template):
    template.add(SHEET, **RECEIPT)
    template.book[SHEET]["G1"] = " 数 量* "
    (draft,) = read(template).drafts
    assert draft.data["quantity"] == {"value": "16900", "unit": "kg"}


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"Rar!\x1a", "other-archive"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(head, reason):
    with pytest.raises(FileUnreadable) as refused:
        read_workbook(head + bytes(600), ISSUER)
    assert refused.value.params["reason"] == reason
