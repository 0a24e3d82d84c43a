"""The Excel template: what a firm fills in becomes drafts; every fault is named with its place."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.builders.workbooks import ISSUER, RECEIPT, FilledTemplate, milling
from trace.errors.exchange import WorkbookRefused
from trace.exchange.workbook import FORMS, Workbook, annotate, read_workbook, write_template

LOT = "urn:lot:91310151XN0000442L:"


@pytest.fixture
def template(tmp_path: Path) -> FilledTemplate:
    return FilledTemplate(tmp_path)


def receipt(template: FilledTemplate, **changed: object) -> Workbook:
    template.add("进货查验", **{**RECEIPT, **changed})
    return read_workbook(template.bytes(), ISSUER)


def places(book: Workbook) -> list[tuple[str, int, str, str]]:
    return [(error.sheet, error.row, error.column, error.code) for error in book.errors]


def test_an_empty_template_holds_no_drafts_and_no_faults(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    assert read_workbook(tmp_path / "t.xlsx", ISSUER) == Workbook((), (), 0, 0)


def test_the_example_rows_are_themselves_readable(tmp_path: Path) -> None:
    template = FilledTemplate(tmp_path, examples=True)
    book = read_workbook(template.bytes(), ISSUER)
    assert not book.errors
    assert {draft.typ for draft in book.drafts} == {
        "food.receipt", "food.production", "lab.report", "food.pack", "code.activate", "food.shipment",
    }  # fmt: skip


def test_no_form_names_a_column_or_member_twice() -> None:
    for form in FORMS:
        assert len({column.header for column in form.columns}) == len(form.columns)
        assert len({column.member for column in form.columns}) == len(form.columns)


def test_a_whole_story_comes_out_in_an_order_that_can_be_signed(template: FilledTemplate) -> None:
    milling(template)
    book = read_workbook(template.bytes(), ISSUER)
    assert [(draft.typ, draft.sub.removeprefix(LOT)) for draft in book.drafts] == [
        ("food.receipt", "R1"),
        ("food.receipt", "R2"),
        ("food.merge", "S1"),
        ("food.production", "M20261012A"),
        ("lab.report", "A-1"),
        ("food.pack", "K1"),
        ("code.activate", "K1"),
        ("food.shipment", "D1"),
    ]
    made = {lot for draft in book.drafts for lot in draft.makes}
    assert {f"{LOT}{batch}" for batch in ("R1", "R2", "S1", "M20261012A", "A-1", "A-2", "K1", "D1")} == made


def test_a_silo_takes_its_inputs_and_names_its_loss(template: FilledTemplate) -> None:
    milling(template)
    merge = next(
        draft for draft in read_workbook(template.bytes(), ISSUER).drafts if draft.typ == "food.merge"
    )
    assert merge.data == {
        "inputs": [
            {"lot": f"{LOT}R1", "quantity": {"value": "16900", "unit": "kg"}},
            {"lot": f"{LOT}R2", "quantity": {"value": "18400", "unit": "kg"}},
        ],
        "output": {"lot": f"{LOT}S1", "productName": "干稻谷", "quantity": {"value": "34594", "unit": "kg"}},
        "startedAt": "2026-10-07T08:00:00+08:00",
        "finishedAt": "2026-10-08T08:00:00+08:00",
        "loss": {"quantity": {"value": "706", "unit": "kg"}, "reason": "烘干清理"},
    }
    assert merge.origin.rows == (2, 3, 4, 5)


def test_suppliers_and_receivers_are_listed_for_concealment(template: FilledTemplate) -> None:
    milling(template)
    drafts = {draft.sub.removeprefix(LOT): draft for draft in read_workbook(template.bytes(), ISSUER).drafts}
    assert drafts["R1"].private == ("supplierName",)
    assert drafts["D1"].private == ("receiverName",)


def test_a_pack_refers_to_its_report_where_the_label_wants_it(template: FilledTemplate) -> None:
    milling(template)
    drafts = {draft.typ: draft for draft in read_workbook(template.bytes(), ISSUER).drafts}
    paths = {
        typ: [one.path for one in drafts[typ].references if one.find == "report"]
        for typ in ("food.pack", "code.activate", "food.shipment")
    }
    assert paths == {
        "food.pack": [("label", "release", "report")],
        "code.activate": [("report",)],
        "food.shipment": [("releaseReport",)],
    }


def test_a_receipt_refers_to_the_suppliers_statement(template: FilledTemplate) -> None:
    milling(template)
    first = read_workbook(template.bytes(), ISSUER).drafts[0]
    assert [(one.find, one.role, one.lot) for one in first.references] == [
        ("lot", "raw", "urn:lot:93310151XN00001190:H1")
    ]


def test_a_report_comes_before_the_pack_that_names_it_whatever_the_hours_say(
    template: FilledTemplate,
) -> None:
    milling(template)
    template.put("出厂检验", 2, 检验时间="2026-10-12 23:00")
    template.put("出厂检验", 3, 检验时间="2026-10-12 23:00")
    order = [draft.typ for draft in read_workbook(template.bytes(), ISSUER).drafts]
    assert order.index("lab.report") < order.index("food.pack")


def test_the_same_file_read_twice_gives_the_same_keys_and_digests(template: FilledTemplate) -> None:
    milling(template)
    once, again = (read_workbook(template.bytes(), ISSUER).drafts for _ in range(2))
    assert [(draft.key, draft.digest) for draft in once] == [(draft.key, draft.digest) for draft in again]
    assert len({draft.key for draft in once}) == len(once)


def test_a_changed_row_keeps_its_key_and_changes_its_digest(template: FilledTemplate) -> None:
    before = receipt(template).drafts[0]
    template.put("进货查验", 2, 数量=16901)
    after = read_workbook(template.bytes(), ISSUER).drafts[0]
    assert after.key == before.key
    assert after.digest != before.digest


def test_another_firm_with_the_same_batch_number_has_another_key(template: FilledTemplate) -> None:
    mine = receipt(template).drafts[0]
    theirs = read_workbook(template.bytes(), "urn:uscc:91310113XN0000557R").drafts[0]
    assert mine.key != theirs.key
    assert theirs.sub == "urn:lot:91310113XN0000557R:R1"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (16900, "16900"),
        (16900.5, "16900.5"),
        ("16900.50", "16900.50"),
        ("１６９００", "16900"),
        ("16,900", "16900"),
        ("16，900", "16900"),
        ("16900kg", "16900"),
        ("16900 公斤", "16900"),
        (0.1 + 0.2, "0.3"),
        (" 007 ", "7"),
    ],
)
def test_amounts_are_read_exactly_however_they_are_typed(
    template: FilledTemplate, written: object, value: str
) -> None:
    book = receipt(template, 数量=written)
    assert not book.errors
    assert book.drafts[0].data["quantity"] == {"value": value, "unit": "kg"}


@pytest.mark.parametrize(
    "written", [0, -5, "十二", "1,69", "1e3", "12.3456789", "12 34", 1e18, True, "kg", "1/2", "9" * 16]
)
def test_what_is_no_amount_is_refused_at_its_cell(template: FilledTemplate, written: object) -> None:
    book = receipt(template, 数量=written)
    assert not book.drafts
    assert [(error.sheet, error.row, error.column) for error in book.errors] == [("进货查验", 2, "G")]


def test_a_unit_behind_the_number_stands_in_for_an_empty_unit_cell(template: FilledTemplate) -> None:
    book = receipt(template, 数量="16.9 吨", 单位=None)
    assert book.drafts[0].data["quantity"] == {"value": "16.9", "unit": "t"}


def test_two_different_units_are_refused(template: FilledTemplate) -> None:
    book = receipt(template, 数量="16.9吨", 单位="kg")
    assert places(book) == [("进货查验", 2, "H", "cell-units-differ")]
    assert book.errors[0].params == {"name": "单位", "unit": "t", "other": "kg"}


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 10, 6, 9, 30),  # noqa: DTZ001 - Excel knows no zones
        "2026-10-06 09:30",
        "2026/10/6 9:30",
        "2026.10.06 09:30:00",
        "2026年10月6日 9:30",
        "２０２６-１０-０６ ０９:３０",
        "2026-10-06T01:30:00Z",
        "20261006 09:30",
    ],
)
def test_moments_are_read_however_they_are_typed(template: FilledTemplate, written: object) -> None:
    book = receipt(template, 进货时间=written)
    assert not book.errors
    assert book.drafts[0].data["receivedAt"] == "2026-10-06T09:30:00+08:00"
    assert book.drafts[0].occurred_at.isoformat() == "2026-10-06T09:30:00+08:00"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (date(2026, 10, 6), "cell-time-missing"),
        ("2026-10-06", "cell-time-missing"),
        (46301, "cell-date-malformed"),  # a bare number is shown, no day
        (46301.395833333336, "cell-shown-differs"),
        ("10/06/2026 9:30", "cell-date-malformed"),
        ("26-10-06 9:30", "cell-date-malformed"),
        ("2026-02-30 9:30", "cell-date-malformed"),
        (12.5, "cell-date-malformed"),
        (True, "cell-kind-wrong"),
        ("1926-10-06 09:30", "cell-date-malformed"),
        ("2026-10-06 25:00", "cell-date-malformed"),
    ],
)
def test_what_is_no_moment_is_refused(template: FilledTemplate, written: object, code: str) -> None:
    assert places(receipt(template, 进货时间=written)) == [("进货查验", 2, "L", code)]


@pytest.mark.parametrize("written", [20261005, "2026-10-05", date(2026, 10, 5), "2026年10月05日"])
def test_days_are_read_however_they_are_typed(template: FilledTemplate, written: object) -> None:
    assert receipt(template, 生产日期=written).drafts[0].data["productionDate"] == "2026-10-05"


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_days_and_moments_are_those_of_the_sheet_wherever_the_server_stands(
    template: FilledTemplate, zone: str
) -> None:
    """In China a day was once read as 43 seconds before it, in New York as the day before."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        moment = datetime(2026, 10, 6, 0, 0, 30)  # noqa: DTZ001 - Excel knows no zones
        (draft,) = receipt(template, 进货时间=moment, 生产日期=date(2026, 10, 5)).drafts
    finally:
        os.environ.pop("TZ", None) if before is None else os.environ.update(TZ=before)
        time.tzset()
    assert draft.data["productionDate"] == "2026-10-05"
    assert draft.data["receivedAt"] == "2026-10-06T00:00:30+08:00"


