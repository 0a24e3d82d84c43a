"""The register as it is kept: entries with evidence, grades of points, a list read in with row errors."""

from __future__ import annotations

import io
from html import unescape
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.monthly import Month
from tests.builders.traced_chain import MILL, TOFU_MAKER, TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR
from trace.errors import AppendOnly

FIRM = f"/office/register/{MILL}"
HERE = "91310151XN0000442L"


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases):
    url = databases.migrated("sqlite")
    with Door(tmp_path_factory.mktemp("register"), url, pages=create_pages) as opened:
        month = Month(TracedChain(opened, opened.clock))
        month.firm(MILL)
        month.firm(TOFU_MAKER, "310116")
        month.mark(MILL, made.RICE_MARK)
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "jian")
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def desk(door):
    return signed_in(door.platform, door.client, "jian")


def entered(desk, **filled) -> int:
    desk.get(FIRM)
    given = {"since": "2026-10-01", "evidence": "现场核查记录 2026-10-01", "why": "首次登记", **filled}
    return desk.post(f"{FIRM}/entries", **given).status_code


@pytest.mark.requirement("S0-11", "S0-15", "S0-42")
def test_a_trace_system_is_entered_with_its_evidence_and_counts(door, desk):
    assert entered(desk, kind="trace_system", name="生产追溯系统", evidence="") == 422
    assert "生产追溯系统" in desk.page.text, "what was typed is still there"
    assert entered(desk, kind="trace_system", name="生产追溯系统", why="") == 422, "an entry has its reason"
    assert entered(desk, kind="trace_system", name="生产追溯系统") == 303
    page = desk.get("/office/register").text
    assert "生产追溯系统" in page
    assert made.RICE_MARK in page
    assert made.a_party()["scNo"] in page.split("企业自己登记，部门未核对")[0]
    firm = desk.get(FIRM).text
    assert made.a_party()["scNo"] in firm, "what the list shows is not called unregistered on the firm's page"
    assert f"/office/credit?firm=urn:uscc:{MILL}" in unescape(unquote(firm))
    assert entered(desk, kind="pairing", name="（测试）大企业") == 303
    assert "与（测试）大企业结对" in desk.get(FIRM).text
    stood = desk.get(f"{FIRM}?day=2026-09-30").text.split('id="enter"')[0]
    assert "与（测试）大企业结对" not in stood, "as it was known on the day that is asked for"
    assert "生产追溯系统" not in desk.get("/office/register?day=2026-09-30").text
    assert TOFU_MAKER not in page
    live = desk.get("/office/monthly/live?month=2026-10").text
    row = live.split("已建立食品生产智能化追溯体系企业数（家）")[1].split("</tr>")[0]
    assert "<span>1</span>" in row
    with pytest.raises(AppendOnly), door.platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("DELETE FROM register_entry")


@pytest.mark.requirement("S2-15")
@pytest.mark.requirement("S0-15")
def test_a_grade_is_the_sum_of_its_points_and_each_has_its_datum(desk):
    points = (
        "静态 | 食品类别 | 30 | 许可档案\n动态 | 监督抽检 | 12 | SH-2026-J-1\n通用 | 信用记录 | 5 | 公示系统"
    )
    assert entered(desk, kind="risk_grade", grade="B", points=points) == 303
    page = desk.get(FIRM).text
    assert "B 级，47 分" in page
    assert "SH-2026-J-1" in page
    assert entered(desk, kind="risk_grade", grade="B", points="静态 | 食品类别 | 41 | 许可档案") == 422
    assert entered(desk, kind="risk_grade", grade="B", points="静态 | 食品类别 | 4 | ") == 422
    assert entered(desk, kind="risk_grade", grade="E", points=points) == 422
    by_table = {"p.dynamic-sampling": "12", "d.dynamic-sampling": "SH-2026-J-2", "p.static-scale": "8"}
    assert entered(desk, kind="risk_grade", grade="B", **by_table) == 422, "a point has its datum"
    by_table["d.static-scale"] = "许可档案"
    assert entered(desk, kind="risk_grade", grade="B", points="通用 | 其他 | 1 | 公示系统", **by_table) == 303
    page = desk.get(FIRM).text
    assert "B 级，21 分" in page and "按指标表第 1 版评分" in page and "监督抽检（待核实）" in page
    assert entered(desk, kind="staffing", directors="1", officers="3") == 303
    assert "总监 1 人，安全员 3 人" in desk.get(FIRM).text
    assert entered(desk, kind="sc_licence", number="SC999") == 422


@pytest.mark.requirement("S2-08", "S4-02")
def test_certificates_and_examinations_are_entered_and_who_has_none_is_to_be_assisted(desk):
    assisted = desk.get("/office/register").text.split('id="assist"')[1].split("</section>")[0]
    assert f"/office/register/{MILL}" in assisted
    assert entered(desk, kind="haccp", number="CNCA-H-0001", until="2026-09-30", since="2025-10-01") == 303
    assisted = desk.get("/office/register").text.split('id="assist"')[1].split("</section>")[0]
    assert f"/office/register/{MILL}" in assisted, "a certificate that ran out is none"
    assert entered(desk, kind="iso_22000", number="CNCA-F-0002", until="2028-09-30") == 303
    assisted = desk.get("/office/register").text.split('id="assist"')[1].split("</section>")[0]
    assert f"/office/register/{MILL}" not in assisted
    assert entered(desk, kind="worker_exam", examined="3", passed="4") == 422
    assert entered(desk, kind="worker_exam", examined="0", passed="0") == 422
    assert entered(desk, kind="worker_exam", examined="12", passed="11") == 303
    assert "抽考 12 人，合格 11 人" in desk.get(FIRM).text
    assert entered(desk, kind="bad_faith", act="listed", penalty="x") == 422, "that list has its own page"


