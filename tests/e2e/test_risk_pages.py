"""Risk messages and what else passes between the departments, on pages, without scripts and in a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, MILL, TracedChain, october
from tests.builders.two_bureaus import AGRI, seat, signed
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR
from trace.store.risk.warnings import add_warnings, every_warning
from trace.usecases.supervision.find_warnings import find_warnings

FIRM = made.uscc(MILL)
PAGES = (
    *("/office/messages", "/office/warnings", f"/office/oddities?firm={FIRM}&purpose=数据监管"),
    *("/office/letters", "/office/notices", "/office/risks", "/office/studies", "/office/supervised"),
    *("/office/hazards", "/office/complaints", "/office/duties", "/office/joint-work", "/office/seizures"),
    *("/office/campaigns", "/office/listings"),
)
PENALTY = "沪市监处罚〔2026〕17号"


@pytest.fixture(scope="module")
def told(tmp_path_factory, databases) -> Iterator[tuple[Door, TracedChain]]:
    with Door(tmp_path_factory.mktemp("risk"), databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        chain.packed_rice()
        chain.signers[AGRI] = Signer(AGRI, "regulator_agri")
        opened.register(chain.signers[AGRI])
        add_member(opened.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "li")
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        seat(opened.platform.transactions, "wei")
        chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "15 10:00")
        chain.state(MILL, "food.pack", made.lot(MILL, "K9"), _unlicensed(), "16 10:00")
        find_warnings(opened.platform.transactions)
        yield opened, chain


def _unlicensed() -> dict[str, Any]:
    """Packs under a mark of which nobody has stated a licence."""
    return made.a_pack(
        lot=made.lot(MILL, "K9"), fromLot=made.lot(MILL, "P1"), quantity=made.kg(100),
        packs={"value": "20", "unit": "件"}, batchNo="M9", packedAt=october("16 10:00").isoformat(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def door(told) -> Door:
    return told[0]


@pytest.mark.requirement("S2-14")
def test_three_lists_are_signed_and_committed_to_until_one_changes(told):
    door, chain = told
    ju, year = signed_in(door.platform, door.client, "ju"), door.clock().year
    unit = {"year": str(year), "unit": "食品生产科", "office": "科长"}

    def write(which: str, items: str = "") -> None:
        ju.get("/office/duties")
        signed(chain, made.BUREAU, ju.post("/office/duties", list=which, items=items, **unit).location)

    for which in ("responsibility", "task"):
        write(which, "不合格食品一律立案\n每季度督导一次")
    assert "缺这一张" in ju.get("/office/duties").text
    early = ju.post("/office/duties", list="commitment", **unit)
    assert (early.status_code, "三张清单" in early.text) == (422, True)
    write("supervision", "每月通报一次")
    assert "还没有承诺" in ju.get("/office/duties").text
    write("commitment")
    assert "已承诺" in ju.get("/office/duties").text
    write("task", "每月督导一次")
    assert "承诺的是先前的清单" in ju.get("/office/duties").text and "每月督导一次" in ju.page.text
    for member, wrong in {"year": "1999", "unit": "", "list": "wish", "items": ""}.items():
        asked = {"list": "task", "items": "一", **unit, member: wrong}
        assert ju.post("/office/duties", **asked).status_code == 422, member


@pytest.mark.requirement("S0-21")
@pytest.mark.requirement("S0-09")
def test_a_penalty_on_record_is_proposed_told_signed_and_acknowledged(told):
    door, chain = told
    ju = signed_in(door.platform, door.client, "ju")
    page = ju.get("/office/messages").text
    assert "行政处罚" in page and "写一条" in page
    proposed = page.split('href="/office/messages?type=penalty')[1].split('"')[0]
    ju.get("/office/messages?type=penalty" + proposed.partition("#")[0].replace("&amp;", "&"))
    about = proposed.split("about=")[1].partition("#")[0]
    sent = ju.post(
        "/office/messages", type="penalty", party=made.uscc(MILL), text="处罚决定已送达", about=about
    )
    assert sent.status_code == 303, sent.text
    signed(chain, made.BUREAU, sent.location)
    page = ju.get("/office/messages").text
    assert "写一条" not in page  # what was told is no longer proposed
    wei = signed_in(door.platform, door.client, "wei")
    page = wei.get("/office/messages").text
    assert "处罚决定已送达" in page and "签收" in page
    stmt = page.split("/office/messages/")[1].split("/acknowledge")[0]
    answer = wei.post(f"/office/messages/{stmt}/acknowledge")
    assert answer.status_code == 303, answer.text
    signed(chain, AGRI, answer.location)
    page = ju.get("/office/messages").text
    assert "已签收" in page and "〔2026〕1号" in page
    form = ju.get(f"/office/messages?replaces={stmt}").text
    assert "更正〔2026〕1号（现为第1版）" in form and ">处罚决定已送达</textarea>" in form
    again = {"type": "penalty", "party": made.uscc(MILL), "about": about, "replaces": stmt}
    unchanged = ju.post("/office/messages", text="处罚决定已送达", **again)
    assert (unchanged.status_code, "〔2026〕1号就是这个内容" in unchanged.text) == (409, True)
    signed(chain, made.BUREAU, ju.post("/office/messages", text="处罚决定已公示", **again).location)
    page = wei.get("/office/messages").text
    assert "第2版" in page and "<del>送达</del><ins>公示</ins>" in page and "第1版的签收" in page


@pytest.mark.requirement("S0-26")
def test_a_warning_is_dismissed_with_a_reason_and_counts_for_its_rule(door):
    ju = signed_in(door.platform, door.client, "ju")
    page = ju.get("/office/warnings").text
    assert "标志过期仍在使用" in page
    number = page.split("/office/warnings/YJ")[1].split('"')[0]
    refused = ju.post(f"/office/warnings/YJ{number}", reason="", became="case", reference="AJ1")
    assert refused.status_code == 422 and "AJ1" in refused.text
    ju.get("/office/warnings")
    assert ju.post(f"/office/warnings/YJ{number}", reason="包装为旧批次，已核实").status_code == 303
    page = ju.get("/office/warnings").text
    assert "包装为旧批次" in page and "95% 区间 0%–98%" in page


@pytest.mark.requirement("S4-08")
def test_oddities_are_shown_when_somebody_has_said_what_for(door):
    ju = signed_in(door.platform, door.client, "ju")
    assert "物料平衡超出" not in ju.get(f"/office/oddities?firm={FIRM}").text
    assert "物料平衡超出" in ju.get(f"/office/oddities?firm={FIRM}&purpose=数据监管").text


@pytest.mark.requirement("S2-17")
def test_a_letter_is_served_on_the_firm_and_stands_in_its_list_of_the_day(told):
    door, chain = told
    ju = signed_in(door.platform, door.client, "ju")
    ju.get("/office/letters")
    sent = ju.post(
        "/office/letters", kind="rectification", party=MILL, heading="责令整改", text="请更换破损的设备",
        due="2026-10-30",
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    assert "待签名送达" in ju.get("/office/letters").text
    signed(chain, made.BUREAU, sent.location)
    wang = signed_in(door.platform, door.client, "wangmin")
    page = wang.get("/desk/letters").text
    assert "请更换破损的设备" in page and "2026-10-30" in page
    assert "1 件监管文书等答复" in wang.get("/desk").text
    wang.get("/desk/letters")
    number = page.split('action="/desk/letters/')[1].split('"')[0]
    for unfit in ("好", "长" * 4001):
        refused = wang.post(f"/desk/letters/{number}", text=unfit)
        assert refused.status_code == 422 and f">{unfit}</textarea>" in refused.text, "kept whole"
    wang.get("/desk/letters")
    answer = wang.post(f"/desk/letters/{number}", text="设备已更换")
    assert answer.status_code == 303, answer.text
    signed(chain, MILL, answer.location)
    assert "设备已更换" in ju.get("/office/letters").text


@pytest.mark.requirement("S3-45")
@pytest.mark.requirement("S2-11")
def test_a_notice_is_read_on_the_scan_page_when_a_second_person_released_it(door):
    ju, li = (signed_in(door.platform, door.client, name) for name in ("ju", "li"))
    ju.get("/office/notices")
    said = {"title": "请勿食用本批", "text": "正在复检，结果另行公布。", "kind": "warning"}
    kept = ju.post("/office/notices", **said, products=K1, sources="检验报告 R1\nGB 2763-2021")
    assert kept.status_code == 303, kept.text
    number = li.get("/office/notices").text.split('action="/office/notices/')[1].split("/")[0]
    ju.get("/office/notices")
    assert ju.post(f"/office/notices/{number}/release").status_code == 403
    batch = "/01/09521234100010/10/M1"
    assert "请勿食用本批" not in door.client.get(batch).text
    assert "没有提示不等于没有风险" in door.client.get("/notices").text, "a draft is nobody else's"
    li.get("/office/notices")
    assert li.post(f"/office/notices/{number}/release").status_code == 303
    assert "请勿食用本批" in door.client.get(batch).text
    public = door.client.get("/notices").text
    assert "请勿食用本批" in public and "正在复检" in public
    assert "消费预警" in public and "<li>GB 2763-2021</li>" in public
    assert "检验报告 R1；GB 2763-2021" in door.client.get(batch).text
    ju.get("/office/notices")
    assert ju.post(f"/office/notices/{number}/end", why="复检合格").status_code == 303
    assert "没有提示不等于没有风险" in door.client.get("/notices").text


@pytest.mark.requirement("S3-34")
def test_a_listing_is_kept_with_its_screenshot_and_what_was_typed_stays(door):
    ju = signed_in(door.platform, door.client, "ju")
    ju.get("/office/listings")
    typed = {"platform": "（演示）某平台", "shop": "（演示）某店", "address": "https://shop.test/1"}
    typed |= {"mark": "LB-00-26010100000A", "checked_on": "2026-10-12", "result": "doubtful"}
    refused = ju.post("/office/listings", **typed)
    assert refused.status_code == 422 and "https://shop.test/1" in refused.text
    shot = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(20)), "页面.png")
    kept = ju.post("/office/listings", **typed, words="编号查无此许可", screenshot=shot)
    assert kept.status_code == 303, kept.text
    page = ju.get("/office/listings").text
    assert "不等于假冒" in page and "编号查无此许可" in page
    where = page.split('href="/office/listings/')[1].split('"')[0]
    assert ju.get(f"/office/listings/{where}").data.startswith(b"\x89PNG")


@pytest.mark.requirement("S2-31")
def test_a_risk_is_listed_with_unit_and_person_and_done(door):
    ju = signed_in(door.platform, door.client, "ju")
    page = ju.get("/office/risks").text
    unit, person = (
        page.split(f'<select id="{name}"')[1].split('<option value="')[1].split('"')[0]
        for name in ("unit", "responsible")
    )
    given = {"list": "product", "subject": "青菜", "what": "毒死蜱", "unit": unit}
    answer = ju.post("/office/risks", **given, responsible=person, due="2020-01-01")
    assert answer.status_code == 422 and "毒死蜱" in answer.text
    ju.get("/office/risks")
    answer = ju.post("/office/risks", **given, responsible=person, due="2026-10-30")
    assert answer.status_code == 303, answer.text
    number = ju.get("/office/risks").text.split('action="/office/risks/')[1].split('"')[0]
    answer = ju.post(f"/office/risks/{number}", result="已加抽三批", act="XC2026-00009", entry=number)
    assert answer.status_code == 422 and 'value="已加抽三批"' in answer.text
    ju.get("/office/risks")
    assert ju.post(f"/office/risks/{number}", result="已加抽三批，均合格", without="yes").status_code == 303
    shown = ju.get("/office/risks").text
    assert "已加抽三批" in shown and "只有文字" in shown


@pytest.mark.requirement("S3-19")
def test_a_bulletin_reaches_the_other_department(door):
    ju, wei = (signed_in(door.platform, door.client, name) for name in ("ju", "wei"))
    page = ju.get("/office/studies").text
    assert "没有规定研判频次" in page
    to = page.split('name="recipients"')[1].split('value="')[1].split('"')[0]
    sent = ju.post(
        "/office/bulletins", matter="hidden-risk", channel="letter", recipients=to, title="毒死蜱",
        text="请加强抽检",
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    ju.get("/office/studies")
    held = ju.post("/office/studies", held="2026-10-10", domains="sampling", summary="三批次不合格")
    assert held.status_code == 303, held.text
    number = wei.get("/office/studies").text.split('action="/office/bulletins/')[1].split("/")[0]
    assert wei.post(f"/office/bulletins/{number}/read").status_code == 303
    assert "1/1 个单位已阅" in ju.get("/office/studies").text


@pytest.mark.requirement("S0-28")
def test_a_training_is_entered_by_one_department_and_confirmed_by_the_other(door):
    ju, wei = (signed_in(door.platform, door.client, name) for name in ("ju", "wei"))
    ju.get("/office/joint-work")
    given = {"kind": "training", "title": "<b>标志使用培训</b>", "since": "2026-10-01"}
    lacking = ju.post("/office/joint-work", **given)
    assert lacking.status_code == 422
    assert "“依据”没有填" in lacking.text and 'value="&lt;b&gt;标志使用培训&lt;/b&gt;"' in lacking.text
    assert ju.post("/office/joint-work", **given, proof="签到表").status_code == 303
    mine = ju.get("/office/joint-work").text
    assert "待另一部门确认" in mine and "确认属实" not in mine
    number = wei.get("/office/joint-work").text.split('action="/office/joint-work/')[1].split('"')[0]
    assert wei.post(f"/office/joint-work/{number}", act="confirm").status_code == 303
    assert "两部门均已确认" in ju.get("/office/joint-work").text


@pytest.mark.requirement("S3-44")
def test_a_campaign_is_planned_and_its_figures_open_their_rows(told):
    door, chain = told
    chain.state(made.BUREAU, "oversight.inspection", "日常检查", orders.an_inspection(), "20 10:00")
    ju = signed_in(door.platform, door.client, "ju")
    assert "专项整治" in ju.get("/office/campaigns").text
    given = {
        "title": "<b>秋季整治</b>", "trade": "processor", "items": "标签", "reason": "投诉集中",
        "since": "2026-10-01", "until": "2026-11-30",
    }  # fmt: skip
    absurd = ju.post("/office/campaigns", **{**given, "until": "2266-11-30"})
    assert absurd.status_code == 422 and "“结束日期" in absurd.text
    assert 'value="&lt;b&gt;秋季整治&lt;/b&gt;"' in absurd.text
    planned = ju.post("/office/campaigns", **given, visits="3")
    assert planned.status_code == 303, planned.text
    page = ju.get(planned.location).text
    assert "&lt;b&gt;秋季整治&lt;/b&gt;" in page and "<b>秋季" not in page
    assert 'href="#visits-doubt"' in page and 'id="visits-doubt"' in page
    assert "企业所在区域不明" in page, "the mill has not said where it is"
    assert ju.post(planned.location, result=" ").status_code == 422
    assert ju.post(planned.location, result="检查一家").status_code == 303
    closed = ju.get(planned.location).text
    assert "已办结" in closed and "检查一家" in closed and "登记结果并办结" not in closed
    assert ju.get("/office/campaigns/ZX-none").status_code == 404


def test_what_was_typed_stands_still_where_a_message_is_refused(door):
    ju = signed_in(door.platform, door.client, "ju")
    ju.get("/office/messages")
    answer = ju.post("/office/messages", type="clue", party="91310000000000000X", text="有线索", about="zzz")
    assert answer.status_code == 422 and "有线索" in answer.text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_the_pages_are_read_at_any_width(door, chromium, width, theme, locale):
    with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
        enter(page, base, "ju")
        for path in PAGES:
            page.goto(f"{base}{path}")
            assert page.locator("h1").count() == 1
            look(page)


def test_what_a_warning_is_about_is_told_in_words(door):
    with door.platform.transactions.begin("test") as tx:
        row = replace(every_warning(tx.connection)[0], state="open", party=FIRM, figures={})
        uses = "certificate urn:licence:LB-03-24050999001A 2026-05-10"
        excess = replace(row, number="YJ2026-900001", key="x", rule="W02", subject=uses)
        copied = replace(row, number="YJ2026-900002", key="y", rule="W09", figures={"level": "suspected"})
        add_warnings(tx.connection, [excess, copied])
    page = signed_in(door.platform, door.client, "ju").get("/office/warnings").text
    assert "超过核准产量 LB-03-24050999001A 2026-05-10" in page and "等级 疑似复制" in page
    assert "certificate urn" not in page and "suspected" not in page
