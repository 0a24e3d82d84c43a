"""What a newcomer sees: its way, forms that are begun, what comes next; narrow and wide, dark, in English."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from tests.builders.first_days import FIRMS, Walk, empty_platform
from tests.e2e.test_first_code_in_a_browser import receipt
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN, SMALL

pytestmark = pytest.mark.browser
VIEWS = [(390, "light", "zh"), (390, "dark", "en"), (1440, "light", "en"), (1440, "dark", "zh")]
SMALLEST = 22
"""A tick box stands in a label of 44."""


def looked_at(page: Page, name: str) -> None:
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == [], page.url
    over, _ = page.evaluate(OVERFLOW)
    assert over <= 0, page.url
    assert page.evaluate(SMALL, SMALLEST) == []
    if folder := os.environ.get("GREENTRACE_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def looked_round(walk: Walk, paths: dict[str, str]) -> None:
    for width, scheme, language in VIEWS:
        walk.page.set_viewport_size({"width": width, "height": 900})
        walk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for name, path in paths.items():
            walk.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
            looked_at(walk.page, f"{name}-{width}-{scheme}-{language}")
    walk.open("/desk?lang=zh")


def test_the_pages_of_the_first_days_look_right(chromium, tmp_path, databases) -> None:
    with empty_platform(tmp_path, databases.migrated("sqlite")) as platform:
        registrar, firm = platform.registrar(chromium), FIRMS["mill"]
        mill = platform.newcomer(chromium, firm)
        platform.take_in(registrar, mill, firm, held=True)
        mill.state("进货查验", {**receipt(platform), "lot": "R1"})
        receipts = mill.page.url.removeprefix(mill.address)
        forms = {
            "batch": "/desk/records/投料与产出?of=R1",
            "pack": "/desk/records/包装赋码?of=R1",
            "home": "/desk",
        }
        looked_round(mill, {**forms, "receipts": receipts})
        without = platform.walk(chromium, java_script_enabled=False)
        without.sign_in(firm.login)
        without.open(forms["batch"])
        assert without.page.locator("[data-into]:visible").count() == 0, "no button that does nothing"
        assert without.page.input_value("[name='r0.lot']") == "R1"