def test_what_is_no_firm_of_the_area_is_neither_shown_nor_changed(door, desk):
    desk.get(FIRM)
    before = door.counts()["register_entry"]
    assert desk.client.get(f"/office/register/{TOFU_MAKER}").status_code == 422
    filled = {
        "kind": "trace_system",
        "name": "x",
        "since": "2026-10-01",
        "evidence": "现场",
        "why": "首次登记",
    }
    answer = desk.post(f"/office/register/{TOFU_MAKER}/entries", **filled)
    assert answer.status_code == 422
    assert door.counts()["register_entry"] == before
    firm = signed_in(door.platform, door.client, "wangmin")
    assert firm.get("/office/register").status_code == 403


def a_list(rows: list[dict[str, str | int]], heads: bytes) -> bytes:
    book = load_workbook(io.BytesIO(heads))
    sheet = book["名录库"]
    columns = [str(cell.value).removesuffix("*") for cell in sheet[1]]
    for number, row in enumerate(rows, start=2):
        for place, name in enumerate(columns, start=1):
            if name in row:
                sheet.cell(number, place, row[name])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


ROW: dict[str, str | int] = {
    "统一社会信用代码": HERE,
    "企业名称": f"（测试）{MILL[-4:]}",
    "产品编号": "LB-01-26100077",
    "产品名称": "糯米",
    "标志有效期起": "2026-01-01",
    "标志有效期止": "2028-12-31",
    "食品生产许可证编号": "SC10131015199019",
    "食品安全总监人数": 1,
    "食品安全员人数": 2,
}


@pytest.mark.requirement("S0-15")
def test_an_existing_list_is_read_in_whole_or_told_cell_by_cell(door, desk):
    heads = desk.get("/office/register/list.xlsx").data
    bad = a_list(
        [
            {**ROW, "统一社会信用代码": TOFU_MAKER},
            {**ROW, "企业名称": "别的名字", "产品编号": "LB-01-26100078"},
            {**ROW, "产品编号": "LB-01-26100079", "标志有效期止": "2025-12-31"},
            {**ROW, "产品编号": "LB-01-26100080", "食品安全员人数": "两个"},
        ],
        heads,
    )
    before = door.counts()["register_entry"]
    desk.get("/office/register")
    told = desk.post("/office/register/list", list=(io.BytesIO(bad), "名录.xlsx"))
    assert told.status_code == 422
    assert "I4" in told.text, "ends before it begins"
    assert "M5" in told.text
    assert door.counts()["register_entry"] == before
    unknown = a_list([{**ROW, "统一社会信用代码": TOFU_MAKER, "企业名称": "豆腐"}], heads)
    desk.get("/office/register")
    assert "A2" in desk.post("/office/register/list", list=(io.BytesIO(unknown), "b.xlsx")).text
    good = a_list([ROW, {**ROW, "产品编号": "LB-01-26100078", "产品名称": "粳米"}], heads)
    desk.get("/office/register")
    taken = desk.post("/office/register/list", list=(io.BytesIO(good), "c.xlsx"))
    assert taken.status_code == 303, taken.text
    assert "/desk/sign/" in taken.headers["Location"], "licences are signed, not typed"
    assert "LB-01-26100077" in desk.get(taken.headers["Location"]).text
    assert door.counts()["register_entry"] == before + 2


def test_a_file_that_is_none_is_told(desk):
    desk.get("/office/register")
    assert desk.post("/office/register/list", list=(io.BytesIO(b"x"), "x.xlsx")).status_code in {
        400,
        415,
        422,
    }
    book, target = Workbook(), io.BytesIO()
    book.save(target)
    desk.get("/office/register")
    assert (
        desk.post("/office/register/list", list=(io.BytesIO(target.getvalue()), "y.xlsx")).status_code == 422
    )


@pytest.mark.requirement("S0-01", "S0-03")
def test_the_scorecard_says_one_of_two_and_no_percentage(desk):
    page = desk.get("/office/scorecard")
    assert page.status_code == 200
    assert "1 件中 0 件" in page.text, "too few for a rate"
    assert "<svg" in page.text
    assert desk.get("/office/scorecard/objects/whole").text.count('<th scope="row">') == 1
    assert 'href="/desk/statements/' in desk.page.text, "a figure opens into its records"
    assert desk.get("/office/scorecard/none/part").status_code == 404
    assert desk.get("/office/scorecard?year=1999").status_code == 400


def test_the_assessment_shows_its_figures_with_their_lists_and_what_has_no_record(desk):
    page = desk.get("/office/assessment").text
    assert "官方项目与分值待核实" in page
    assert page.count("没有记录可算") == 3
    assert "/office/assessment/yearly/whole?year=2026" in page
    assert '<input name="area"' in page
    assert MILL in desk.get("/office/assessment/yearly/whole").text
    english = desk.client.get("/office/assessment?lang=en", environ_overrides=desk.where).text
    assert "official items and points still to be checked" in english
    assert "no record says this" in english
