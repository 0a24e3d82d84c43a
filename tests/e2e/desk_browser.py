"""A clerk's browser at the desk: signs in, follows what leads to another page, and looks at what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.builders.members import PASSWORD

VIEWS = [
    (390, "dark", "en"),
    (1440, "light", "zh-CN"),
    pytest.param(390, "light", "zh-CN", marks=pytest.mark.soak),
    pytest.param(1440, "dark", "en", marks=pytest.mark.soak),
]
"""Width, theme and language: both of each in every run, the other way round in `make soak`."""
STILL = (
    "document.readyState === 'complete' && document.querySelector('main:not(:has([data-renew]))') !== null"
)
"""A page that is whole and will not renew itself."""
SHOWN = "one => getComputedStyle(one).display"


@contextmanager
def browsing(
    chromium: Browser, width: int, theme: str = "light", locale: str = "zh-CN", *, scripts: bool = True
) -> Iterator[Page]:
    """A page of a browser of its own, which lets the checker of accessibility in."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        locale=locale,
        bypass_csp=True,
        java_script_enabled=scripts,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def enter(page: Page, base: str, login: str, to: str = "/desk") -> None:
    """Sign in on the way to a page, and stand there."""
    page.goto(f"{base}/sign-in?next={to}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}{to}**")


def follow(page: Page, selector: str) -> None:
    """Click, and wait until the page that it leads to stands whole: a click alone ends earlier."""
    with page.expect_navigation():
        page.click(selector)


def look(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    assert told == [], (page.url, told)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url
