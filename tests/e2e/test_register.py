"""The register of producers of green food, as an authority reads it: by machine and on its page."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, add_member
from tests.builders.traced_chain import MILL, TracedChain
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR

OCTOBER = "from=2026-10-01&to=2026-10-31"


def firm(door: Door) -> None:
    """The mill as the registrar knows it."""
    said = door.registrar.state("master.party", made.uscc(MILL), made.a_party(), at=door.clock())
    door.log(said)


def licence(door: Door, **changed: object) -> None:
    data = made.a_licence(**changed)
    door.log(door.registrar.state("master.licence", f"urn:licence:{data['number']}", data, at=door.clock()))


@pytest.fixture
def door(tmp_path, database_url):
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        TracedChain(opened, opened.clock)
        firm(opened)
        licence(opened)
        yield opened


@pytest.mark.requirement("S0-15", "S0-40")
def test_an_authority_reads_who_is_on_it_and_what_changed(door):
    licence(door, number="LB-01-26100001", productNames=["糯米"], kind="organic")
    answer = door.get(f"/api/v1/register?{OCTOBER}", door.regulator())
    assert answer.status_code == 200, answer.text
    (producer,) = answer.json["producers"]
    assert (producer["producer"], producer["region"]) == (made.uscc(MILL), "310151")
    (held,) = producer["licences"]
    assert (held["number"], held["approvedOutput"]) == (made.RICE_MARK, "100 t")
    assert [one["what"] for one in answer.json["changes"]] == ["entered", "licensed"]
    licence(door, status="cancelled")
    after = door.get(f"/api/v1/register?{OCTOBER}", door.regulator()).json
    assert after["producers"] == []
    assert after["products"] == 0


def test_a_firm_a_stranger_and_another_county_see_nothing_of_it(door):
    assert door.get(f"/api/v1/register?{OCTOBER}").status_code == 401
    assert door.get(f"/api/v1/register?{OCTOBER}", door.tokens["writer"]).status_code == 403
    far = door.token("urn:uscc:11310151XN0000BB42", "trace:all", roles=["regulator_market"], region="440300")
    assert door.get(f"/api/v1/register?{OCTOBER}", far).json["producers"] == []


@pytest.mark.parametrize("days", ["from=2026-10-31&to=2026-10-01", "from=x", "to=2026-13-01"])
def test_days_that_are_none_are_told(door, days):
    refused = door.get(f"/api/v1/register?{days}", door.regulator())
    assert refused.status_code == 400
    assert refused.json["code"] == "period-malformed"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_its_page_is_read_at_any_width(chromium, tmp_path, databases, width, theme, locale):
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        TracedChain(door, door.clock)
        firm(door)
        licence(door)
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "ju")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        assert ORGANISATIONS[OPERATOR].urn == made.uscc(MILL)
        with serving(door.app) as base, browsing(chromium, width, theme, locale) as page:
            enter(page, base, "ju")
            page.goto(f"{base}/desk/register?{OCTOBER}")
            assert made.RICE_MARK in page.locator("main").inner_text()
            look(page)
            page.goto(f"{base}/desk/register?from=2026-10-31&to=2026-10-01")
            assert page.locator("[role=alert]").count() == 1
            look(page)
            page.context.clear_cookies()
            enter(page, base, "wangmin")
            assert page.goto(f"{base}/desk/register").status == 403
