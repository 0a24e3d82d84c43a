"""A pack in a shopper's hand: scanned through the resolver, checked, complained about, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from api.resolver import Resolver
from tests.builders import facts as made
from tests.builders.batch_pages import GTIN
from tests.builders.signed_rice import K1, SignedRice
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.served import RING, both_skins, serving
from tests.simulators.witnesses import publish
from trace.codes.serials import gtin_scope
from trace.ledger.statement import label_digest
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.resolver.resolve_link import Registrations

BATCH = f"/01/{GTIN}/10/M20261012A"


@dataclass
class Shop:
    """A platform of one's own behind its resolver, told story 1 with a code on each pack."""

    address: str
    pack: str
    digest: str
    void: Callable[[], object]


@pytest.fixture
def shop(databases, tmp_path):
    clock, url = SteppingClock(), databases.migrated("sqlite")
    serials = {"epoch": "0", "first": 0, "count": 1600}
    with TestPlatform(url, clock) as platform:
        told = SignedRice(platform, clock, packed={"codeLevel": "item", "serials": serials}).tell()
        publish(platform)
        skins = both_skins(platform, tmp_path)
        codes = IssuedCodes(platform.transactions, RING)
        with serving(Resolver(skins, Registrations(platform.transactions, codes))) as at:
            digest = label_digest(told.statements["pack"].compact)
            pack = f"/01/{GTIN}/21/{RING.key('0', gtin_scope(GTIN)).serial(41)}"
            part = made.a_void(range={"first": 41, "count": 1})
            stated = told.mill.state("code.void", K1, part, at=clock())
            yield Shop(at, pack, digest, lambda: told.log("void", stated))
    databases.discard(url)


@pytest.fixture
def window(chromium):
    """A window of its own: `window(width=390, dark=…, scripts=…)`."""
    contexts = []

    def opened(*, width=390, dark=False, scripts=True, before=""):
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if before:
            context.add_init_script(before)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def test_a_complaint_is_filed_corrected_and_followed_without_scripts(window, shop):
    page, served = window(scripts=False), shop.address
    page.goto(served + BATCH)
    page.get_by_role("link", name="投诉举报").click()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("2 处需要修改")
    page.get_by_role("link", name="请写明情况").click()
    page.get_by_label("请写明情况").fill("米里有石子")
    page.get_by_label("什么问题").select_option("foreign")
    page.get_by_label("联系方式").fill("138（演示）")
    page.get_by_label("举报：提供违法线索").check()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("处理进度", exact=True).wait_for()
    number = re.search(r"TS(-[0-9A-Z]{4}){3}", page.locator("h1").inner_text())[0]
    assert "米里有石子" not in page.content()
    page.get_by_role("button", name="删除我的联系方式").click()
    page.get_by_text("没有保存联系方式").wait_for()
    page.goto(f"{served}/complaints")
    page.get_by_label("投诉编号").fill(number.lower())
    page.get_by_role("button", name="查询").click()
    page.get_by_text(number).first.wait_for()
    assert number in page.locator("h1").inner_text()


def test_a_wish_needs_no_script_and_leaves_one_on_the_page(window, shop):
    page = window(scripts=False)
    page.goto(shop.address + BATCH)
    page.locator("#wish > summary").click()
    page.get_by_role("button", name="希望检验这个产品").click()
    page.get_by_text("已记下您的意愿").wait_for()
    assert page.url == f"{shop.address}/page{BATCH}?wish=counted#wish"
    page.goto(f"{shop.address}{shop.pack}?v={shop.digest}")
    page.locator("#wish > summary").click()
    page.get_by_role("button", name="希望检验这个产品").click()
    page.get_by_text("已经为该产品点过了").wait_for()
    assert page.url == f"{shop.address}/page{shop.pack}?v={shop.digest}&wish=again#wish"


def test_a_pack_is_scanned_and_its_shopper_checks_it(window, shop):
    page = window()
    page.goto(f"{shop.address}{shop.pack}?v={shop.digest}")
    assert page.url == f"{shop.address}/page{shop.pack}?v={shop.digest}"
    assert page.locator("h1").inner_text() == "追溯记录正常"
    assert shop.pack.rpartition("/")[2] in page.locator("[aria-labelledby=pn]").inner_text()
    page.get_by_role("button", name="在我的手机上核验").click()
    assert page.locator("[data-verdict]").get_attribute("data-verdict") == "passed"
    page.goto(shop.address + shop.pack)
    page.get_by_role("button", name="在我的手机上核验").click()
    assert page.locator("[data-verdict]").get_attribute("data-verdict") == "passed"


def test_the_scanned_code_of_a_voided_pack_is_gone_and_says_why(window, shop):
    shop.void()
    page = window(scripts=False)
    answer = page.goto(f"{shop.address}{shop.pack}?v={shop.digest}")
    assert answer.status == 410
    assert page.locator("h1").inner_text() == "此追溯码已停用"
    assert page.get_by_text("子虚牌绿色大米").first.is_visible()
    machine = page.request.get(shop.address + shop.pack, headers={"Accept": "application/json"})
    assert (machine.status, machine.json()["code"]) == (410, "code-withdrawn")
    assert page.goto(f"{shop.address}{BATCH}").status == 200


def test_a_made_up_serial_and_a_foreign_batch_are_registered_nowhere(window, shop):
    page = window(scripts=False)
    serial = shop.pack.rpartition("/")[2]
    for path in (f"/01/{GTIN}/21/0ZZZZZZZZZZZ", f"/01/{GTIN}/10/OTHER/21/{serial}"):
        answer = page.goto(shop.address + path)
        assert answer.status == 404
        assert page.locator("h1").inner_text() == "未登记：没有查到这个码"
    page.get_by_role("link", name="投诉举报").click()
    assert serial in page.get_by_label("所涉及的码").input_value()
    assert page.get_by_text("这个码没有登记").is_visible()
