"""The pages of labels in Chromium: axe-core, narrow and wide, dark, English, and a drawing at true size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member
from tests.builders.print_shop import Shop
from tests.builders.signed_rice import K1, at
from tests.e2e.desk_browser import STILL, VIEWS, browsing, enter, follow, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR

pytestmark = pytest.mark.browser
PAGE = f"/desk/labels/{K1}"
SCRIPT = "**/labels*.js*"
MM = 96 / 25.4
"""CSS pixels a millimetre."""


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("labels"), databases.migrated("sqlite"), pages=create_pages) as door:
        story = Shop(door).story
        live = made.an_activation(codeLevel="item", report=story.receipts["report"].statement_id)
        when = at("2026-10-13T14:00:00+08:00")
        story.log("activation", story.mill.state("code.activate", K1, live, at=when))
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        with serving(door.app) as address:
            yield address


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_labels_are_looked_at_and_printed(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/labels")
        look(page)
        follow(page, f"a[href='{PAGE}']")
        look(page)
        box = page.locator(".paper img").bounding_box()
        assert box["width"] == pytest.approx(60 * MM + 2, abs=1), "drawn at true size"
        page.select_option("#size", "a4-24")
        page.fill("#start", "5")
        follow(page, "form[method=get] .btn")
        look(page)
        assert page.locator(".paper img").bounding_box()["width"] == pytest.approx(210 * MM + 2, abs=1)
        page.fill("#r\\.first", str(width * 2 + (theme == "dark")))
        page.fill("#r\\.count", "1")
        page.fill("#r\\.printer", "ZT230")
        page.route(SCRIPT, lambda route: route.abort())  # so that it holds still to be looked at
        follow(page, "form[action$='/runs'] .pri")
        assert "/desk/print-runs/" in page.url
        look(page)
        page.unroute(SCRIPT)
        page.reload()
        files = page.request.get(f"{page.url}/files.zip")
        assert files.headers["content-type"] == "application/zip"
        page.wait_for_function(STILL)
        look(page)
