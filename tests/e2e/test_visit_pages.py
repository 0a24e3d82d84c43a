"""Visits on their pages: two departments and the firm, as they would use them, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest

from scanner_web import create_pages
from tests.builders.cases import PDF
from tests.builders.members import ORGANISATIONS, PASSWORD, Desk, add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.builders.visits import (
    AGRI_CARD,
    AGRI_CODE,
    FIRM,
    MARKET_CARD,
    registered,
    sign_waiting,
    stands,
)
from tests.e2e.desk_browser import VIEWS, browsing, enter, follow, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR, PLATFORM
from trace.rules.forms import first_forms
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device

MENDED = PDF + b" mended"
NUMBER = "XC2026-00001"
VISIT = f"/office/visits/{NUMBER}"
JOINT = {
    "kind": "joint", "party": FIRM, "day": "2026-10-01", "plan": "2026-17", "cause": "专项部署",
    "cards.market": MARKET_CARD, "cards.agriculture": AGRI_CARD,
}  # fmt: skip


@dataclass
class Bench:
    """A platform with a mill that may use the mark, both departments and the platform's administrator."""

    door: Door
    chain: TracedChain

    def desk(self, login: str) -> Desk:
        return signed_in(self.door.platform, self.door.client, login)


def bench_of(door: Door) -> Bench:
    chain = TracedChain(door, door.clock)
    registered(chain)
    transactions = door.platform.transactions
    assert ORGANISATIONS[OPERATOR].urn == FIRM
    add_member(transactions, AUTHORITY, ["case-officer"], "shijian")
    add_member(transactions, OPERATOR, ["head"], "wangmin")
    add_member(transactions, PLATFORM, ["administrator"], "guanli")
    with transactions.begin("test") as tx:
        of = Organisation(f"urn:uscc:{AGRI_CODE}", "农业农村委（测试）", AUTHORITY, "agriculture", "310151")
        add_organisation(tx.connection, of, tx.now)
        token = invite(tx, of.urn, "nongwei", ["case-officer"], None)
    join(transactions, token, "nongwei", PASSWORD, Device("192.0.2.1", "test"))
    return Bench(door, chain)


@pytest.fixture
def bench(tmp_path, database_url) -> Iterator[Bench]:
    with Door(tmp_path, database_url, pages=create_pages) as door:
        yield bench_of(door)


def part_of(desk: Desk, form: str, found: str = "") -> dict[str, object]:
    """The part filled in: everything "yes", but `found` with its words."""
    items = next(one.items for one in first_forms() if one.id == form)
    told: dict[str, object] = {f"a.{one.id}": "no" if one.id == found else "yes" for one in items}
    text = desk.page.text
    if 'name="a.licence"' in text:
        told["a.licence"] = "yes"
    told["seen"] = re.search(r'name="seen" value="(\d+)"', text)[1]
    told["digest"] = re.search(r'name="digest" value="([0-9a-f]+)"', text)[1]
    return (
        told
        | {"result": "conforms", "signature": "signed"}
        | ({f"n.{found}": "台账缺 3 天"} if found else {})
    )


def sign(bench: Bench, desk: Desk, code: str) -> None:
    """Draft the record on the page, and sign it with the authority's key."""
    desk.get(VISIT)
    seen = re.search(r'name="seen" value="(\d+)"', desk.page.text)[1]
    answer = desk.post(f"{VISIT}/sign", seen=seen)
    assert answer.status_code == 303, answer.text
    sign_waiting(bench.chain, code, answer.headers["Location"])


