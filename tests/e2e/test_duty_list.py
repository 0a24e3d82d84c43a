"""The list of duties, as a machine reads it and as a member of a bureau or firm sees it."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders.members import add_member
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR
from trace.rules.duty_list import duty_list


@pytest.fixture(scope="module")
def desk(tmp_path_factory, databases):
    with Door(tmp_path_factory.mktemp("duties"), databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield door


@pytest.mark.requirement("S0-04", "S0-14")
def test_a_machine_reads_the_rows_in_order(desk):
    answer = desk.get("/api/v1/duty-list")
    assert answer.status_code == 200
    rows = answer.json["duties"]
    assert [row["id"] for row in rows] == [one.id for one in duty_list().duties]
    assert rows[0]["content"][10] == {"zh": "信息记录和追溯", "en": "recording and tracing of information"}
    assert rows[-1]["basis"][-1] == {"law": "上海市食品安全信息追溯管理办法", "articles": ["24"]}


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_both_sides_see_the_same_list(desk, chromium, width, theme, locale):
    with serving(desk.app) as base, browsing(chromium, width, theme, locale) as page:
        seen = []
        for login in ("ju", "wangmin"):
            page.context.clear_cookies()
            enter(page, base, login)
            page.goto(f"{base}/desk/duty-list")
            assert page.locator("ol li").count() == sum(len(one.content) for one in duty_list().duties)
            seen.append(page.locator("main").inner_text())
            look(page)
        assert seen[0] == seen[1]
