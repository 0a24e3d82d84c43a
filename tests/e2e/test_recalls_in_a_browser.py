"""The pages of recalls, of own control and of the day in Chromium: axe-core, narrow, wide, dark, English."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import PASSWORD, add_member
from tests.builders.traced_chain import K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR

pytestmark = pytest.mark.browser
VIEWS = [(390, "light", "zh-CN"), (390, "dark", "en"), (1440, "light", "en"), (1440, "dark", "zh-CN")]
SEEN = os.environ.get("TRACE_SCREENSHOTS")


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[tuple[str, str]]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        report = chain.packed_rice()
        sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
        chain.receive("S1", 400, sent, by=SHOP, at="15 09:00", role="goods")
        chain.ship("D2", 300, K1, to=SHOP, report=report)
        recall = orders.a_firm_recall(K1, level="2", reason="镉含量超标", foundAt="2026-10-16T08:00:00+08:00")
        order = chain.state(MILL, "food.recall", K1, recall, "16 10:00")
        chain.state(MILL, "food.recall.plan", K1, orders.a_step("plan", order), "16 11:00")
        reply = orders.a_reply(order, lot=made.lot(SHOP, "S1"))
        chain.state(SHOP, "food.recall.reply", made.lot(SHOP, "S1"), reply, "17 10:00")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}", order
        server.shutdown()


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    address, order = base
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, locale=locale, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("#login", "wangmin")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/desk**")
        for name, path in (
            ("day", ""),
            ("list", "/recalls"),
            ("start", f"/recalls/start?lot={K1}"),
            ("one", f"/recalls/{order}"),
            ("controls", "/controls"),
            ("control", "/controls/daily/2026-10-12"),
            ("quality", "/quality"),
            ("month", "/controls/monthly/2026-10-12"),
        ):
            page.goto(f"{address}/desk{path}")
            for one in page.locator("details").all():
                one.evaluate("each => { each.open = true }")
            found = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            if SEEN:
                page.screenshot(path=Path(SEEN) / f"recall-{name}-{width}-{theme}.png", full_page=True)
    finally:
        context.close()
