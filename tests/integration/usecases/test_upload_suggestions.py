"""Suggestions for cells of uploads: names and numbers near to what was read, never days, amounts, results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders.upload_worker import MILL
from tests.builders.workbooks import FilledTemplate
from tests.integration.usecases.test_uploads import WHOLE, Office
from tests.servers.door import Door
from trace.usecases.uploads import answers
from trace.usecases.uploads.edit_cells import Edit, edit_cells


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    (tmp_path / "food").mkdir()
    with Door(tmp_path / "food", database_url) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        yield Office(door)


def test_what_the_platform_does_not_know_is_told_at_its_cell_with_what_is_near(
    office: Office, tmp_path: Path
) -> None:
    template = FilledTemplate(tmp_path)
    template.add("进货查验", **{**WHOLE, "批次号": "RM-1014-01", "类别": "原料"})
    span = {"开始时间": "2026-10-12 07:00", "结束时间": "2026-10-12 15:00", "生产日期": "2026-10-12"}
    batch = {"批次号": "M1", "单位": "kg"}
    template.add("投料与产出", **batch, 类型="投料", 物料批次="RM-1014-1", 数量=50, **span)
    template.add("投料与产出", **batch, 类型="产出", 物料批次="A-1", 名称="大米", 数量=40)
    upload, _ = office.read(template.bytes())
    (one,) = office.faults(upload)
    assert (one.fault.row, one.heading, one.read) == (2, "物料批次", "RM-1014-1")
    assert one.suggestions[0] == "RM-1014-01"
    office.edit(upload, one.fault.place, one.fault.row, one.fault.letter, one.suggestions[0])
    # The goods came without a certificate: that is declared with a reason, in the row itself.
    (one,) = office.faults(upload)
    assert (one.fault.code, one.fault.row) == ("no-conformity-proof", 2)
    row = answers.row_of(office.platform.transactions, MILL, upload, one.fault.place, 2)
    letters = {heading: letter for letter, heading, _, _ in row.cells}
    edits = [
        Edit(one.fault.place, 2, letters["声明规则"], "R07"),
        Edit(one.fault.place, 2, letters["声明理由"], "供货者补寄，已查验实物"),
    ]
    edit_cells(office.platform.transactions, office.platform.codes, MILL, upload, edits)
    assert office.state(upload).faults == 0, office.faults(upload)
    assert office.sign(upload) == 2


def test_choices_are_suggested_but_neither_verdicts_nor_days_nor_amounts(
    office: Office, tmp_path: Path
) -> None:
    template = FilledTemplate(tmp_path)
    template.add("进货查验", **{**WHOLE, "类别": "原科", "数量": "16900kgs", "生产日期": "2026-13-05"})
    report = {
        "报告编号": "J1", "批次": "R1", "检验目的": "出厂检验", "采样时间": "2026-10-12 15:10",
        "检验时间": "2026-10-12 17:00", "单项判定": "不合各", "结论": "合各",
        "检验项目": "镉", "检出值": "0.1",
    }  # fmt: skip
    template.add("出厂检验", **report)
    upload, _ = office.read(template.bytes())
    told = {one.heading: one.suggestions for one in office.faults(upload)}
    assert told["类别"] == ("原料",)
    assert {told[heading] for heading in ("数量", "生产日期", "单项判定", "结论")} == {()}
