"""A firm's own recall on pages, from start to final report, and the answer of whoever has the goods."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import openpyxl
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, PASSWORD, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.signing.held_keys import hold_key

FILLED = {
    "address": "崇明区稻香路 1 号",
    "manager": "质量部",
    "phone": "021-00000000",
    "licence": "SC10131015199019",
    "brand": "无",
    "harm": "长期食用可能损害肾脏",
    "region": "上海市",
    "channels": "https://mill.example/recall",
    "control": "立即停止销售，下架、封存",
    "treatment": "凭包装到购买处退货",
    "cost": "由本公司承担",
}


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def hold(door: Door, firm: str, role: str) -> str:
    """A key of a firm that the service holds."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(firm, role, stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(firm), kept.key)
    return kept.key.kid


def sign(desk: Desk, batch: str, kid: str) -> None:
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    answer = desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown)
    assert answer.status_code == 303, answer.text


def shopkeeper(door: Door) -> None:
    with door.platform.transactions.begin("test") as tx:
        add_organisation(tx.connection, Organisation(made.uscc(SHOP), "超市（测试）", OPERATOR), tx.now)
        token = invite(tx, made.uscc(SHOP), "liping", ["head"], None)
    join(door.platform.transactions, token, "liping", PASSWORD, Device("192.0.2.2", "test"))


def sold(chain: TracedChain) -> None:
    """The mill sends 400 kg to the shop, which receives it, and 300 kg that nobody answers."""
    report = chain.packed_rice()
    sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
    chain.receive("S1", 400, sent, by=SHOP, at="15 09:00", role="goods")
    chain.ship("D2", 300, K1, to=SHOP, report=report)


def begun(door: Door, chain: TracedChain) -> tuple[Desk, str, str]:
    """The mill's recall of its pack, signed on its page: the desk, the key and the page's address."""
    kid = hold(door, MILL, "processor")
    desk = signed_in(door.platform, door.client, "wangmin")
    preview = desk.get(f"/desk/recalls/start?lot={K1}").text
    assert "已确认收货" in preview
    assert "700 kg" in preview, "all that was sent"
    now = door.clock().astimezone().strftime("%Y-%m-%dT%H:%M")
    batch = desk.post(
        "/desk/recalls/start", lot=K1, level="2", reason="镉 0.27 mg/kg，超过限量 0.2", found=now,
        function="质量部", phone="021-00000000", returnTo="购买的商店",
    ).headers["Location"]  # fmt: skip
    sign(desk, batch, kid)
    page = re.search(r'href="(/desk/recalls/[A-Za-z0-9_-]{43})"', desk.get("/desk/recalls").text)[1]
    return desk, kid, page


def test_a_recall_goes_from_its_start_to_its_report(door, chain):
    sold(chain)
    desk, kid, page = begun(door, chain)
    first = desk.get(page).text
    assert "镉 0.27 mg/kg" in first
    assert "还没通知" in first
    assert "2015 令12号" in first, "the text in force on the day on which the risk was found"
    short = desk.post(f"{page}/plan", **{**FILLED, "harm": ""})
    assert (short.status_code, "危害后果" in short.text) == (400, True)
    for step in ("plan", "notice", "announcement"):
        desk.get(page)
        sign(desk, desk.post(f"{page}/{step}", **FILLED).headers["Location"], kid)
    second = desk.get(page).text
    assert "还没通知" not in second
    assert "1 家已通知" in second
    assert "应召回 5000 kg" in second, "what was sent and what is left, computed"
    assert "超过限量 0.2；危害后果：长期食用可能损害肾脏" in second
    desk.get(page)
    sign(desk, desk.post(f"{page}/progress").headers["Location"], kid)
    desk.get(page)
    done = desk.post(f"{page}/completion", treatment="destroyed", reason="已全部追回销毁").headers["Location"]
    sign(desk, done, kid)
    assert "召回总结" in desk.get(page).text
    assert desk.get("/recalls/" + page.rpartition("/")[2]).text.count("公告") >= 1


def test_whoever_was_told_answers_by_lot_and_the_figures_follow(door, chain):
    sold(chain)
    shop_key = hold(door, SHOP, "retailer")
    shopkeeper(door)
    desk, kid, page = begun(door, chain)
    desk.get(page)
    sign(desk, desk.post(f"{page}/notice", **FILLED).headers["Location"], kid)
    shop = Desk(door.client, "192.0.2.10")
    shop.sign_in("liping")
    listed = shop.get("/desk/recalls").text
    assert "还没回执" in listed
    notice = re.search(r'href="(/desk/recall-notices/[^"]+)"', listed)[1]
    opened = shop.get(notice).text
    assert "登记收到 400 kg" in opened
    assert "停止" in opened
    lot = made.lot(SHOP, "S1")
    said = {"r0.lot": lot, "r0.unit": "kg", "r0.received": "400", "r0.sealed": "250", "r0.sold": "130"}
    sign(shop, shop.post(notice, **said).headers["Location"], shop_key)
    assert "已回执" in shop.get("/desk/recalls").text
    seen = desk.get(page).text
    assert "封存 250 kg" in seen
    assert "已售 130 kg" in seen
    assert "还差 20 kg 没有下落" in seen
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{page}/recall.xlsx").data))
    assert book.sheetnames == ["范围", "数字", "时限", "材料"]
    rows = list(book["范围"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["已确认收货", "已发出未确认"]
    figures = {row[0]: (row[1], row[2]) for row in book["数字"].iter_rows(min_row=2, values_only=True)}
    assert figures["各家已封存"] == (250, "kg")


def test_nobody_elses_recall_is_opened_and_nobody_elses_goods_recalled(door, chain):
    sold(chain)
    _, _, page = begun(door, chain)
    shopkeeper(door)
    shop = Desk(door.client, "192.0.2.10")
    shop.sign_in("liping")
    assert shop.get(page).status_code == 404
    assert shop.get(f"{page}/recall.xlsx").status_code == 404
    assert shop.get(f"/desk/recalls/start?lot={K1}").status_code == 404
    assert shop.get("/desk/recall-notices/" + page.rpartition("/")[2]).status_code == 404
    assert "没有收到召回通知" in shop.get("/desk/recalls").text


def test_a_form_that_lacks_something_says_what(door, chain):
    sold(chain)
    desk = signed_in(door.platform, door.client, "wangmin")
    desk.get(f"/desk/recalls/start?lot={K1}")
    answer = desk.post("/desk/recalls/start", lot=K1, level="9", reason="x")
    assert answer.status_code == 400
    assert "级别、原因、发现风险的时间" in answer.text
    assert ORGANISATIONS[OPERATOR].urn == made.uscc(MILL)
