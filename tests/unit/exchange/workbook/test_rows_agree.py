"""Rows that agree with themselves: days and moments in order, values within limits, items and conclusion."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.workbooks import ISSUER, PACK, RECEIPT, REPORT, SHIPMENT, FilledTemplate, milling
from trace.exchange.workbook import Workbook, read_workbook

SHEET = "进货查验"


@pytest.fixture
def template(tmp_path: Path) -> FilledTemplate:
    return FilledTemplate(tmp_path)


def read(template: FilledTemplate) -> Workbook:
    return read_workbook(template.bytes(), ISSUER)


def report(template: FilledTemplate, **cells: object) -> int:
    return template.add(
        "出厂检验", **{"检验项目": "镉", "检出值": "0.06", "计量单位": "mg/kg", **REPORT, **cells}
    )


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"生产日期": "2062-10-24", "到期日": "2063-10-23"}, "L"),
        ({"生产日期": "2026-10-13"}, "L"),
        ({"到期日": "2026-10-11"}, "L"),
        ({"到期日": "2025-10-11"}, "L"),
        ({"生产日期": "2006-10-12"}, "L"),
        ({"激活时间": "2026-10-12 17:00"}, "P"),
    ],
)
def test_days_of_a_pack_that_contradict_each_other_are_refused(template, cells, place):
    template.add("包装赋码", **{**PACK, **cells})
    assert {error.column for error in read(template).errors} == {place}


def test_a_day_long_ago_is_taken_with_a_reason(template):
    told = {"声明规则": "P02", "声明理由": "二十年陈皮，入库存放"}
    template.add(SHEET, **{**RECEIPT, "生产日期": "2006-10-12", **told})
    assert not read(template).errors


def test_goods_packed_at_midnight_of_their_day_are_in_order(template):
    template.add("包装赋码", **{**PACK, "包装时间": "2026-10-12 00:00"})
    assert not read(template).errors


def test_a_batch_that_ended_before_it_began_is_refused(template):
    milling(template)
    template.put("投料与产出", 6, 结束时间="2026-10-12 06:00")
    assert [error.code for error in read(template).errors] == ["times-contradict-in-row"]


@pytest.mark.parametrize(
    ("cells", "refusal"),
    [
        ({"单项判定": "不合格"}, ["conclusion-contradicts"]),
        ({"结论": "不合格"}, ["conclusion-contradicts"]),
        ({"检出值": "0.27", "限量": "0.2"}, ["verdict-contradicts"]),
        ({"检出值": "0.27", "限量": "≤0.2"}, ["verdict-contradicts"]),
        ({"检出值": "0.2", "限量": "<0.2"}, ["verdict-contradicts"]),
        ({"检出值": "5.9", "限量": "≥6", "检验项目": "蛋白质"}, ["verdict-contradicts"]),
        ({"检出值": "0.1", "限量": "0.2", "单项判定": "不合格", "结论": "不合格"}, ["verdict-contradicts"]),
        ({"采样时间": "2026-10-12 18:00"}, ["times-contradict-in-row"]),
        ({"检出值": "0.27", "限量": "0.2", "单项判定": "不合格", "结论": "不合格"}, []),
        ({"检出值": "6", "限量": "≥6"}, []),
        ({"检出值": "未检出", "限量": "0.2"}, []),
        ({"检出值": "1.2×10³", "限量": "5×10⁴"}, []),
    ],
)
def test_a_report_agrees_with_itself(template, cells, refusal):
    report(template, **cells)
    assert [error.code for error in read(template).errors] == refusal


def test_a_shipment_is_read_as_before(template):
    template.add("出货", **SHIPMENT)
    assert [draft.typ for draft in read(template).drafts] == ["food.shipment"]


@pytest.mark.parametrize(
    ("value", "unit", "kept"),
    [
        ("1.2×10³", "CFU/g", "1.2×10³"),
        ("＜0.05", "mg/kg", "<0.05"),
        ("0.06 mg/kg", "mg/kg", "0.06"),
        ("1.2×10³CFU/g", "CFU/g", "1.2×10³"),
        ("未检出", None, "未检出"),
        (0.00007, "mg/kg", "0.00007"),
        (0.30000000000000004, "mg/kg", "0.3"),
        ("½", None, "½"),
        ("8.6%", None, "8.6%"),
    ],
)
def test_a_measured_value_is_quoted_as_it_is_seen(template, value, unit, kept):
    report(template, 检出值=value, 计量单位=unit)
    (draft,) = read(template).drafts
    assert draft.data["items"][0]["value"] == kept


@pytest.mark.parametrize(
    ("value", "unit"), [("0.06 mg/kg", "μg/kg"), ("60μg/kg", "mg/kg"), ("8.6%", "g/100g")]
)
def test_a_measured_value_with_two_units_is_refused(template, value, unit):
    report(template, 检出值=value, 计量单位=unit)
    assert [error.code for error in read(template).errors] == ["cell-units-differ"]


@pytest.mark.parametrize(
    ("header", "text", "refusal"),
    [
        ("凭证编号", "2.0261E+11", "cell-shortened"),
        ("供货者联系方式（保密）", "1.38E+10", "cell-shortened"),
        ("批次号", "2.0261E+11", "cell-shortened"),
        ("批次号", "2-Jan", "cell-kind-wrong"),
        ("批次号", "Oct-26", "cell-kind-wrong"),
        ("批次号", "=A1", "cell-formula"),
    ],
)
def test_what_a_spreadsheet_made_of_a_code_is_refused(template, header, text, refusal):
    row = template.add(SHEET, **{**RECEIPT, "凭证种类": "合格证", header: text})
    template.book[SHEET].cell(row, template.headers(SHEET).index(header) + 1).data_type = "s"
    assert [error.code for error in read(template).errors] == [refusal]
