"""Story 2 of the demo from end to end as the bureau sees it: from the failing result to a signed hold.

The demo's folder is served by the production server, with its witnesses and the keys that the service holds.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from cli.demo.again import _point
from cli.demo.held import environment
from cli.demo.neighbours import Neighbours, free_port
from cli.demo.people import SAID
from tests.e2e.conftest import Demo
from trace.platform.folder import WitnessAddress, load_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
_CASE = re.compile(r"不合格批次的案件（故事2，监管账号登录）：http://[^/]+(\S+)")


@pytest.fixture(scope="module")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("case") / "data"
    shutil.copytree(demo.data, data)
    food, port = load_folder(data), free_port()
    address = f"http://127.0.0.1:{port}"
    ports = {one.name: free_port() for one in food.witnesses}
    moved = [WitnessAddress(one.name, f"http://127.0.0.1:{ports[one.name]}") for one in food.witnesses]
    for name in ports:
        _point(data / f"witness-{name}", food.origin, f"{address}/log")
    replace(food, public_url=address, witnesses=tuple(moved), neighbours={}).save()
    with Neighbours(data / "logs", environment=environment(demo.data)) as neighbours:
        for name, own in ports.items():
            neighbours.start(f"w-{name}", ["witness", "--data", str(data / f"witness-{name}")], own)
        neighbours.start("case", ["serve", "--data", str(data)], port)
        yield address


@pytest.fixture
def desk(demo: Demo, served: str, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served}/sign-in?next=/office")
    page.fill("#login", "demo-officer")
    page.fill("#password", (demo.data / SAID).read_text("utf-8"))
    with page.expect_navigation(url=f"{served}/office**"):
        page.keyboard.press("Enter")
    yield page
    context.close()


def test_story_2_from_the_result_to_plots_receivers_and_a_signed_hold(
    demo: Demo, served: str, desk: Page
) -> None:
    printed = _CASE.search(demo.output)
    assert printed is not None
    assert "AJ2026-" in desk.inner_text("main"), "the overview lists what was opened by itself"
    desk.goto(f"{served}{printed[1]}")
    shown = desk.inner_text("main")
    assert "镉（以 Cd 计） 0.27 mg/kg" in shown
    assert "R63" in shown, "the ordinary class: delivered within working days, no 24 hours"
    sources = desk.locator("section[aria-labelledby=sources]").inner_text()
    assert "47.9" in sources
    assert "52.1" in sources
    answers = desk.locator("section[aria-labelledby=answers] tbody tr")
    assert answers.count() >= 1
    boxes = desk.locator("section[aria-labelledby=boxes]").inner_text()
    for lot in ("水稻一号田", "水稻二号田", "M20261012A", "K1"):
        assert lot in boxes, lot
    bundle = orjson.loads(desk.request.get(f"{served}{printed[1]}/bundle").body())
    assert bundle["lot"].endswith(":K1")

    desk.click("summary:has-text('送达检验结果')")
    desk.fill("#s-notify-why", "送达企业质量负责人")
    desk.set_input_files(
        "#s-notify-file", {"name": "送达回证.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    )
    with desk.expect_navigation():
        desk.click("form:has(#s-notify-why) button")
    desk.click("summary:has-text('起草封存')")
    desk.fill("#s-prepare-hold-why", "镉含量超过食品安全国家标准，暂停销售")
    with desk.expect_navigation(url=f"{served}/desk/sign/**"):
        desk.click("form:has(#s-prepare-hold-why) button")
    assert "镉含量超过食品安全国家标准" in desk.inner_text("main"), "seen whole before it is signed"
    desk.check("input[name=agreed]")
    with desk.expect_navigation():
        desk.click("form[action$='/held'] button")
    desk.goto(f"{served}{printed[1]}")
    assert "执法文书已签名" in desk.locator("section[aria-labelledby=history]").inner_text()
    assert "已封存" in desk.locator("section[aria-labelledby=boxes]").inner_text()


def test_the_case_of_the_demo_is_not_for_a_firm(demo: Demo, served: str, chromium: Browser) -> None:
    page = chromium.new_context(locale="zh-CN").new_page()
    page.goto(f"{served}/sign-in?next=/office")
    page.fill("#login", "demo-head")
    page.fill("#password", (Path(demo.data) / SAID).read_text("utf-8"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    answer = page.goto(f"{served}/office/cases/AJ2026-00001")
    assert answer is not None
    assert answer.status == 403
    page.context.close()
