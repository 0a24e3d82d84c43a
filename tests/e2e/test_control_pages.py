"""Records of own control on pages: who fills them in, who signs them, and which are overdue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import FARM, MILL, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.calendar.shanghai import day_in_shanghai
from trace.ledger.key_sealing import MasterKey
from trace.usecases.signing.held_keys import hold_key

ITEM = re.compile(r'name="([a-z0-9-]+)\.result"')


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        for login, role in (("wangmin", "head"), ("zhao", "safety-officer"), ("qian", "safety-director")):
            add_member(opened.platform.transactions, OPERATOR, [role], login)
        yield opened


def hold(door: Door) -> str:
    """A key of the mill that the service holds."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), kept.key)
    return kept.key.kid


def sign(desk: Desk, batch: str, kid: str) -> int:
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    return desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown).status_code


def all_sound(desk: Desk, path: str) -> dict[str, str]:
    return {f"{name}.result": "ok" for name in ITEM.findall(desk.get(path).text)}


@pytest.mark.requirement("S4-01")
def test_a_day_is_recorded_by_the_officer_and_by_nobody_else(door):
    TracedChain(door, door.clock)
    kid = hold(door)
    path = f"/desk/controls/daily/{day_in_shanghai(door.clock())}"
    head = signed_in(door.platform, door.client, "wangmin")
    assert "您不是" in head.get(path).text
    refused = head.post(path, **all_sound(head, path))
    assert (refused.status_code, "食品安全员" in refused.text) == (403, True)

    officer = signed_in(door.platform, door.client, "zhao")
    filled = all_sound(officer, path)
    assert len(filled) == 12
    short = officer.post(path, **{**filled, "environment.result": "problem"})
    assert (short.status_code, "还缺：生产环境条件" in short.text) == (422, True)
    said = {"environment.problem": "地面积水", "environment.handling": "已清理"}
    officer.get(path)
    answer = officer.post(path, **{**filled, **said, "environment.result": "problem"})
    batch = answer.headers["Location"]
    assert "地面积水" in officer.get(batch).text
    assert sign(head, batch, kid) == 200
    assert "签署人身份不对" in head.page.text, "the head is not the officer"
    assert sign(officer, batch, kid) == 303
    listed = officer.get("/desk/controls").text
    assert "食品安全员" in listed
    assert "已签" in listed
    assert 'value="地面积水"' in officer.get(path).text


@pytest.mark.requirement("S4-01")
def test_a_day_is_checked_by_the_firms_own_list_of_risks(door):
    TracedChain(door, door.clock)
    kid, path = hold(door), f"/desk/controls/daily/{day_in_shanghai(door.clock())}"
    officer, director = (signed_in(door.platform, door.client, login) for login in ("zhao", "qian"))
    assert "还没有风险管控清单" in officer.get(path).text
    risks = "/desk/controls/risks"
    officer.get(risks)
    assert officer.post(risks, lines="金属异物 | 校验").status_code == 403, "the officer does not sign it"
    director = signed_in(door.platform, door.client, "qian")
    director.get(risks)
    bad = director.post(risks, lines="金属异物")
    assert (bad.status_code, "“金属异物”不是" in bad.text) == (422, True)
    director.get(risks)
    long = director.post(risks, lines="\n".join(f"风险 {n} | 校验" for n in range(61)))
    assert (long.status_code, "写了 61 行，最多 60 行" in long.text, "风险 60”不是" in long.text) == (
        422,
        True,
        False,
    )
    director.get(risks)
    batch = director.post(risks, lines="金属异物 | 金属探测器校验 | 每班\n镉超标原料｜逐批查验报告").location
    assert sign(director, batch, kid) == 303
    officer = signed_in(door.platform, door.client, "zhao")
    filled = all_sound(officer, path)
    assert len(filled) == 14
    short = officer.post(path, **{**filled, "risk-2.result": "problem"})
    assert (short.status_code, "还缺：镉超标原料" in short.text) == (422, True)
    officer.get(path)
    said = {"risk-2.result": "problem", "risk-2.problem": "缺一份报告", "risk-2.handling": "已补"}
    batch = officer.post(path, **{**filled, **said}).location
    assert sign(officer, batch, kid) == 303
    assert 'value="缺一份报告"' in officer.get(path).text
    assert "逐批查验报告" in officer.get(risks).text


@pytest.mark.requirement("S4-01")
def test_weeks_are_the_directors_and_months_the_heads(door):
    TracedChain(door, door.clock)
    kid, today = hold(door), day_in_shanghai(door.clock())
    director = signed_in(door.platform, door.client, "qian")
    weekly = f"/desk/controls/weekly/{today}"
    assert (
        sign(director, director.post(weekly, **all_sound(director, weekly)).headers["Location"], kid) == 303
    )
    head = signed_in(door.platform, door.client, "wangmin")
    monthly = f"/desk/controls/monthly/{today}"
    head.get(monthly)
    batch = head.post(monthly, summary="没有发现风险", tasks="培训两次").headers["Location"]
    assert sign(head, batch, kid) == 303
    assert head.get("/desk/controls").text.count("已签名") == 2
    assert head.get(f"/desk/controls/daily/{today + timedelta(days=1)}").status_code == 404
    assert head.get("/desk/controls/hourly/2026-10-01").status_code == 404
    head.get("/desk/controls")
    assert (
        head.client.post(
            "/desk/controls/hourly/2026-10-01", data=head.fields(), environ_overrides=head.where
        ).status_code
        == 404
    )
    assert head.get("/desk/controls/daily/yesterday").status_code == 404


def test_a_day_without_a_record_is_overdue_where_something_was_made(door):
    chain = TracedChain(door, door.clock)
    chain.packed_rice()
    listed = signed_in(door.platform, door.client, "wangmin").get("/desk/controls").text
    assert "逾期" in listed, "the mill ran"
    assert "不确定" in listed, "of other days nobody knows"


@pytest.mark.requirement("S0-29")
def test_figures_of_quality_open_their_rows(door):
    chain = TracedChain(door, door.clock)
    chain.packed_rice()
    sent = chain.ship("C7", 900, chain.harvest("H7", 1_000), by=FARM, to=MILL, at="06 08:00")
    chain.receive("R7", 1_000, sent, at="06 09:00")
    desk = signed_in(door.platform, door.client, "wangmin")
    late = desk.get("/desk/quality").text
    assert "R7" in late.partition("<tbody>")[2], "received on the 6th, stated on the 13th"
    against = desk.get("/desk/quality?what=contradicted").text
    assert "R7" in against.partition("<tbody>")[2], "more came than was sent"
    assert "没有。" in desk.get("/desk/quality?what=incomplete").text
