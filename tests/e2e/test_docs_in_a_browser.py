"""The interface in Chromium: on a telephone without a script, and its viewer under the pages' policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.routes.docs import VIEWER
from tests.builders import facts as made
from tests.e2e.conftest import Sandbox

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def test_it_is_read_on_a_telephone_without_a_script(chromium: Browser, sandbox: Sandbox) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{sandbox.address}/api/docs")
    for name in ("postStatements", "getUpstream", "getLabel", "schema-Trace"):
        page.click(f"#{name} summary")
        box = page.locator(f"#{name}").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.locator(f"#{name}").evaluate("each => each.scrollWidth - each.clientWidth") == 0
    context.close()


@pytest.mark.skipif(not VIEWER.exists(), reason="NOT CHECKED: the viewer is not here (make vendor, with npm)")
@pytest.mark.slow
def test_the_viewer_calls_this_server_and_nobody_else(chromium: Browser, sandbox: Sandbox) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page, told, asked = context.new_page(), [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{sandbox.address}/api/docs/console")
    page.click(".authorize")
    page.fill("#auth-bearer-value", sandbox.token)
    page.click(".auth-btn-wrapper .authorize")
    page.click(".btn-done")
    call = page.locator("#operations-statements-getHead")
    call.locator(".opblock-summary-control").click()
    call.locator(".try-out__btn").click()
    call.locator("tr[data-param-name=iss] input").fill(made.uscc(made.COOPERATIVE))
    call.locator("tr[data-param-name=stream] input").fill("viewer")
    call.locator(".execute").click()
    answer = call.locator(".live-responses-table .highlight-code").first
    answer.wait_for()
    assert '"stream": "viewer"' in answer.inner_text()
    assert page.evaluate(OVERFLOW) == 0
    assert told == []
    assert {url for url in asked if not url.startswith((f"{sandbox.address}/", "data:"))} == set()
    context.close()
