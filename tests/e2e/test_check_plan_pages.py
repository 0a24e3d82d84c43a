"""The plan of checks on its page: a grade stated, a proposal taken over once, an item given up."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import MILL, TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.store.casework.checks import check_items


@pytest.fixture
def door(tmp_path, database_url):
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        TracedChain(opened, opened.clock)
        state = opened.registrar.state
        opened.log(state("master.party", made.uscc(MILL), made.a_party(), at=opened.clock()))
        data = made.a_licence()
        opened.log(state("master.licence", f"urn:licence:{data['number']}", data, at=opened.clock()))
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        yield opened


@pytest.mark.requirement("S0-16", "S0-17", "S3-26", "S4-05", "S4-06")
def test_a_plan_is_proposed_taken_over_once_and_given_up_with_a_reason(door):
    desk = signed_in(door.platform, door.app.test_client(), "chenban")
    first = desk.get("/office/check-plan").text
    assert "没有风险等级，只排法定全面检查" in first
    points = "动态 | 监督抽检 | 38 | SH-2026-J-1\n静态 | 食品类别 | 30 | 许可档案"
    graded = {"kind": "risk_grade", "grade": "D", "points": points, "since": "2026-10-01"}
    graded |= {"evidence": "年度评级表", "why": "年度评级"}
    desk.get(f"/office/register/{MILL}")
    assert desk.post(f"/office/register/{MILL}/entries", **graded).status_code == 303
    assert "D 级，68 分" in desk.get("/office/check-plan").text, "the register's entry, with its points"
    for _ in range(2):
        desk.get("/office/check-plan")
        taken = desk.post("/office/check-plan", year="2026", market="4", agriculture="4", visits="8")
        assert taken.status_code == 303
    with door.platform.transactions.look() as tx:
        items = check_items(tx.connection, 2026)
    assert sorted(one.why for one in items) == ["cadence", "cadence", "full"]
    assert {one.grade for one in items} == {"D"}
    desk.get("/office/check-plan")
    number = items[0].number
    assert f"plan={number}" in desk.get("/office/carried-out").text, "a visit is opened for the item"
    assert desk.post(f"/office/check-plan/{number}/end", why="").status_code == 422
    desk.get("/office/check-plan")
    assert desk.post(f"/office/check-plan/{number}/end", why="企业停产").status_code == 303
    assert "企业停产" in desk.get("/office/check-plan").text
    assert desk.post("/office/check-plan/JC2026-0/end", why="企业停产").status_code == 404
