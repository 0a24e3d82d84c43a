"""The monthly form through its pages: built, reviewed by another, opened cell by cell, as XLSX and on A4."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from openpyxl import load_workbook

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.monthly import Month
from tests.builders.printed_pdf import embedded, printed_pages
from tests.builders.traced_chain import MILL, TracedChain
from tests.e2e.desk_browser import browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR
from trace.labels.typesetting import undrawn
from trace.rules.monthly_form import monthly_form
from trace.store.monthly.forms import FormStep, add_form_step, steps_of

RARE = "（\U00020bb7\U0002cb5a\u4dae\u3431）ＡＢ"
"""𠮷𬭚䶮㐱 of names, and full-width letters."""
FORM = re.compile(r"/office/monthly/([0-9a-f]{64})")


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases):
    url = databases.migrated("sqlite")
    with Door(tmp_path_factory.mktemp("monthly"), url, pages=create_pages) as opened:
        month = Month(TracedChain(opened, opened.clock))
        month.firm(MILL)
        month.mark(MILL, made.RICE_MARK)
        month.visit(MILL, "15 09:00", "to_rectify", "conforms", matter="<b>联合检查</b>")
        month.penalty(MILL, "20 09:00", ["fine"], "12345.60")
        for login, role in (("jian", "case-officer"), ("he", "case-reviewer")):
            add_member(opened.platform.transactions, AUTHORITY, [role], login)
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        month.over()
        yield opened


@pytest.fixture(scope="module")
def key(door) -> str:
    """A form that the officer built."""
    desk = signed_in(door.platform, door.client, "jian")
    assert "2026-10" in desk.get("/office/monthly").text
    sent = desk.post("/office/monthly", month="2026-10", highlights=f"首月联合检查{RARE}")
    assert sent.status_code == 303, sent.text
    return FORM.search(sent.headers["Location"])[1]


@pytest.mark.requirement("S0-31", "S0-39", "S0-44", "S0-45", "S0-46", "S0-47", "S0-48", "S0-59")
def test_the_page_has_every_row_and_each_number_opens_as_many_lines(door, key):
    desk = signed_in(door.platform, door.client, "he")
    page = desk.get(f"/office/monthly/{key}")
    for row in monthly_form().rows:
        assert row.zh in page.text
    assert page.text.count("暂无数据来源") == 1
    assert "首月联合检查" in page.text
    for name, shown, lines in (("visits", "1", 1), ("amount", "1.23456", 1), ("producers", "1", 1)):
        listed = desk.get(f"/office/monthly/{key}/figures/{name}")
        assert listed.status_code == 200, listed.text
        assert f"{shown} 家" in listed.text or shown in listed.text
        assert listed.text.count('<th scope="row">') == lines
    assert "&lt;b&gt;联合检查&lt;/b&gt;" in desk.get(f"/office/monthly/{key}/figures/visits").text
    assert desk.get(f"/office/monthly/{key}/figures/catalogued").status_code == 404
    assert desk.get("/office/monthly/live?month=2026-10").status_code == 200
    assert desk.get("/office/monthly/live?month=x").status_code == 400


def test_its_files_are_whole(door, key):
    desk = signed_in(door.platform, door.client, "he")
    book = load_workbook(io.BytesIO(desk.get(f"/office/monthly/{key}/form.xlsx").data))
    sheet = book["附件2"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["序号", "项目", "内容", "数量"]
    assert [row[2] for row in rows[1:20]] == [row.zh for row in monthly_form().rows]
    assert (
        dict(zip([row[2] for row in rows], [row[3] for row in rows], strict=True))[
            "获得绿色食品标志产品数（个）/实现包装追溯二维码产品数（个）"
        ]
        == "（1）/（0）"
    )
    document = desk.get(f"/office/monthly/{key}/form.pdf").data
    pages = printed_pages(document)
    assert pages and sum(page.missing for page in pages) == 0, "no box for what no font has"
    lacking = undrawn([RARE])
    spelled = "".join(f"[U+{ord(each):04X}]" if each in lacking else each for each in RARE)
    assert f"首月联合检查{spelled}" in "".join(page.text for page in pages).replace("\n", "")
    assert embedded(document) and len(document) / len(pages) < 100_000
    raw = desk.get(f"/office/monthly/{key}/document").data
    assert hashlib.sha256(raw).hexdigest() == key


def test_who_built_it_does_not_approve_it_and_what_was_typed_stays(door, key):
    mine = signed_in(door.platform, door.client, "jian")
    page = mine.get(f"/office/monthly/{key}")
    assert "复核通过" not in page.text
    mine.get("/office/monthly")
    again = mine.post("/office/monthly", month="2026-10", reason="", highlights="没有原因的第二版")
    assert again.status_code == 422
    assert "没有原因的第二版" in again.text
    other = signed_in(door.platform, door.client, "he")
    other.get(f"/office/monthly/{key}")
    done = other.post(f"/office/monthly/{key}/steps", step="approve", why="核对无误")
    assert done.status_code == 303
    other.get(f"/office/monthly/{key}")
    signing = other.post(f"/office/monthly/{key}/steps", step="sign")
    assert "/desk/sign/" in signing.headers["Location"]
    assert "联合监管" in other.get("/office/monthly").text or "待签名" in other.get("/office/monthly").text
    other.get(f"/office/monthly/{key}")
    refused = other.post(f"/office/monthly/{key}/steps", step="send")
    assert refused.status_code == 409
    assert "待签名" in refused.text


def test_a_firm_has_no_such_pages(door, key):
    firm = signed_in(door.platform, door.client, "wangmin")
    for path in ("", "/live", f"/{key}", f"/{key}/figures/visits", f"/{key}/form.xlsx"):
        assert firm.get(f"/office/monthly{path}").status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), [(390, "light", "zh-CN"), (1440, "dark", "en")])
def test_the_form_is_read_at_any_width(door, key, chromium, width, theme, locale):
    with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
        enter(page, base, "he")
        for path in ("", f"/{key}", f"/{key}/figures/visits"):
            page.goto(f"{base}/office/monthly{path}")
            assert "2026-10" in page.locator("main").inner_text()
            look(page)


def was_sent(door, key: str) -> None:
    with door.platform.transactions.begin("test") as tx:
        if all(one.step != "sent" for one in steps_of(tx.connection, [key])[key]):
            add_form_step(tx.connection, FormStep(key, 9, "sent", tx.now, "p", "", "", ""))


@pytest.mark.requirement("S2-07")
def test_the_public_sees_what_was_sent_and_no_firm(door, key):
    public = door.get("/figures")
    assert public.status_code == 200
    assert "还没有已报送的数" in public.text, "what was built and not sent is nobody else's"
    was_sent(door, key)
    public = door.get("/figures")
    assert "亮问题" in public.text
    assert "1 家次" not in public.text, "one visit names its firm"
    assert "数小，不公开" in public.text and "不为零且小于 5" in public.text
    assert "<dd>0 家</dd>" in public.text, "a zero is shown"
    office = signed_in(door.platform, door.client, "he").get(f"/office/monthly/{key}").text
    assert "不公开" not in office, "the office sees each number"
    assert key[:16] in public.text
    for hidden in (MILL, "（测试）", "12345", "1.23456", "联合检查</b>"):
        assert hidden not in public.text.replace("市监局（测试）", ""), hidden


@pytest.mark.requirement("S0-32")
def test_the_years_summary_has_its_months_its_sheet_and_its_page(door, key):
    was_sent(door, key)
    desk = signed_in(door.platform, door.client, "jian")
    assert "2026-10-16 00:00 前报送" in desk.get("/office/monthly").text
    none = desk.post("/office/monthly", month="2025", highlights="写好的总结")
    assert none.status_code == 409
    assert "写好的总结" in none.text.split('id="year"', 1)[1]
    desk.get("/office/monthly")
    year = FORM.search(desk.post("/office/monthly", month="2026", highlights="本年").headers["Location"])[1]
    page = desk.get(f"/office/monthly/{year}").text
    assert "2026 年度工作总结" in page
    assert "没有报送、未计入的月份：" in page and "2026-09" in page
    assert f"/office/monthly/{key}" in page.split('id="months"', 1)[1], "each month opens its form"
    assert "首月联合检查" in page, "what was written of the month"
    assert "2026 年度总结" in desk.get("/office/monthly").text
    book = load_workbook(io.BytesIO(desk.get(f"/office/monthly/{year}/form.xlsx").data))
    assert book.sheetnames[:2] == ["年度总结", "各月数字"]
    months = [[cell.value for cell in row] for row in book["各月数字"].iter_rows()]
    assert months[0] == ["内容", "2026-10"]
    assert ["开展综合检查企业数（家次）", "1"] in months
    (printed, *_) = printed_pages(desk.get(f"/office/monthly/{year}/form.pdf").data)
    assert printed.missing == 0
