"""Mappings of own tables: values follow headings, changed headings are a question, days as it says."""

from __future__ import annotations

import pytest

from trace.exchange.tabular.cells import Reading
from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.json_lines import open_lines
from trace.exchange.tabular.mapping import Mapped, Mapping, fingerprint, mapped
from trace.exchange.tabular.row_stream import open_table
from trace.exchange.tabular.rows import open_rows
from trace.usecases.uploads.forms import FORMS

FORM = FORMS["进货查验"]
MAPPING = Mapping(
    FORM.name,
    {
        "批号": Mapped("lot"),
        "品名": Mapped("productName"),
        "重量": Mapped("quantity", unit="kg"),
        "日期": Mapped("productionDate", days="yyyymmdd"),
        "时间": Mapped("receivedAt"),
    },
    fixed={"role": "原料"},
    passed_over=frozenset({"备注"}),
)
HEADS = ["批号", "品名", "重量", "日期", "时间", "备注"]
ROW = ["R1", "稻谷", "16900", "20210823", "2021-08-24 09:30", "旧"]


def read(heads: list[str], row: list[str], mapping: Mapping = MAPPING) -> tuple[dict, Faults]:
    faults = Faults()
    body = f"{','.join(heads)}\n{','.join(row)}\n".encode()
    sheet = mapped(open_table("erp", body), mapping, FORM, faults)
    reader = open_rows(FORM, sheet.head, Reading("X"), faults, each=True)
    if reader is None:
        return {}, faults
    found = [
        said
        for one in sheet.rows
        if one.number > mapping.heading and (said := reader.row(one.number, one.cells)) is not None
    ]
    return dict(found[0].values) if found else {}, faults


def test_a_row_becomes_one_of_ours_with_its_units_and_fixed_values():
    said, faults = read(HEADS, ROW)
    assert not faults.errors
    assert said["lot"] == "R1"
    assert said["quantity"] == {"value": "16900", "unit": "kg"}
    assert said["productionDate"] == "2021-08-23"
    assert said["role"] == "ingredient"


def test_values_follow_headings_wherever_they_stand():
    order = [4, 2, 0, 5, 1, 3]
    said, faults = read([HEADS[at] for at in order], [ROW[at] for at in order])
    assert not faults.errors
    assert said == read(HEADS, ROW)[0]


def test_a_renamed_and_a_new_heading_are_a_question():
    _, faults = read([*(head.replace("品名", "名称") for head in HEADS), "检验员"], [*ROW, "甲"])
    (error,) = [one for one in faults.errors if one.code == "mapping-headings"]
    assert error.params == {"missing": "品名", "fresh": "名称、检验员"}


def test_eight_digits_are_a_day_only_where_the_mapping_says_so():
    plain = Mapping(MAPPING.form, {**MAPPING.columns, "日期": Mapped("productionDate")}, fixed=MAPPING.fixed,
                    passed_over=MAPPING.passed_over)  # fmt: skip
    _, faults = read(HEADS, ROW, plain)
    assert [error.code for error in faults.errors] == ["cell-date-malformed"]
    said, _ = read(HEADS, [*ROW[:3], "2021/08/23", *ROW[4:]], plain)
    assert said["productionDate"] == "2021-08-23"


def test_content_under_no_heading_is_told_not_passed_over():
    heads = ["批号", "品名", "重量", "日期", "时间", "备注", ""]
    _, faults = read(heads, [*ROW, "9"])
    assert [error.code for error in faults.errors] == ["header-blank"]


def test_a_mapping_is_kept_and_read_back():
    assert Mapping.from_json(MAPPING.to_json()) == MAPPING
    assert fingerprint(HEADS) == fingerprint(reversed(HEADS)) != fingerprint(HEADS[:-1])


def test_json_lines_are_rows_by_heading_or_member():
    faults = Faults()
    lines = (
        '{"form":"进货查验","批次号":"R1","productName":"稻谷","quantity":16900.50}\n\n{"form":"?"}\n[1]\n'
    )
    (sheet,) = open_lines(lines.encode(), FORMS, faults)
    (row,) = sheet.rows
    assert row.number == 1
    heads = [str(cell) for cell in sheet.head.rows[0]]
    assert row.cells[heads.index("批次号")] == "R1"
    assert row.cells[heads.index("数量")] == "16900.50"
    assert [(one.row, one.code, one.params["reason"]) for one in faults.errors] == [
        (3, "line-unreadable", "no-form"),
        (4, "line-unreadable", "no-form"),
    ]


@pytest.mark.parametrize("form", ["[]", "{}", "1", "null", '["进货查验"]'])
def test_a_line_whose_form_is_no_text_is_one_bad_line(form: str):
    faults = Faults()
    assert list(open_lines(f'{{"form":{form}}}'.encode(), FORMS, faults)) == []
    assert [(one.row, one.params["reason"]) for one in faults.errors] == [(1, "no-form")]


def test_half_a_sign_is_named_at_its_column_and_two_are_a_sign():
    faults = Faults()
    line = (
        r'{"form":"进货查验","批次号":"R\ud83d","品\ud83d":1,"物料名称":["\ud83d\ude00"],"quantity":"\udc00"}'
    )
    (sheet,) = open_lines(line.encode(), FORMS, faults)
    (row,) = sheet.rows
    assert [cell for cell in row.cells if cell] == ["R\ufffd", "😀", "\ufffd"]
    assert [one.params for one in faults.errors] == [{"name": "品\ufffd"}]


@pytest.mark.parametrize("second", ["批次号", "lot"])
def test_a_column_that_a_line_writes_twice_is_not_guessed(second: str):
    faults = Faults()
    line = f'{{"form":"进货查验","批次号":"R1","{second}":"R2"}}'
    rows = [row for sheet in open_lines(line.encode(), FORMS, faults) for row in sheet.rows]
    assert [one.params["reason"] for one in faults.errors] == ["column-twice"], rows


@pytest.mark.parametrize(
    ("line", "code"), [('{"form":"进货查验","x":1}', "header-unknown"), ("{", "line-unreadable")]
)
def test_a_line_that_cannot_be_read_is_named(line: str, code: str):
    faults = Faults()
    list(open_lines(line.encode(), FORMS, faults))
    assert [(one.row, one.code) for one in faults.errors] == [(1, code)]
