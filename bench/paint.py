"""The largest contentful paint of a sound batch's page on a slow network and processor, cold each time.

Real Chromium, throttled by its own protocol as a cheap phone would be: a quarter of this machine's speed, and
a network of 1.6 Mb/s with 150 ms, then one of 280 kb/s with 800 ms. Over the loopback address: names and TLS
of a real visit cost two round trips more. The clock is the wall's, so a crowded machine shows in the figure.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.request_log import configure
from bench.asking import server
from bench.figures import Figure, Report, median
from bench.pages import migrated_at
from cli.demo.neighbours import ROOT, free_port
from tests.builders.signed_rice import SignedRice
from tests.conftest import CHROMIUM_SWITCHES
from tests.servers.door import Door
from tests.servers.resolving import LOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SLOWER: Final = 4
SOUND: Final = "可以吃"
BYTES: Final = 1_000 / 8
_PAINTED: Final = """() => new Promise(done => {
    let last = 0
    new PerformanceObserver(list => { for (const one of list.getEntries()) last = one.startTime })
        .observe({type: 'largest-contentful-paint', buffered: true})
    setTimeout(() => done(last), 1000)
})"""
_SHIFTED: Final = """() => new Promise(done => {
    let sum = 0
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
        .observe({type: 'layout-shift', buffered: true})
    setTimeout(() => done(sum), 100)
})"""


@dataclass(frozen=True, slots=True)
class Line:
    """A network to a phone; `budget` in seconds."""

    name: str
    kilobits: int
    latency: int
    budget: float


LINES: Final = (
    Line("1.6 Mb/s, 150 ms", 1_600, 150, 2.5),
    Line("280 kb/s, 800 ms", 280, 800, 3.5),
)


def run(size: str) -> Report:
    from playwright.sync_api import sync_playwright

    report, visits = Report("paint"), 3 if size == "quick" else 7
    configure(logging.WARNING)
    program = os.environ.get("GREENTRACE_CHROMIUM") or shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is not installed (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with Door(data, f"sqlite:///{migrated_at(Path(folder))}") as door:
            SignedRice(door, door.clock).tell()
        port = free_port()
        serve = [str(ROOT / "greentrace"), "serve", "--data", str(data), "--port", str(port)]
        with server(serve, port) as (host, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, headless=True, args=CHROMIUM_SWITCHES, chromium_sandbox=False
            )
            _visit(browser, f"http://{host}/page{LOT}", None)  # what is kept is kept, the browser is warm
            for line in LINES:
                seen = [_visit(browser, f"http://{host}/page{LOT}", line) for _ in range(visits)]
                _tell(report, line, seen)
            browser.close()
    return report


def _tell(report: Report, line: Line, seen: Sequence[tuple[float, float]]) -> None:
    painted = [paint for paint, _ in seen]
    middle, target = median(painted), f"≤ {line.budget} s"
    name = f"largest paint of a sound page, {line.name}, CPU ÷ {SLOWER}"
    report.add(Figure(name, middle, "s", target=target, met=middle <= line.budget, rounds=len(seen)))
    report.add(Figure(f"slowest of {len(seen)} visits, {line.name}", max(painted), "s"))
    shift = max(moved for _, moved in seen)
    name = f"layout shift, greatest, {line.name}"
    report.add(Figure(name, shift, "", target="0", met=shift == 0, rounds=len(seen)))


def _visit(browser: Browser, address: str, line: Line | None) -> tuple[float, float]:
    """Seconds to the largest paint and the layout's shift, by a phone that never was here."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, locale="zh-CN", is_mobile=True
    )
    try:
        page = context.new_page()
        phone = context.new_cdp_session(page)
        if line is not None:
            phone.send("Network.enable")
            speed = line.kilobits * BYTES
            slow = {"latency": line.latency, "downloadThroughput": speed, "uploadThroughput": speed}
            phone.send("Network.emulateNetworkConditions", {"offline": False, **slow})
            phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address, wait_until="load")
        if SOUND not in page.inner_text("header.trust"):
            raise AssertionError(page.inner_text("header.trust"))
        return float(page.evaluate(_PAINTED)) / 1_000, float(page.evaluate(_SHIFTED))
    finally:
        context.close()