@pytest.mark.requirement("S0-04", "S0-10", "S0-17", "S0-33", "S0-36", "S3-25", "S3-46")
def test_two_departments_visit_a_firm_that_answers(bench):
    market, agri, firm = (bench.desk(login) for login in ("shijian", "nongwei", "wangmin"))
    market.get("/office/visits/new")
    refused = market.post("/office/visits/new", **{**JOINT, "cards.agriculture": ""})
    assert refused.status_code == 422
    assert "检查人员不足" in refused.text
    assert 'value="2026-17"' in refused.text, "what was typed is still there"
    assert market.post("/office/visits/new", **JOINT).headers["Location"] == VISIT
    assert "食品生产活动监督检查表" in market.get(VISIT).text
    assert "LB-03-24050999001A" in market.page.text and "还没有现场核查记录" in market.page.text
    filling = part_of(market, "market-12", "market-check-11")
    photo = (BytesIO(PDF), "台账.pdf")
    filling |= {"result": "to_rectify", "rectifyBy": "2026-10-20", "f.market-check-11": photo}
    assert market.post(f"{VISIT}/part", **filling).status_code == 303
    files = [market.get(f"{VISIT}/visit.{ending}") for ending in ("pdf", "xlsx")]
    assert [(one.status_code, one.data[:2]) for one in files] == [(200, b"%P"), (200, b"PK")]
    shown = market.get(VISIT).text
    assert "台账缺 3 天" in shown
    assert "台账.pdf" in shown
    agri.get(VISIT)
    other = part_of(agri, "agriculture-7") | {"digest": filling["digest"]}
    wrong = agri.post(f"{VISIT}/part", **other)
    assert wrong.status_code == 409
    assert "检查表不是这一版" in wrong.text
    agri.get(VISIT)
    assert agri.post(f"{VISIT}/part", **part_of(agri, "agriculture-7")).status_code == 303
    assert NUMBER not in firm.get("/desk/visits").text
    sign(bench, market, ORGANISATIONS[AUTHORITY].urn.removeprefix("urn:uscc:"))
    sign(bench, agri, AGRI_CODE)
    assert stands(bench.door.platform.transactions, NUMBER)[0].state == "signed"
    assert "当天结束前公开" in market.get("/office/visits").text
    carried = market.get("/office/carried-out").text
    assert "信息记录和追溯" in carried and NUMBER in carried and MARKET_CARD in carried
    assert "310151" not in re.sub(r"<[^>]+>", " ", carried), "a district by its name, not by its code"
    assert "Load of inspectors" in market.get("/office/carried-out?lang=en").text
    assert "1 项责令整改待答复" in firm.get("/desk").text
    told = firm.get(f"/desk/visits/{NUMBER}").text
    assert "信息记录和追溯：台账缺 3 天" in told
    assert MARKET_CARD not in told
    paper = (BytesIO(MENDED), "补齐.pdf")
    answer = firm.post(f"/desk/visits/{NUMBER}/answer", words="台账已补齐", paper=paper)
    assert answer.status_code == 303, answer.text
    assert "已答复，待复查" in firm.get(f"/desk/visits/{NUMBER}").text
    market.get(VISIT)
    version = re.search(r'name="version" value="(\d+)"', market.page.text)[1]
    step = {"version": version, "event": "rechecked", "outcome": "rectified", "why": "现场核对"}
    assert market.post(f"{VISIT}/steps", **step).status_code == 303
    assert "已整改" in firm.get(f"/desk/visits/{NUMBER}").text
    assert NUMBER not in bench.door.get("/checks").text
    assert "Results of 1 visits are not published yet" in market.get("/office").text
    market.get(VISIT)
    version = re.search(r'name="version" value="(\d+)"', market.page.text)[1]
    publish = {"version": version, "event": "published", "why": "按期公开"}
    assert market.post(f"{VISIT}/steps", **publish).status_code == 303
    code = FIRM.removeprefix("urn:uscc:")
    assert f"/checks?firm={code}#{NUMBER}" in market.get(VISIT).text
    public = bench.door.get(f"/checks?firm={code}").text
    assert all(one in public for one in (NUMBER, code, "责令整改", "农业农村委（测试）"))
    assert not [one for one in (MARKET_CARD, AGRI_CARD, "台账缺 3 天", "按期公开") if one in public]
    assert "没有这个代码的公开结果" in bench.door.get("/checks?firm=1").text
    digest = re.search(rf"/desk/visits/{NUMBER}/papers/([0-9a-f]+)", firm.page.text)[1]
    assert firm.get(f"/desk/visits/{NUMBER}/papers/{digest}").data == MENDED
    assert market.get(f"{VISIT}/papers/{digest}").data == MENDED
    assert firm.get(f"/desk/visits/{NUMBER}/papers/{'0' * 64}").status_code == 422
    assert market.get(f"{VISIT}/papers/{'0' * 64}").status_code == 422


