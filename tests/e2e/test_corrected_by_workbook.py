"""The sheet 更正: a clerk puts right, clears or withdraws what was recorded, by number and column."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.workbooks import RECEIPT
from tests.e2e.test_two_devices import NUMBER, Office, office, pack, report, shipment

__all__ = ["office"]
LOT = made.lot(made.MILL, "R9")
GOODS = {
    **RECEIPT,
    "批次号": "R9",
    "进货时间": "2026-10-13 09:00",
    "供货者名称（保密）": "（演示）乌有乡",
    "供货者联系方式（保密）": "000-00000001",
    "规格": "散装",
}


def amendment(**cells: object) -> dict[str, Any]:
    usual = {"工作表": "进货查验", "记录": "R9", "操作": "更正", "原因": "过磅单抄错"}
    return {**usual, "更正时间": "2026-10-13 17:00", **cells}


def told(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = office.client.lot(LOT)
    return found


def test_an_amount_is_corrected_and_the_next_correction_builds_on_it(office: Office) -> None:
    office.bring("day-1", 进货查验=[GOODS])
    first = amendment(列名="数量", 改为=16800)
    assert office.bring("day-2", 更正=[first]) == {"stated": 1, "known": 0}
    assert told(office)["quantity"]["value"] == "16800"
    assert office.bring("day-2", 更正=[first]) == {"stated": 0, "known": 1}
    assert office.bring("day-1", 进货查验=[{**GOODS, "数量": 16800}]) == {"stated": 0, "known": 1}
    with pytest.raises(SystemExit):
        office.bring("day-1", 进货查验=[{**GOODS, "数量": 16700}])
    later = amendment(列名="物料名称", 改为="晚稻谷", 更正时间="2026-10-13 18:00")
    assert office.bring("day-3", 更正=[later])["stated"] == 1
    now = told(office)
    assert (now["quantity"]["value"], now["productName"]) == ("16800", "晚稻谷")


def test_several_cells_of_one_record_are_one_correction(office: Office) -> None:
    office.bring("day-1", 进货查验=[GOODS])
    rows = [
        amendment(列名="数量", 改为="16.8吨"),
        amendment(列名="供货者名称（保密）", 改为="（演示）子虚乡"),
        amendment(操作="清空", 列名="规格"),
    ]
    assert office.bring("day-2", 更正=rows) == {"stated": 1, "known": 0}
    now = told(office)
    assert now["quantity"] == {"value": "16.8", "unit": "t"}
    assert "子虚乡" not in str(office.door.get(f"/api/v1/lots/{LOT}").json)


def test_a_record_that_goes_by_two_names_is_not_corrected_twice(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both would begin from the record as it is: the second would undo what the first puts right."""
    office.bring("day-1", 进货查验=[GOODS])
    stmt = told(office)["statement"]["stmt"]
    rows = [amendment(列名="数量", 改为=16800), amendment(记录=stmt, 列名="物料名称", 改为="晚稻谷")]
    with pytest.raises(SystemExit):
        office.bring("day-2", 更正=rows)
    assert "更正 第 3 行" in capsys.readouterr().err
    assert told(office)["quantity"]["value"] == "16900"


def test_a_record_is_withdrawn(office: Office) -> None:
    office.bring("day-1", 进货查验=[GOODS])
    assert office.bring("day-2", 更正=[amendment(操作="撤回")]) == {"stated": 1, "known": 0}
    assert told(office)["state"] == "withdrawn"


def test_the_value_of_a_test_and_the_report_of_a_shipment_are_corrected(office: Office) -> None:
    sheets = {
        "出厂检验": [report(报告编号="J9")],
        "包装赋码": [pack(包装批次="K1", 检验报告编号=NUMBER)],
        "出货": [shipment(出货批次="D1", 来源批次="K1")],
    }
    office.bring("day-1", **sheets)
    shipped = amendment(工作表="出货", 记录="D1", 列名="检验合格证号", 改为="J9")
    assert office.bring("day-2", 更正=[shipped]) == {"stated": 1, "known": 0}
    tested = amendment(工作表="出厂检验", 记录="J9", 批次="RICE-A", 行="水分", 列名="检出值", 改为="14.3")
    assert office.bring("day-3", 更正=[tested]) == {"stated": 1, "known": 0}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"记录": "R-NONE", "列名": "数量", "改为": "1"}, "R-NONE"),
        ({"列名": "颜色", "改为": "1"}, "颜色"),
        ({"列名": "批次号", "改为": "R10"}, "批次号"),
        ({"列名": "数量", "改为": "许多"}, "许多"),
        ({"列名": "数量"}, "改为"),
        ({"操作": "撤回", "列名": "数量"}, "列名"),
        ({"列名": "数量", "改为": "1", "原因": "错"}, "原因"),
        ({"工作表": "出厂检验", "记录": "J9", "行": "水分", "列名": "检出值", "改为": "1"}, "J9"),
    ],
)
def test_a_correction_that_cannot_be_followed_says_why(
    office: Office, capsys: pytest.CaptureFixture[str], cells: dict[str, object], said: str
) -> None:
    office.bring("day-1", 进货查验=[GOODS])
    with pytest.raises(SystemExit):
        office.bring("day-2", 更正=[amendment(**cells)])
    shown = capsys.readouterr().err
    assert "更正 第 2 行" in shown
    assert said in shown
    assert told(office)["quantity"]["value"] == "16900"
