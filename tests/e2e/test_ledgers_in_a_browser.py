"""The ledgers' page in Chromium: axe-core, narrow and wide, dark, English, in print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member
from tests.builders.traced_chain import K1, SHOP, TracedChain
from tests.e2e.desk_browser import SHOWN, VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR

pytestmark = pytest.mark.browser
OCTOBER = "from=2026-10-01&to=2026-10-31"


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        report = chain.packed_rice()
        chain.ship("D1", 400, K1, to=SHOP, report=report)
        sent = chain.ship("D2", 300, K1, to=SHOP, report=report)
        chain.correct("food.shipment", sent, "14 10:00", quantity=made.kg(200))
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        with serving(door.app) as address:
            yield address


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        for name in ("receipts", "production", "shipments", "release"):
            page.goto(f"{base}/desk/ledgers?ledger={name}&{OCTOBER}")
            look(page)
        page.goto(f"{base}/desk/ledgers?ledger=shipments&print=1&{OCTOBER}")
        page.emulate_media(media="print")
        assert page.locator("thead").evaluate(SHOWN) == "table-header-group"
        assert {cell.evaluate(SHOWN) for cell in page.locator("tbody td").all()} == {"table-cell"}
        assert not page.locator(".side").is_visible()
        assert not page.locator("form.days").is_visible()
