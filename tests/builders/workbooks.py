"""Workbooks for tests: the real template, filled in by name of column."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from trace.exchange.workbook import FORMS, write_template

ISSUER = "urn:uscc:91310151XN0000442L"
RECEIPT = {
    "批次号": "R1",
    "物料名称": "稻谷",
    "类别": "原料",
    "数量": 16900,
    "单位": "kg",
    "进货时间": "2026-10-06 09:30",
}


REPORT = {
    "报告编号": "J1",
    "批次": "A-1",
    "检验目的": "出厂检验",
    "采样时间": "2026-10-12 15:10",
    "检验时间": "2026-10-12 17:00",
    "单项判定": "合格",
    "结论": "合格",
}
PACK = {
    "包装批次": "K1",
    "来源批次": "A-1",
    "商品条码或产品代码": 9521234100010,
    "生产批号": "M20261012A",
    "用料数量": 8000,
    "用料单位": "kg",
    "件数": 1600,
    "净含量": 5,
    "净含量单位": "kg",
    "生产日期": "2026-10-12",
    "到期日": "2027-10-11",
    "赋码层级": "一批一码",
    "包装时间": "2026-10-12 18:00",
    "企业名称": "（演示）子虚米业",
    "检验报告编号": "J1",
    "激活": "是",
}
SHIPMENT = {
    "出货批次": "D1",
    "来源批次": "K1",
    "数量": 6000,
    "单位": "kg",
    "件数": 1200,
    "购货者名称（保密）": "（演示）无何有之乡",
    "检验合格证号": "J1",
    "出货时间": "2026-10-13 08:00",
}


class FilledTemplate:
    """The template without its example marks; `put` writes cells by header, `bytes` gives the file."""

    def __init__(self, folder: Any, *, examples: bool = False) -> None:
        path = folder / "template.xlsx"
        write_template(path)
        self.book: Workbook = load_workbook(path)
        self._next = {form.name: 2 for form in FORMS}
        for form in FORMS:
            sheet = self.book[form.name]
            if examples:
                sheet["A2"] = None
                self._next[form.name] = 3
            else:
                sheet.delete_rows(2)

    def headers(self, sheet: str) -> list[str]:
        return [str(cell.value or "").rstrip("*") for cell in self.book[sheet][1]]

    def add(self, sheet: str, **cells: object) -> int:
        """A new row; gives back its number."""
        row = self._next[sheet]
        self._next[sheet] += 1
        self.put(sheet, row, **cells)
        return row

    def put(self, sheet: str, row: int, **cells: object) -> None:
        headers = self.headers(sheet)
        for header, value in cells.items():
            self.book[sheet].cell(row, headers.index(header) + 1).value = value  # type: ignore[assignment]

    def bytes(self) -> bytes:
        packed = BytesIO()
        self.book.save(packed)
        return packed.getvalue()


def milling(template: FilledTemplate) -> None:
    """Story 1 from receipts to shipment, in one workbook."""
    for batch, amount in (("R1", 16900), ("R2", "18,400公斤")):
        more = {"供货者名称（保密）": "（演示）乌有乡", "供货批次": f"93310151XN00001190:H{batch[1]}"}
        template.add("进货查验", **{**RECEIPT, "批次号": batch, "数量": amount, **more})
    _silo(template)
    _batch(template)
    for item, value in (("镉", "0.06"), ("水分", 14.2)):
        template.add("出厂检验", 检验项目=item, 检出值=value, **REPORT)
    template.add("包装赋码", **PACK)
    template.add("出货", **SHIPMENT)


def _silo(template: FilledTemplate) -> None:
    sheet, span = "投料与产出", {"开始时间": "2026-10-07 08:00", "结束时间": "2026-10-08 08:00"}
    merge = {"批次号": "S1", "单位": "kg"}
    template.add(sheet, **merge, 工序="合并", 类型="投料", 物料批次="R1", 数量=16900, **span)
    template.add(sheet, **merge, 类型="投料", 物料批次="R2", 数量=18400)
    template.add(sheet, **merge, 类型="产出", 名称="干稻谷", 数量=34594)
    template.add(sheet, **merge, 类型="损耗", 损耗原因="烘干清理", 数量=706)


def _batch(template: FilledTemplate) -> None:
    sheet, span = "投料与产出", {"开始时间": "2026-10-12 07:00", "结束时间": "2026-10-12 15:00"}
    batch = {"批次号": "M20261012A", "单位": "kg"}
    first = {**span, "生产日期": "2026-10-12", "得率核算": "稻谷出米"}
    template.add(sheet, **batch, 类型="投料", 物料批次="S1", 数量=20000, **first)
    template.add(sheet, **batch, 类型="产出", 物料批次="A-1", 名称="大米", 数量=13600)
    template.add(sheet, **batch, 类型="副产品", 物料批次="A-2", 名称="米糠", 数量=6400)
