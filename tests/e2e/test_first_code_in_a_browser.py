"""From an empty platform to a firm's first scanned code, by pages alone: its steps and typed fields counted.

A step is a page opened, a button pressed, a choice or a tick; of the firm and of the registrar together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.builders.first_days import (
    ALL,
    CLOCK,
    FIRMS,
    KG,
    NOW,
    TODAY,
    EmptyPlatform,
    Walk,
    empty_platform,
)
from tests.run_time import FIGURES
from trace.labels.read_back import read_symbols
from trace.wording import say

pytestmark = pytest.mark.browser
MOST_STEPS, MOST_TYPED = 60, 45


def receipt(platform: EmptyPlatform) -> dict[str, str]:
    return {
        "productName": "番茄", "role": "原料", "quantity": "800", "unit": KG, "spec": "散装",
        "productionDate": f"{platform.now():%Y-%m-%d}", "batchNo": "T1", "shelfLife": "7天",
        "receivedAt": NOW, "supplierName": "（演示）桃源村菜农", "supplierAddress": "（演示）桃源村",
        "supplierContact": "000-00000001", "proof_kind": "合格证", "proof_ref": "C1",
    }  # fmt: skip


def production() -> list[dict[str, str]]:
    shared = {"startedAt": CLOCK, "finishedAt": NOW, "productionDate": TODAY}
    return [
        {"quantity": ALL, **shared},
        {"productName": "番茄酱", "quantity": "320"},
        {"quantity": "480", "reason": "去皮、浓缩蒸发"},
    ]


def release_test() -> dict[str, str]:
    return {
        "sampledAt": CLOCK, "testedAt": NOW, "item": "总酸", "method": "GB 12456",
        "item_limit": "10", "value": "3.2", "item_unit": "g/kg", "verdict": "合格", "conclusion": "合格",
        "standard": "Q/DEMO 0001", "reviewer": "（演示）乙",
    }  # fmt: skip


def packing(platform: EmptyPlatform) -> dict[str, str]:
    return {
        "product": "SAUCE", "quantity": ALL, "packs": "1600", "netContent": "0.2", "netContent_unit": KG,
        "expiryDate": f"{platform.now() + timedelta(days=364):%Y-%m-%d}", "codeLevel": "一批一码",
        "packedAt": NOW, "label.enterprise.contact": "000-00000087", "label.product.spec": "200g/瓶",
        "label.product.shelfLife": "12个月", "label.product.storage": "阴凉干燥处", "activate": "是",
    }  # fmt: skip


def go_on(walk: Walk) -> None:
    """What the page of receipts says comes next."""
    walk.go("[aria-labelledby=next] .pri")


def test_from_an_empty_platform_to_a_scanned_code(
    chromium, tmp_path, databases, record_property: Callable[[str, object], None]
) -> None:
    with empty_platform(tmp_path, databases.migrated("sqlite")) as platform:
        registrar = platform.registrar(chromium)
        firm = platform.newcomer(chromium, FIRMS["mill"])
        platform.take_in(registrar, firm, FIRMS["mill"])
        firm.open("/desk")
        expect(firm.page.locator("[aria-labelledby=way]")).to_contain_text("走了 1 步，共 6 步")
        firm.go("[aria-labelledby=way] .pri")
        firm.state("", receipt(platform))
        go_on(firm)
        firm.state("", *production())
        go_on(firm)
        firm.state("", release_test())
        go_on(firm)
        firm.state("", packing(platform))
        go_on(firm)
        drawn = firm.page.locator(".paper img").screenshot()
        (printed,) = read_symbols(drawn)
        shopper = platform.walk(chromium, width=390)
        where = urlsplit(printed)
        shopper.open(f"{where.path}?{where.query}")
        assert shopper.page.locator("header.trust.ok").count() == 1, shopper.page.inner_text("main")
        assert say("zh-CN", "scan.eat.normal") in shopper.page.inner_text("body")
        assert "番茄酱" in shopper.page.inner_text("main")
        walks = (registrar, firm, shopper)
        steps, typed = sum(one.steps for one in walks), sum(one.typed for one in walks)
        record_property(
            FIGURES,
            f"from an empty platform to a firm's first scanned code by pages: {steps} steps, "
            f"{typed} typed fields",
        )
        assert steps <= MOST_STEPS, firm.told
        assert typed <= MOST_TYPED, firm.told
