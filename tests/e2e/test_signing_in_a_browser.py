"""Keys and signing in Chromium: a key is made, registered and signs; what changed since is not signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scanner_web import create_pages
from tests.builders.desk_bench import MILL, Bench, make_key, ready, sign_in
from tests.builders.members import ORGANISATIONS, add_member
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN, SMALL
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.held_keys import hold_key, make_held_key
from trace.usecases.signing.key_requests import own_keys

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bench(tmp_path_factory, databases) -> Iterator[Bench]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        door.platform.master_key = MasterKey.from_text(MasterKey.new_text())
        for login, roles in (("wang", ["head"]), ("zhao", ["warehouse"])):
            add_member(door.platform.transactions, OPERATOR, roles, login)
        add_member(door.platform.transactions, AUTHORITY, ["registrar"], "bureau")
        with serving(door.app) as address:
            yield Bench(door, address)


@pytest.fixture
def page(chromium, bench: Bench) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_a_key_made_here_signs_a_batch_and_receipts_come(page: Page, bench: Bench) -> None:
    kid = ready(page, bench)
    number = bench.batch(bench.receipt("A1"), bench.receipt("A2", "0.100"))
    page.goto(f"{bench.address}/desk/sign/{number}")
    expect(page.locator("[data-sign]")).to_be_visible()
    said = page.locator("[data-said]").inner_text()
    assert "收到食品原料“稻谷”880.5 kg，编为批次 A1。" in said
    assert "980" not in said
    page.click("[data-sign]")
    expect(page.locator("[data-told]")).to_contain_text("已核对")
    assert bench.stated(number) == [None, None]
    page.check("[data-agreed]")
    page.click("[data-sign]")
    expect(page.locator("#receipts")).to_be_visible()
    assert all(bench.stated(number))
    assert kid[:12] in page.locator("table").inner_text()
    with page.expect_download() as download:
        page.click("text=下载回执")
    receipts = json.loads(download.value.path().read_text())
    assert [one["stmt"] for one in receipts] == bench.stated(number)
    # the chain goes on: another batch with the same key
    again = bench.batch(bench.receipt("A3"))
    page.goto(f"{bench.address}/desk/sign/{again}")
    page.check("[data-agreed]")
    page.click("[data-sign]")
    expect(page.locator("#receipts")).to_be_visible()
    assert all(bench.stated(again))


def lying(page: Page, change: Any, *, from_call: int = 1) -> None:
    """A server that changes what it hands out, from a call on."""
    calls = []

    def answer(route: Any) -> None:
        calls.append(1)
        response = route.fetch()
        document = response.json()
        if len(calls) >= from_call:
            change(document)
        route.fulfill(response=response, body=json.dumps(document))

    page.route("**/drafts?key=*", answer)


def swapped(document: dict[str, Any]) -> None:
    document["drafts"][1]["bytes"] = document["drafts"][1]["bytes"].replace('"0.100"', '"9.100"')


def test_a_quantity_swapped_after_the_preview_signs_nothing(page: Page, bench: Bench) -> None:
    ready(page, bench)
    number = bench.batch(bench.receipt("B1"), bench.receipt("B2", "0.100"))
    lying(page, swapped, from_call=2)
    page.goto(f"{bench.address}/desk/sign/{number}")
    page.check("[data-agreed]")
    page.click("[data-sign]")
    told = page.locator("[data-told]")
    expect(told).to_contain_text("第 2 条")
    expect(told).to_contain_text("data.quantity.value")
    assert bench.stated(number) == [None, None]


def with_member(document: dict[str, Any]) -> None:
    raw = json.loads(document["drafts"][0]["bytes"])
    raw["data"]["zBonus"] = "x"
    text = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    document["drafts"][0]["bytes"] = text


def test_a_member_without_words_offers_no_button(page: Page, bench: Bench) -> None:
    ready(page, bench)
    number = bench.batch(bench.receipt("C1"))
    lying(page, with_member)
    page.goto(f"{bench.address}/desk/sign/{number}")
    told = page.locator("[data-told]")
    expect(told).to_contain_text("data.zBonus")
    expect(page.locator("[data-sign]")).to_be_hidden()
    assert bench.stated(number) == [None]


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(page: Page, bench: Bench) -> None:
    ready(page, bench)
    number = bench.batch(bench.receipt("D1"))
    page.goto(f"{bench.address}/desk/sign/{number}")

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/signed", lose)
    page.check("[data-agreed]")
    page.click("[data-sign]")
    expect(page.locator("[data-told]")).to_contain_text("联系不上")
    page.unroute("**/signed")
    stated = bench.stated(number)
    assert all(stated)
    again = bench.batch(bench.receipt("D2"))
    page.goto(f"{bench.address}/desk/sign/{again}")
    page.check("[data-agreed]")
    page.click("[data-sign]")
    expect(page.locator("#receipts")).to_be_visible()
    assert bench.stated(number) == stated


EMPTY = """async () => {
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
}"""


def test_an_emptied_store_names_the_key_and_keeps_the_batch(page: Page, bench: Bench) -> None:
    kid = ready(page, bench)
    number = bench.batch(bench.receipt("E1"))
    page.evaluate(EMPTY)
    page.goto(f"{bench.address}/desk/sign/{number}")
    expect(page.locator("[data-no-key]")).to_be_visible()
    expect(page.locator("[data-sign]")).to_be_hidden()
    page.goto(f"{bench.address}/desk/keys")
    missing = page.locator("[data-missing]")
    expect(missing).to_be_visible()
    expect(missing.locator(f'[data-of="{kid}"]')).to_be_visible()
    expect(page.locator("[data-make]")).to_be_visible()
    assert page.locator(f'[data-kid="{kid}"] details').count() == 1
    assert bench.stated(number) == [None]


STORES = {
    "throws": "IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'DataCloneError'); };",
    "forgets": "const all = IDBObjectStore.prototype.getAll; IDBObjectStore.prototype.getAll = function () {"
    " return all.call(this, IDBKeyRange.only('nothing')); };",
}


@pytest.mark.parametrize("how", STORES)
def test_a_store_that_fails_registers_no_key(page: Page, bench: Bench, how: str) -> None:
    sign_in(page, bench, "wang")
    before = [one.kid for one in own_keys(bench.transactions, MILL)]
    page.add_init_script(STORES[how])
    page.goto(f"{bench.address}/desk/keys")
    page.click("[data-make]")
    expect(page.locator("[data-told]")).to_contain_text("换一个浏览器")
    assert [one.kid for one in own_keys(bench.transactions, MILL)] == before


def test_where_ed25519_is_not_kept_an_es256_key_is(page: Page, bench: Bench) -> None:
    sign_in(page, bench, "wang")
    page.add_init_script(
        "const put = IDBObjectStore.prototype.put; IDBObjectStore.prototype.put = function (key) {"
        " if (key.alg === 'EdDSA') throw new DOMException('no', 'DataCloneError');"
        " return put.call(this, key); };"
    )
    kid = make_key(page, bench)
    (key,) = [one for one in own_keys(bench.transactions, MILL) if one.kid == kid]
    assert key.request.data["jwk"]["crv"] == "P-256"
    bench.register(kid)
    number = bench.batch(bench.receipt("F1"))
    page.goto(f"{bench.address}/desk/sign/{number}")
    page.check("[data-agreed]")
    page.click("[data-sign]")
    expect(page.locator("#receipts")).to_be_visible()


def test_another_account_of_this_computer_has_no_such_key(page: Page, bench: Bench) -> None:
    kid = ready(page, bench)
    page.goto(f"{bench.address}/desk")
    page.click("text=退出")
    sign_in(page, bench, "zhao")
    number = bench.batch(bench.receipt("G1"))
    page.goto(f"{bench.address}/desk/sign/{number}")
    expect(page.locator("[data-no-key]")).to_be_visible()
    page.goto(f"{bench.address}/desk/keys")
    assert page.locator(f'[data-kid="{kid}"] [data-where]').inner_text() == ""


def test_without_scripts_a_held_key_signs_and_says_so(chromium, bench: Bench) -> None:
    one = make_held_key(
        bench.transactions, bench.door.platform.master_key, Signer(MILL, "x"), "米业", ("processor",), "代管"
    )
    bench.register(one.kid)
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, bench, "wang")
    number = bench.batch(bench.receipt("H1"))
    page.goto(f"{bench.address}/desk/sign/{number}")
    expect(page.locator("main")).to_contain_text("没有启用脚本")
    expect(page.locator("main")).to_contain_text("880.5 kg")
    page.click("text=用平台代管的密钥签")
    assert bench.stated(number) == [None]
    page.check("[name=agreed]")
    page.click("text=用平台代管的密钥签")
    expect(page.locator("#receipts")).to_be_visible()
    expect(page.locator("table")).to_contain_text("平台代管")
    assert all(bench.stated(number))
    page.goto(f"{bench.address}/desk/keys")
    expect(page.locator("main")).to_contain_text("没有启用脚本")
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_clean_on_phones_and_desktops(chromium, bench: Bench, width: int, scheme: str) -> None:
    context = chromium.new_context(
        locale="en" if scheme == "dark" else "zh-CN",
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    ready(page, bench)
    number = bench.batch(bench.receipt("J1", late=90), bench.receipt("J2"))
    for path in ("/desk/keys", "/desk/sign", f"/desk/sign/{number}"):
        page.goto(bench.address + path)
        page.wait_for_load_state("networkidle")
        page.add_script_tag(content=AXE)
        assert page.evaluate(RUN, RULES) == [], path
        assert page.evaluate(OVERFLOW)[0] == 0, path
        # a box to tick is as large as its label
        assert [one for one in page.evaluate(SMALL, 24) if 'type="checkbox"' not in one] == [], path
    context.close()


def test_without_storage_the_way_on_is_named(page: Page, bench: Bench) -> None:
    sign_in(page, bench, "wang")
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined });")
    page.goto(f"{bench.address}/desk/keys")
    told = page.locator("[data-told]")
    expect(told).to_contain_text("系统浏览器")
    expect(told).to_contain_text("/desk/keys")
    expect(page.locator("[data-make]")).to_be_hidden()


def test_who_left_the_desk_looks_again(page: Page, bench: Bench) -> None:
    ready(page, bench)
    number = bench.batch(bench.receipt("K1"))
    page.goto(f"{bench.address}/desk/sign/{number}")
    page.check("[data-agreed]")
    page.evaluate("const now = Date.now; Date.now = () => now() + 11 * 60000")
    page.click("[data-sign]")
    expect(page.locator("[data-told]")).to_contain_text("已核对")
    expect(page.locator("[data-agreed]")).not_to_be_checked()
    assert bench.stated(number) == [None]


def sign_held(page: Page) -> None:
    page.check("[name=agreed]")
    page.click("text=用平台代管的密钥签")
    expect(page.locator("#receipts")).to_be_visible()


def test_from_a_new_key_to_a_receipt_by_pages_alone(chromium, tmp_path, databases) -> None:
    """The registrar signs with a key that the service holds, as set-up leaves it with a master key."""
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        platform, registrar = door.platform, door.registrar
        platform.master_key = MasterKey.from_text(MasterKey.new_text())
        now = door.clock().replace(microsecond=0)
        door.log(registrar.register(registrar, at=now, custody="server"))
        hold_key(platform.transactions, platform.master_key, registrar.iss, registrar.key)
        add_member(platform.transactions, OPERATOR, ["head"], "wang")
        add_member(platform.transactions, AUTHORITY, ["registrar"], "bureau")
        assert ORGANISATIONS[AUTHORITY].urn == registrar.iss
        with serving(door.app) as address:
            bench = Bench(door, address)
            firm, bureau = (chromium.new_context(locale="zh-CN").new_page() for _ in "ab")
            sign_in(firm, bench, "wang")
            kid = make_key(firm, bench)
            sign_in(bureau, bench, "bureau")
            bureau.goto(f"{address}/desk/key-requests")
            row = bureau.locator("li", has_text=kid[:12])
            expect(row).to_contain_text("生产加工")
            row.locator("button.pri").click()
            bureau.wait_for_url("**/desk/sign/*")
            expect(bureau.locator("main")).to_contain_text("登记签名密钥")
            sign_held(bureau)
            number = bench.batch(bench.receipt("Z1"))
            firm.goto(f"{address}/desk/sign/{number}")
            firm.check("[data-agreed]")
            firm.click("[data-sign]")
            expect(firm.locator("#receipts")).to_be_visible()
            (stmt,) = bench.stated(number)
            assert door.get(f"/api/v1/statements/{stmt}").status_code == 200
            # the device is lost, and was the only one: the registrar revokes its key
            bureau.goto(f"{address}/desk/key-requests")
            bureau.fill("[name=iss]", MILL)
            bureau.fill("[name=key]", kid)
            bureau.click("text=去签名停用")
            bureau.wait_for_url("**/desk/sign/*")
            expect(bureau.locator("main")).to_contain_text("停用签名密钥")
            sign_held(bureau)
            assert [one.state for one in own_keys(bench.transactions, MILL)] == ["revoked"]
            for page in (firm, bureau):
                page.context.close()
