"""The rows of 附件2 in the words and the order of their document, and a definition of each figure."""

from __future__ import annotations

import pytest

from trace.rules.monthly_form import SORTS, TIMES, monthly_form

ROWS = """
1 获得绿色食品标志使用权食品生产企业数（家）
1 获得绿色食品标志产品数（个）/实现包装追溯二维码产品数（个）
1 已建立食品生产智能化追溯体系企业数（家）
1 上海市食品安全信息追溯平台已上传追溯信息企业数（家）/上传品追溯信息种数（个）
1 其中：生产纳入本市追溯目录产品企业数（家）
2 是否建立联动协作机制
2 是否建立风险交流机制
2 开展风险信息交流次数（次）
2 联合开展宣传培训次数（次）
3 开展综合检查企业数（家次）
3 发现问题企业数（家）
3 责令整改企业数（家）
3 行政处罚企业数（家）
3 其中：警告企业数（家）
3 罚款企业数（家）
3 罚没款金额（万元）
3 责令停产停业企业数（家）
3 行刑衔接案件数（件）
3 撤销绿色食品标志使用权企业数（家）
"""
"""Section and text of each row, written off from the document."""


@pytest.mark.requirement("S0-39")
def test_the_rows_are_those_of_the_document_in_its_order():
    form = monthly_form()
    assert [f"{row.section} {row.zh}" for row in form.rows] == ROWS.split("\n")[1:-1]
    assert [one.number for one in form.sections] == [1, 2, 3, 4]
    assert form.sections[3].zh == "工作亮点"
    assert form.header == ("填报单位", "填报时间", "联系人")
    assert form.columns == ("序号", "项目", "内容", "数量")


def test_each_figure_stands_in_one_row_with_the_unit_that_the_row_prints():
    form = monthly_form()
    placed = [name for row in form.rows for name in row.figures]
    assert sorted(placed) == sorted(form.figures)
    for row in form.rows:
        for name, part in zip(row.figures, row.zh.split("/"), strict=True):
            unit = form.figures[name].unit
            assert part.endswith(f"（{unit}）") or (unit == "是/否" and part.startswith("是否")), name


def test_each_figure_says_what_it_counts_and_is_part_of_a_figure_that_there_is():
    form = monthly_form()
    for one in form.figures.values():
        assert one.sort in SORTS
        assert one.at in TIMES
        assert one.zh
        assert one.en
        assert one.distinct
        assert one.source
        assert not one.within or one.within in form.figures
    assert form.figures["coded"].within == "products"
    assert form.figures["visits"].distinct == "visit"
    assert form.figures["found"].distinct == "firm"


def test_every_figure_fulfils_a_requirement_of_the_form():
    asked = {one.requirement for one in monthly_form().figures.values()}
    assert asked == {f"S0-{number}" for number in range(40, 59)}
