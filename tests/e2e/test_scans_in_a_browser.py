"""The scan part of an item page in Chromium: counted when seen, by script or button, on small screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest

from tests.builders.signed_rice import K1, SignedRice
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.served import RING, both_skins, serving
from trace.codes.hidden import hidden_code
from trace.codes.serials import gtin_scope
from trace.usecases.scans.count_scans import SeenScan, count_scans
from trace.usecases.scans.scan_counter import ScanCounter
from trace.usecases.scans.scan_state import scan_state

if TYPE_CHECKING:
    from playwright.sync_api import Browser

GTIN = "09521234100010"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run('#scans', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})
  .then(found => found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join()))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def code(counter: int) -> str:
    return f"01/{GTIN}/21/{RING.key('0', gtin_scope(GTIN)).serial(counter)}"


@dataclass
class Site:
    url: str
    under: TestPlatform
    counter: ScanCounter

    def counted(self, counter: int) -> int:
        """After what was handed in is written; the counter stops for good."""
        self.counter.stop()
        return scan_state(self.under.transactions, code(counter)).count


@pytest.fixture
def site(tmp_path: Path, databases: Databases, clock: SteppingClock) -> Iterator[Site]:
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as under:
        serials = {"epoch": "0", "first": 0, "count": 1600}
        SignedRice(under, clock, packed={"codeLevel": "item", "serials": serials}).tell()
        app = both_skins(under, tmp_path)
        counter: ScanCounter = app.extensions["greentrace.scans"]
        with serving(app) as address:
            yield Site(address, under, counter)
        counter.stop()
    databases.discard(url)


def copied(site: Site, counter: int) -> None:
    now = site.under.transactions.clock()
    seen = (("310100", 0), ("420100", 40), ("510100", 70), ("440100", 80))
    scans = [
        SeenScan(code(counter), K1, now + timedelta(minutes=minutes), city, city) for city, minutes in seen
    ]
    count_scans(site.under.transactions, scans)


def test_a_page_that_is_looked_at_counts_itself_once(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site.url}/{code(1)}")
    assert page.locator("#scans p[role=status]").text_content() == "本次查询已计入。"
    page.reload()
    page.wait_for_selector("#scans p[role=status]", state="attached")
    (cookie,) = [one for one in context.cookies(f"{site.url}/scans") if one["name"] == "scan"]
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/scans", True, "Lax")
    assert "scan=" not in page.evaluate("document.cookie")
    context.close()
    assert faults == []
    assert site.counted(1) == 1


def test_without_a_script_nothing_counts_until_the_button_is_pressed(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{site.url}/{code(2)}")
    page.goto(f"{site.url}/{code(3)}")
    page.click("#scans > summary")
    page.click("#scans .one-scan button")
    assert page.url == f"{site.url}/{code(3)}#scans"
    context.close()
    assert site.counted(3) == 1
    assert site.counted(2) == 0


def test_a_page_in_the_background_does_not_count(chromium: Browser, site: Site) -> None:
    """A tab that is never shown: its visibility is what the browser would say of one."""
    context = chromium.new_context(locale="zh-CN")
    context.add_init_script(
        "Object.defineProperty(document, 'visibilityState', {get: () => window.shown || 'hidden'})"
    )
    page = context.new_page()
    page.goto(f"{site.url}/{code(4)}")
    page.wait_for_timeout(1500)
    assert page.locator("#scans .one-scan button").count() == 1
    page.evaluate("window.shown = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#scans p[role=status]", state="attached")
    context.close()
    assert site.counted(4) == 1


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("query", ["", "?lang=en", "?m=elder"])
def test_the_notice_is_careful_accessible_and_fits(
    chromium: Browser, site: Site, width: int, query: str
) -> None:
    copied(site, 5)
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, locale="zh-CN", color_scheme="dark"
    )
    page = context.new_page()
    page.goto(f"{site.url}/{code(5)}{query}")
    page.wait_for_selector("#scans p[role=status]", state="attached")
    text = page.locator("#scans").inner_text()
    assert re.search("疑似复制|Perhaps copied", text)
    assert not re.search("假货|假冒|造假|骗|fake|fraud|counterfeit", text)
    assert ("武汉" in text, "Wuhan" in text) == (False, False)  # only the first city is shown
    page.locator("#scans .hid summary").click()
    page.evaluate(AXE)
    assert page.evaluate(RUN) == []
    assert page.evaluate(WIDER) <= 0
    context.close()


def test_a_hidden_code_opens_without_a_script_and_the_page_says_when(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/{code(6)}")
    page.click("#scans > summary")
    page.click("#scans .hid summary")
    page.fill("#hc", hidden_code(RING, gtin_scope(GTIN), code(6)[-12:]))
    page.click(".hid button")
    assert page.locator("h1").inner_text() == "暗码正确，首次核对"
    page.click("main a.btn")
    assert "首次核对过" in page.locator("#scans .hid summary").text_content()
    context.close()