@pytest.mark.requirement("S1-20")
def test_a_card_is_registered_with_its_member_and_chosen_at_a_visit(bench):
    transactions = bench.door.platform.transactions
    add_member(transactions, AUTHORITY, ["bureau-head"], "juzhang")
    head = bench.desk("juzhang")
    members = dict(zip(*[re.findall(pattern, head.get("/desk/people").text) for pattern in (
        r'<span class="dim">(\w+)</span>', r"/desk/people/(\w+)/card",
    )], strict=True))  # fmt: skip
    for typed, status in (("x", 400), (MARKET_CARD, 303)):
        head.get("/desk/people")
        answer = head.post(f"/desk/people/{members['shijian']}/card", card=typed)
        assert answer.status_code == status, answer.text
    head.get("/desk/people")
    taken = head.post(f"/desk/people/{members['juzhang']}/card", card=MARKET_CARD)
    assert (taken.status_code, f'value="{MARKET_CARD}"' in taken.text) == (409, True)
    firm = bench.desk("wangmin")
    firm.get("/desk/people")
    assert firm.post(f"/desk/people/{members['shijian']}/card", card="31011500999").status_code in {403, 404}
    market, agri = bench.desk("shijian"), bench.desk("nongwei")
    for desk in (market, agri):
        assert f'name="card.market" value="{MARKET_CARD}"' in desk.get("/office/visits/new").text
    market.get("/office/visits/new")
    chosen = {**JOINT, "cards.market": MARKET_CARD, "card.market": MARKET_CARD}
    assert market.post("/office/visits/new", **chosen).headers["Location"] == VISIT
    shown = market.get(VISIT).text
    assert shown.count("手填，未登记") == 1, "the other department's card was typed"
    assert shown.split(MARKET_CARD)[1][:80].count("shijian") == 1, "with who holds it"


@pytest.mark.requirement("S1-37", "S1-38")
def test_the_administrator_edits_a_form_and_nobody_else(bench):
    admin, market = bench.desk("guanli"), bench.desk("shijian")
    listed = market.get("/office/forms").text
    assert "条目出自 沪市监食生〔2024〕212号 附件1" in listed
    assert "条目由本平台编写，待核实" in listed
    assert 'name="lines"' not in market.get("/office/forms/daily-patrol").text
    assert market.get("/office/forms/none").status_code == 404
    admin.get("/office/forms/daily-patrol")
    bad = admin.post("/office/forms/daily-patrol", version="1", lines="一行", why="改表")
    assert (bad.status_code, "第 1 行" in bad.text, ">一行<" in bad.text.replace("\n", "")) == (
        422,
        True,
        True,
    )
    made = {"version": "1", "lines": "net | number | 净含量 | net content | g", "why": "加一项"}
    assert admin.post("/office/forms/daily-patrol", **made).status_code == 303
    assert "第 2 版" in admin.get("/office/forms/daily-patrol").text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_its_pages_are_read_at_any_width(chromium, tmp_path, databases, width, theme, locale):
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        bench_of(door)
        with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
            enter(page, base, "shijian")
            page.goto(f"{base}/office/visits/new")
            look(page)
            for name, value in JOINT.items():
                one = page.locator(f"[name='{name}']")
                if name == "kind":
                    one.select_option(value)
                else:
                    one.fill(value)
            follow(page, "main form button")
            assert NUMBER in page.locator("h1").inner_text()
            look(page)
            page.locator("[name='a.market-check-1'][value=no]").check()
            page.locator("[name='n.market-check-1']").fill("台账缺 3 天")
            follow(page, "form[data-visit] button.pri")
            assert page.locator("[name='n.market-check-1']").input_value() == "台账缺 3 天"
            for path in ("/office/visits", "/office/forms", "/office/forms/daily-patrol"):
                page.goto(f"{base}{path}")
                assert page.locator("h1").count() == 1
                look(page)
