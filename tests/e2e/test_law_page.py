"""The library of law on its page: for both sides, with doubt shown, and a warning past the profile's term."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders.members import add_member, signed_in
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR


@pytest.fixture(scope="module")
def desk(tmp_path_factory, databases):
    with Door(tmp_path_factory.mktemp("law"), databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield door


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_texts_and_rules_stand_with_their_terms(desk, chromium, width, theme, locale):
    with serving(desk.app) as base, browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/law")
        assert page.locator("tbody tr").count() == len(desk.platform.rules.all)
        assert page.locator("#past-term").count() == 0
        look(page)


@pytest.mark.requirement("S3-47")
def test_a_profile_past_its_term_warns_at_the_top(tmp_path, databases, monkeypatch):
    monkeypatch.setenv("GREENTRACE_PROFILE", "CN-51")
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        shown = signed_in(door.platform, door.app.test_client(), "wangmin").get("/desk/law").text
        assert 'id="past-term"' in shown
        assert "2025-01-01" in shown
        assert "征求意见稿" in shown
        assert "等待：还没有环节按它判断" in shown, "a rule that nothing asks for has no effect to tell"
