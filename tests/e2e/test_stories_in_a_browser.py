"""The demo's folder behind the production server, its witnesses running, in real Chromium.

Story 10 (a copied code), a pack that is recalled while its page is open, a record swapped behind a printed
label, and a bundle changed on the way.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from cli.client.http import PlatformClient
from cli.client.signing_client import SigningClient
from cli.demo.again import _point
from cli.demo.neighbours import Neighbours, free_port
from cli.demo.stage import ORIGINS
from cli.demo.world import draft, world
from tests.e2e.conftest import Command, Demo
from tests.patience import PATIENCE, until
from trace.ledger.algorithms import PrivateKey
from trace.platform.clocks import DemoClock
from trace.platform.folder import WitnessAddress, load_folder
from trace.wording import say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)
_PRINTED = re.compile(r"检验不合格（故事2）：http://[^/]+(\S+)")
_COPIED = re.compile(r"疑似复制的一件（故事10）：http://[^/]+(\S+)")
_NUMBER = re.compile(r"投诉编号 (\S+)")


@dataclass(frozen=True)
class Served:
    """The food platform: its address, its folder, and the demo's output."""

    address: str
    data: Path
    told: str

    def printed(self, what: re.Pattern[str]) -> str:
        """A path that the demo printed, as it would be scanned."""
        found = what.search(self.told)
        assert found is not None
        return self.address + found[1]


@pytest.fixture(scope="module")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("stories") / "data"
    shutil.copytree(demo.data, data)
    food, port = load_folder(data), free_port()
    address = f"http://127.0.0.1:{port}"
    ports = {one.name: free_port() for one in food.witnesses}
    moved = [WitnessAddress(one.name, f"http://127.0.0.1:{ports[one.name]}") for one in food.witnesses]
    for name in ports:
        _point(data / f"witness-{name}", food.origin, f"{address}/log")
    replace(food, public_url=address, witnesses=tuple(moved)).save()
    with Neighbours(data / "logs") as neighbours:
        for name, own in ports.items():
            neighbours.start(f"w-{name}", ["witness", "--data", str(data / f"witness-{name}")], own)
        neighbours.start("stories", ["serve", "--data", str(data)], port)
        yield Served(address, data, demo.output)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    yield context.new_page()
    context.close()


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def check(page: Page) -> list[str]:
    """Press the page's own check; the steps that failed."""
    page.locator("[data-verifier] button").first.press("Enter")
    page.locator("[data-verifier][aria-busy=false], [aria-busy=false]").first.wait_for()
    return page.locator("[data-failed]").evaluate_all("all => all.map(one => one.dataset.failed)")


def test_story_10_a_copied_code_is_named_and_its_complaint_found(served: Served, phone: Page) -> None:
    phone.goto(served.printed(_COPIED))
    assert "/page/01/" in phone.url
    shown = phone.inner_text("main")
    # that the same batch failed a test comes first: neither the copy nor the pack is to be eaten
    assert heading(phone) == "同一批生产的产品检验不合格"
    assert "疑似复制" in shown
    assert "上海市" in shown
    number = _NUMBER.search(served.told)
    assert number is not None
    phone.goto(f"{served.address}/complaints?number={number[1]}")
    assert phone.url.endswith(f"/complaints/{number[1]}")
    assert "已收到" in phone.inner_text("main")
    assert "000-00000077" not in phone.content()


def test_a_record_swapped_behind_a_printed_label_is_noticed(served: Served, phone: Page) -> None:
    printed = served.printed(_PRINTED)
    phone.goto(printed)
    assert heading(phone) != say("zh-CN", "scan.head.label-differs.title")
    assert check(phone) == []
    swapped = re.sub(r"v=.{22}", "v=" + "A" * 22, printed)
    phone.goto(swapped)
    assert heading(phone) == say("zh-CN", "scan.head.label-differs.title")
    assert check(phone) == ["label"]


def test_a_bundle_changed_on_the_way_fails_at_its_step(served: Served, phone: Page) -> None:
    def meddle(route: Any) -> None:
        form = route.fetch().json()
        entries = form["statements"]
        entries[-1]["jws"]["signature"] = entries[-2]["jws"]["signature"]
        route.fulfill(body=json.dumps(form), content_type="application/json")

    phone.route(re.compile(r"/bundle$"), meddle)
    phone.goto(served.printed(_PRINTED))
    assert "signature" in check(phone)
    assert re.search(r"第 \d+ 步“.+”未通过", phone.inner_text("main"))


def test_a_recall_shows_on_a_page_that_was_warm(served: Served, phone: Page, inside: Command) -> None:
    batch = served.printed(_PRINTED)
    phone.goto(batch)
    phone.reload()
    assert heading(phone) != say("zh-CN", "scan.head.recalled.title")
    _recall(served, inside, "K1")
    phone.reload()
    assert heading(phone) == say("zh-CN", "scan.head.recalled.title")
    answer = _POOL.request("GET", batch, redirect=False)
    assert (answer.status, "recallStatus" in answer.headers["Link"]) == (307, True)
    phone.goto(batch)
    assert heading(phone) == say("zh-CN", "scan.head.recalled.title")


def _recall(served: Served, inside: Command, pack: str) -> None:
    """The market bureau signs a recall with its key and uploads it; both witnesses are asked."""
    holder = world().urn("G1")
    made = inside("token", "--data", served.data, "--holder", holder, "--scope", "statements:write")
    client = PlatformClient(served.address, made.stdout.strip())
    key = PrivateKey.from_pem((served.data / "party-keys" / "G1.pem").read_bytes())
    clock = DemoClock(served.data / "clock")
    desk = SigningClient(client, key, holder, "recall", lambda: clock().replace(microsecond=0), None)
    data = {
        "matter": "（演示）案 1",
        "level": "2",
        "reason": "（演示）监督抽检镉超标",
        "lots": [world().lot("P1", pack)],
        "returnTo": "购买的商店，凭包装退货退款",
        "contact": {"function": "召回办公室", "phone": "000-00000012"},
    }
    stated = draft("G1", "oversight.recall", "urn:case:demo-1", "10-24 17:04", data)
    desk.state([stated])
    until(lambda: client.get("/log/checkpoint").decode().count("\u2014") >= 3)
    assert ORIGINS["food"] in client.get("/log/checkpoint").decode()