def test_a_number_in_a_code_column_loses_its_point_and_a_long_one_is_refused(
    template: FilledTemplate,
) -> None:
    assert receipt(template, 批次号=20261006).drafts[0].sub == f"{LOT}20261006"
    template.put("进货查验", 2, 批次号=913101510000004421)
    assert places(read_workbook(template.bytes(), ISSUER)) == [("进货查验", 2, "B", "cell-digits-lost")]


def test_a_wrong_check_digit_of_a_bar_code_is_refused(template: FilledTemplate) -> None:
    book = receipt(template, 商品条码或产品代码="9521234100011")
    assert places(book) == [("进货查验", 2, "D", "check-digit-wrong")]


def test_all_faults_of_a_file_are_listed_and_none_of_it_is_taken(template: FilledTemplate) -> None:
    milling(template)
    template.put("进货查验", 2, 数量="许多", 类别="不知道")
    template.put("投料与产出", 3, 单位="里")
    template.put("出货", 2, 出货时间=None)
    book = read_workbook(template.bytes(), ISSUER)
    assert not book.drafts
    assert places(book) == [
        ("进货查验", 2, "E", "cell-choice-unknown"),
        ("进货查验", 2, "G", "cell-number-malformed"),
        ("投料与产出", 3, "J", "cell-unit-unknown"),
        ("出货", 2, "M", "cell-missing"),
    ]
    with pytest.raises(WorkbookRefused) as refused:
        book.require()
    assert refused.value.params["faults"] == 4


