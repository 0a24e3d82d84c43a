"""The stock's pages in Chromium: axe-core, narrow and wide, dark, English, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member
from tests.builders.traced_chain import K1, SHOP, TracedChain
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR
from trace.calendar.shanghai import day_in_shanghai

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        report = chain.packed_rice()
        chain.ship("D1", 4_800, K1, to=SHOP, report=report)
        last = date.fromisoformat(made.a_pack()["expiryDate"])
        door.clock.advance(last - day_in_shanghai(door.clock()) - timedelta(days=9))
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        with serving(door.app) as address:
            yield address


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS[:2])
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        look(page)
        page.locator('a[href*="/desk/stock"].do').first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("tbody .tag.warn").is_visible()
        look(page)
        page.locator('a[href*="K1"]').first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("#up").is_visible()
        look(page)
        with page.expect_navigation():
            page.click(".acts .pri")
        assert page.locator('section[aria-labelledby="up"] tbody tr').count() > 2
        look(page)
