"""Records and visits without a network, in Chromium: kept on the device, sent later, nobody else's."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, PASSWORD, add_member
from tests.builders.visits import stands
from tests.e2e.test_visit_pages import JOINT, NUMBER, VISIT, bench_of, part_of
from tests.patience import until
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR
from trace.parties import OWN, STATE, Actor
from trace.usecases.uploads.answers import states_of

pytestmark = pytest.mark.browser
MILL = Actor("mill", ORGANISATIONS[OPERATOR].urn, scopes=frozenset({STATE, OWN}))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FORM = "/desk/records/农事记录"


@pytest.fixture
def door(tmp_path, databases) -> Iterator[tuple[Door, str]]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as opened:
        for login in ("clerk", "other"):
            add_member(opened.platform.transactions, OPERATOR, ["farm-records"], login)
        with serving(opened.app) as address:
            yield opened, address


def sit(context: BrowserContext, address: str, login: str = "clerk", to: str = FORM) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("main button.pri")
    page.goto(f"{address}{to}")
    return page


def fill(page: Page, plot: str) -> None:
    page.locator("form.record input:not([type=hidden])").first.fill(plot)
    page.click("form.record button.pri")
    page.wait_for_selector(f"[data-queue] li:has-text('{plot}')")


def names(door: Door) -> list[str]:
    return [one.upload.name for one in states_of(door.platform.transactions, MILL)]


@pytest.mark.requirement("S1-07")
def test_what_is_filled_in_without_a_network_is_sent_when_there_is_one(door, chromium: Browser) -> None:
    platform, address = door
    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = sit(context, address)
    second = context.new_page()
    second.goto(f"{address}{FORM}")
    context.set_offline(True)
    fill(page, "PLOT-1")
    fill(page, "PLOT-2")
    fill(second, "PLOT-3")
    assert "已留在这台设备上" in page.inner_text("[data-queue]")
    assert names(platform) == [], "nothing has come"
    context.set_offline(False)
    until(lambda: len(names(platform)) == 3)
    assert all(name.startswith("农事记录 · 20") for name in names(platform)), names(platform)
    third = context.new_page()
    third.goto(f"{address}{FORM}")
    until(lambda: third.locator("[data-queue]").is_hidden())
    third.click("form.record button[name=more]")
    third.locator("form.record [name^='r1.']:not([type=hidden])").first.fill("PLOT-4")
    third.keyboard.press("Tab")
    third.goto(f"{address}{FORM}")
    third.click("[data-queue] li button:has-text('打开改')")
    assert "请加一行再填： PLOT-4" in third.inner_text("[data-queue] [role=status]")
    context.close()


def test_another_person_neither_sees_nor_sends_it(door, chromium: Browser) -> None:
    platform, address = door
    context = chromium.new_context(locale="zh-CN")
    page = sit(context, address)
    context.set_offline(True)
    fill(page, "PLOT-9")
    page.goto("about:blank")
    context.clear_cookies()
    context.set_offline(False)
    page = sit(context, address, "other")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-queue]").is_hidden()
    assert names(platform) == []
    context.clear_cookies()
    sit(context, address)
    until(lambda: len(names(platform)) == 1)
    context.close()


def test_one_that_is_refused_waits_for_its_person_and_stops_no_other(door, chromium: Browser) -> None:
    platform, address = door
    context = chromium.new_context(locale="zh-CN")
    page = sit(context, address)
    context.set_offline(True)
    page.click("form.record button.pri")
    page.wait_for_selector("[data-queue] li")
    fill(page, "PLOT-7")
    context.set_offline(False)
    until(lambda: len(names(platform)) == 1)
    page.wait_for_selector("[data-queue] li:has-text('平台没有收')")
    page.wait_for_function("document.querySelectorAll('[data-queue] li').length === 1")
    page.click("[data-queue] li button:has-text('打开改')")
    page.locator("form.record input:not([type=hidden])").first.fill("PLOT-8")
    with page.expect_navigation():
        page.click("form.record button.pri")
    assert "/desk/uploads/" in page.url
    assert len(names(platform)) == 2
    page.goto(f"{address}{FORM}")
    until(lambda: page.locator("[data-queue]").is_hidden())
    context.close()


@pytest.mark.requirement("S1-07", "S1-35")
def test_a_visit_waits_with_its_photographs_and_is_agreed_with_what_came_first(
    door, chromium: Browser
) -> None:
    platform, address = door
    bench = bench_of(platform)
    desk = bench.desk("shijian")
    desk.get("/office/visits/new")
    assert desk.post("/office/visits/new", **JOINT).status_code == 303
    transactions = platform.platform.transactions
    context = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = sit(context, address, "shijian", VISIT)
    item = page.locator("fieldset.item").first
    what_was_begun_outlives_its_page(page)
    context.set_offline(True)
    item.locator("input[value=yes]").check()
    keep(page)
    item.locator("input[value=no]").check()
    item.locator("textarea").fill("台账缺 3 天")
    large = [PNG + bytes([number]) * 9 * 1024 * 1024 for number in (1, 2)]
    item.locator("input[type=file]").set_input_files([
        {"name": f"{number}.png", "mimeType": "image/png", "buffer": one} for number, one in enumerate(large)
    ])  # fmt: skip
    keep(page)
    assert stands(transactions, NUMBER)[0].version == 1, "nothing has come"
    cut: list[Route] = []

    def one_by_one(route: Route) -> None:
        cut.append(route)
        if len(cut) == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/photos", one_by_one)
    context.set_offline(False)
    until(lambda: stands(transactions, NUMBER)[0].version == 2)
    part = stands(transactions, NUMBER)[1]["market"]
    assert [(one.value, one.note, len(one.photos)) for one in part.answers] == [("no", "台账缺 3 天", 2)]
    assert part.captured_at is not None and part.saved_at is not None
    assert part.clock_offset is not None, "how far the device's clock was off when it sent"
    comes(page, lambda: len(cut) == 2)
    assert "还差 1 张照片" in desk.get(VISIT).text, "the second was cut off"
    page.click("[data-send]")
    page.wait_for_selector("text=设备所记填写时间")
    assert len(cut) == 3, "what had come is not sent again"
    assert "还差" not in desk.get(VISIT).text
    until(lambda: page.locator("[data-queue]").is_hidden())
    page.wait_for_selector("text=设备所记填写时间")
    context.set_offline(True)
    item.locator("textarea").fill("台账缺 5 天")
    keep(page)
    desk.get(VISIT)
    assert desk.post(f"{VISIT}/part", **part_of(desk, "market-12")).status_code == 303
    context.set_offline(False)
    page.wait_for_selector("summary:has-text('待商定')")
    part = stands(transactions, NUMBER)[1]["market"]
    assert part.answers[0].value == "yes", "somebody else saved first: nothing is written over"
    assert "台账缺 5 天" in page.inner_text("form[action$=agreed]")
    assert page.locator("form[action$=sign]").count() == 0
    for name in page.locator("form[action$=agreed] input[value=came]").all():
        name.check()
    with page.expect_navigation():
        page.click("form[action$=agreed] button")
    part = stands(transactions, NUMBER)[1]["market"]
    assert (part.answers[0].value, part.answers[0].note) == ("no", "台账缺 5 天")
    assert page.locator("form[action$=sign]").count() == 1
    context.close()


def what_was_begun_outlives_its_page(page: Page) -> None:
    """A telephone throws a page away while its camera is open; one that is come to anew fills nothing in."""
    items = page.locator("fieldset.item")
    for number in range(5):
        items.nth(number).locator("input[value=no]").check()
        items.nth(number).locator("textarea").fill(f"第 {number} 处")
    for number, taken in enumerate((photograph(3000, 2000), PNG)):
        photo = {"name": f"{number}.png", "mimeType": "image/png", "buffer": taken}
        items.nth(number).locator("input[type=file]").set_input_files(photo)
    comes(page, lambda: size_of(items.nth(0)) == ["0.jpg", 2400, 1600])

    def found() -> list[object]:
        return [
            (
                items.nth(number).locator("input[value=no]").is_checked(),
                items.nth(number).locator("textarea").input_value(),
                items.nth(number).locator("input[type=file]").evaluate("one => one.files.length"),
            )
            for number in range(5)
        ]

    whole = [(True, f"第 {number} 处", int(number < 2)) for number in range(5)]
    page.reload()
    comes(page, lambda: found() == whole)
    assert size_of(items.nth(0)) == ["0.jpg", 2400, 1600], "what is kept is the smaller one"
    third = {"name": "2.png", "mimeType": "image/png", "buffer": PNG}
    items.nth(2).locator("input[type=file]").set_input_files(third)
    page.goto(page.url)
    page.wait_for_selector("[data-queue] li:has-text('没填完')")
    assert found() == [(False, "", 0)] * 5, "nothing is filled in unasked"
    page.click("[data-queue] li button:has-text('打开改')")
    assert found() == [*whole[:2], (True, "第 2 处", 1), *whole[3:]]
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-queue] li button:has-text('不要了')")
    comes(page, lambda: found() == [(False, "", 0)] * 5)
    page.goto(page.url)
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-queue]").is_hidden()


def photograph(width: int, height: int) -> bytes:
    """A large picture as a camera takes it: noise, which nothing packs."""
    written = io.BytesIO()
    noise = Image.frombytes("L", (width, height), random.Random(5).randbytes(width * height))
    noise.save(written, "PNG", compress_level=0)
    return written.getvalue()


def size_of(item: Locator) -> object:
    """Name and sides of the picture that a field holds."""
    return item.locator("input[type=file]").evaluate(
        "async one => { const map = await createImageBitmap(one.files[0]); "
        "return [one.files[0].name, map.width, map.height] }"
    )


def keep(page: Page) -> None:
    page.click("form[data-visit] button.pri")
    page.wait_for_selector("[data-queue] [role=status]:has-text('已留在这台设备上')")


def comes(page: Page, so: Callable[[], object]) -> None:
    """Wait until it is so, while the page goes on."""

    def after_a_while() -> object:
        page.wait_for_timeout(50)
        return so()

    until(after_a_while)


def test_nothing_is_lost_by_what_happens_while_another_is_sent(door, chromium: Browser) -> None:
    """Added in a second page: it goes next. Thrown away there: it stays away. A server that fails, a session
    that ends: it waits."""
    platform, address = door
    context = chromium.new_context(locale="zh-CN")
    page = sit(context, address)
    second = context.new_page()
    second.goto(f"{address}{FORM}")
    context.set_offline(True)
    fill(page, "PLOT-1")
    fails, held = ["PLOT-2"], []

    def meanwhile(route) -> None:
        body = unquote_plus(route.request.post_data or "")
        if "PLOT-1" in body:
            held.append(route)
        elif any(plot in body for plot in fails):
            route.fulfill(status=500, body="broken")
        else:
            route.continue_()

    context.route(lambda url: unquote_plus(url).endswith(FORM), meanwhile)
    second.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    context.set_offline(False)
    comes(page, lambda: held)
    fill(second, "PLOT-2")
    fill(second, "PLOT-3")
    second.on("dialog", lambda dialog: dialog.accept())
    second.click("[data-queue] li:has-text('PLOT-1') button")
    comes(second, lambda: second.locator("[data-queue] li").count() == 2)
    held.pop().fulfill(status=500, body="broken")
    comes(page, lambda: len(names(platform)) == 1)
    comes(second, lambda: second.locator("[data-queue] li").count() == 1)
    assert "PLOT-2" in second.inner_text("[data-queue] ul")
    context.clear_cookies()
    fails.clear()
    page.click("[data-send]")
    page.wait_for_selector("[data-queue] li:has-text('登录')")
    assert len(names(platform)) == 1
    last = sit(context, address)
    comes(last, lambda: len(names(platform)) == 2)
    context.close()
