"""The regulators' pages in Chromium: axe-core, narrow and wide, dark, English, the keyboard, two at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders.cases import PDF, accredit, fail
from tests.builders.members import add_member
from tests.builders.traced_chain import K1, SHOP, TracedChain
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from trace.access.roles import AUTHORITY

pytestmark = pytest.mark.browser
CASE = "/office/cases/AJ2026-00001"
PAGES = {
    "/office": "due",
    "/office/cases": "rows",
    CASE: "consignees",
    "/office/find?q=M1&purpose=abc": "q",
    "/office/looks": "rows",
}
"""Address -> what stands on the page where it is whole."""


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("office"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        report = chain.packed_rice()
        sent = chain.ship("D1", 2000, K1, to=SHOP, report=report)
        chain.ship("D2", 300, K1, to=SHOP, report=report)
        chain.receive("S1", 2000, sent, by=SHOP, at="15 09:00")
        fail(chain)
        for login in ("chenban", "liban"):
            add_member(door.platform.transactions, AUTHORITY, ["case-officer"], login)
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "chenban", "/office")
        for path, heading in PAGES.items():
            page.goto(f"{base}{path}")
            assert page.locator("h1").inner_text(), path
            assert page.locator(f"#{heading}").count() == 1, path
            look(page)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 700)])
def test_the_menu_begins_at_the_current_line_and_keeps_it_in_sight(base, chromium, width, height) -> None:
    with browsing(chromium, width) as page:
        page.set_viewport_size({"width": width, "height": height})
        enter(page, base, "chenban", "/office")
        for path in ("/office", "/office/notices", "/office/looks"):
            page.goto(f"{base}{path}")
            for act in ("", "for (const one of document.querySelectorAll('.menu,.side')) one.scrollTo(0, 0)"):
                page.evaluate(act)
                seen = page.locator(".menu [aria-current]").bounding_box()
                assert seen["x"] >= 0 and seen["x"] + seen["width"] <= width, (path, act)
                assert seen["y"] >= 0 and seen["y"] + seen["height"] <= height, (path, act)
            if os.environ.get("GREENTRACE_LOOK"):
                page.goto(f"{base}{path}")
                name = f"menu-{width}{path.replace('/', '-')}.png"
                page.screenshot(path=f"{os.environ['GREENTRACE_LOOK']}/{name}")


@pytest.fixture
def page(chromium):
    with browsing(chromium, 1440, locale="en") as page:
        yield page


def test_the_diagram_is_one_stop_and_walked_by_arrows(base, page) -> None:
    enter(page, base, "chenban", "/office")
    page.goto(f"{base}{CASE}")
    assert page.locator("a.box[tabindex='0']").count() == 1
    start = page.locator("a.box[tabindex='0']")
    assert "K1" in start.get_attribute("aria-label")
    assert "failed" in start.get_attribute("aria-label")
    start.focus()
    page.keyboard.press("ArrowRight")
    assert "consignment" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    assert "2 of 2" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowLeft")
    assert "K1" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    assert page.url.endswith("#b-7")
    assert "K1" in page.locator("tr:target").inner_text()
    start.focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#trace"


def test_a_page_left_open_changes_nothing_and_keeps_what_was_typed(base, page, chromium) -> None:
    enter(page, base, "chenban", "/office")
    page.goto(f"{base}{CASE}")
    other = chromium.new_context(locale="en").new_page()
    enter(other, base, "liban", "/office")
    other.goto(f"{base}{CASE}")
    other.click("summary:has-text('Working note')")
    other.fill("#s-note-why", "the shop was told by telephone")
    with other.expect_navigation():
        other.click("form:has(#s-note-why) button")
    assert "the shop was told by telephone" in other.inner_text("main")
    other.context.close()
    page.click("summary:has-text('Take it')")
    page.fill("#s-take-why", "mine from now on")
    with page.expect_navigation():
        page.click("form:has(#s-take-why) button")
    shown = page.inner_text("main")
    assert "The case has changed; nothing was done" in shown
    assert "liban" in shown
    assert page.input_value("#s-take-why") == "mine from now on"
    with page.expect_navigation():
        page.click("form:has(#s-take-why) button")
    assert "officer: chenban" in page.inner_text("main")


def test_a_result_is_delivered_with_its_paper_and_the_window_runs(base, page) -> None:
    enter(page, base, "chenban", "/office")
    page.goto(f"{base}{CASE}")
    page.click("summary:has-text('Deliver the result')")
    page.fill("#s-notify-why", "delivered to the firm's quality office")
    page.set_input_files(
        "#s-notify-file", {"name": "送达回证.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    with page.expect_navigation():
        page.click("form:has(#s-notify-why) button")
    shown = page.inner_text("main")
    assert "result delivered" in shown
    assert "R31" in shown
    assert "送达回证.pdf" in shown
    assert (
        page.request.get(f"{base}{page.locator('a[href*=papers]').first.get_attribute('href')}").body() == PDF
    )


def test_the_files_of_a_case_are_whole(base, page) -> None:
    enter(page, base, "chenban", "/office")
    for name, begins in (("receivers.xlsx", b"PK"), ("trace.pdf?paper=a3", b"%PDF"), ("bundle", b"{")):
        answer = page.request.get(f"{base}{CASE}/{name}")
        assert answer.status == 200, name
        assert answer.body().startswith(begins), name


def test_a_search_without_a_purpose_finds_nothing_and_writes_nothing(base, page) -> None:
    enter(page, base, "chenban", "/office")
    page.goto(f"{base}/office/looks")
    before = page.locator("tbody tr").count()
    answer = page.goto(f"{base}/office/find?q=K1")
    assert answer.status == 422
    assert "No purpose was given" in page.inner_text("main")
    page.goto(f"{base}/office/looks")
    assert page.locator("tbody tr").count() == before
    page.goto(f"{base}/office/find?q=SH-2026-J-1&purpose=sampling")
    assert "AJ2026-00001" in page.inner_text("main")
    page.goto(f"{base}/office/looks")
    assert page.locator("tbody tr").count() > before