def test_the_same_batch_twice_in_one_file_is_refused(template: FilledTemplate) -> None:
    template.add("进货查验", **RECEIPT)
    book = receipt(template)
    assert places(book) == [("进货查验", 3, "B", "row-repeated")]
    assert book.errors[0].params == {"key": "R1", "first": 2}


def test_rows_of_one_record_must_agree_on_what_they_share(template: FilledTemplate) -> None:
    milling(template)
    template.put("投料与产出", 7, 开始时间="2026-10-12 06:00")
    assert places(read_workbook(template.bytes(), ISSUER)) == [("投料与产出", 7, "L", "row-contradicts")]


def test_a_record_without_input_is_incomplete(template: FilledTemplate) -> None:
    span = {"开始时间": "2026-10-12 07:00", "结束时间": "2026-10-12 15:00", "生产日期": "2026-10-12"}
    output = {"批次号": "M1", "类型": "产出", "物料批次": "X", "名称": "米", "数量": 1, "单位": "kg"}
    template.add("投料与产出", **output, **span)
    book = read_workbook(template.bytes(), ISSUER)
    assert [(error.code, error.params["lacking"]) for error in book.errors] == [
        ("record-incomplete", "input")
    ]


def test_a_split_takes_one_lot_and_makes_several(template: FilledTemplate) -> None:
    sheet, split = "投料与产出", {"批次号": "F1", "单位": "t"}
    span = {"开始时间": "2026-10-12 07:00", "结束时间": "2026-10-12 08:00"}
    template.add(sheet, **split, **span, 工序="拆分", 类型="投料", 物料批次="S1", 数量=10)
    template.add(sheet, **split, 类型="产出", 物料批次="S1a", 名称="稻谷", 数量=4)
    template.add(sheet, **split, 类型="产出", 物料批次="S1b", 名称="稻谷", 数量=6)
    (draft,) = read_workbook(template.bytes(), ISSUER).drafts
    assert (draft.typ, draft.sub, draft.makes) == ("food.split", f"{LOT}S1", (f"{LOT}S1a", f"{LOT}S1b"))
    template.put(sheet, 4, 类型="损耗", 损耗原因="撒漏")
    assert [error.code for error in read_workbook(template.bytes(), ISSUER).errors] == ["row-out-of-place"]


