"""Which authority looked at a firm's data, as the firm itself reads it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("looked"), databases.migrated("sqlite"), pages=create_pages) as opened:
        TracedChain(opened, opened.clock).packed_rice()
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "ju")
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, LABORATORY, ["head"], "lab")
        asked = signed_in(opened.platform, opened.client, "ju").get("/office/find?q=M1&purpose=日常监督检查")
        assert asked.status_code == 200
        yield opened


@pytest.mark.requirement("S4-08")
def test_a_firm_reads_who_looked_and_what_for_and_others_read_nothing(door):
    page = signed_in(door.platform, door.client, "wangmin").get("/desk/looked").text
    assert "日常监督检查" in page
    assert ORGANISATIONS[AUTHORITY].urn.split(":")[-1] in page or ORGANISATIONS[AUTHORITY].name in page
    assert "日常监督检查" not in signed_in(door.platform, door.client, "lab").get("/desk/looked").text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_the_page_is_read_at_any_width(door, chromium, width, theme, locale):
    with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/looked")
        assert page.locator("tbody tr").count() == 1
        look(page)