def test_a_declaration_needs_both_rule_and_reason(template: FilledTemplate) -> None:
    book = receipt(template, 声明规则="r18", 声明理由="过磅误差，已复称")
    assert book.drafts[0].data["declared"] == [{"rule": "R18", "reason": "过磅误差，已复称"}]
    template.put("进货查验", 2, 声明理由=None)
    assert [error.code for error in read_workbook(template.bytes(), ISSUER).errors] == ["cell-missing"]


def test_activation_without_a_report_number_is_refused(template: FilledTemplate) -> None:
    milling(template)
    template.put("包装赋码", 2, 检验报告编号=None)
    book = read_workbook(template.bytes(), ISSUER)
    assert [(error.code, error.params["name"]) for error in book.errors] == [("cell-missing", "检验报告编号")]


def test_a_mark_other_than_example_is_refused(template: FilledTemplate) -> None:
    assert places(receipt(template, 标记="草稿")) == [("进货查验", 2, "A", "mark-unknown")]


def test_another_firms_lot_is_named_by_its_code(template: FilledTemplate) -> None:
    milling(template)
    for row in (2, 3):
        template.put("出厂检验", row, 批次="91310113XN0000557R：T1")
    report = next(
        draft for draft in read_workbook(template.bytes(), ISSUER).drafts if draft.typ == "lab.report"
    )
    assert report.sub == "urn:lot:91310113XN0000557R:T1"


def test_progress_ends_at_the_last_row(template: FilledTemplate) -> None:
    milling(template)
    told: list[tuple[int, int]] = []
    read_workbook(template.bytes(), ISSUER, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1][0] == told[-1][1] > 0
    assert told == sorted(told)


def test_the_annotated_copy_carries_each_fault_at_its_cell(template: FilledTemplate, tmp_path: Path) -> None:
    book = receipt(template, 数量="许多", 类别="不知道")
    faulty = tmp_path / "faulty.xlsx"
    faulty.write_bytes(template.bytes())
    assert annotate(faulty, book.errors, tmp_path / "shown.xlsx", lambda error: f"! {error.code}") == 2
    sheet = load_workbook(tmp_path / "shown.xlsx")["进货查验"]
    assert sheet["G2"].comment.text == "! cell-number-malformed"
    assert sheet["E2"].comment.text == "! cell-choice-unknown"
    assert sheet["G2"].value == "许多"
