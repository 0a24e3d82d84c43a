"""A farm's year on pages: a notice is served, a commitment signed with its plots, the office sees both."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.commitments import SHAPE
from tests.builders.members import PASSWORD, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import TracedChain
from tests.builders.two_bureaus import AGRI, seat, signed
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device

FARM = made.uscc(made.COOPERATIVE)
DRAWN, BARE = made.plot(1), "urn:place:310151-0002"


@pytest.fixture(scope="module")
def told(tmp_path_factory, databases) -> Iterator[TracedChain]:
    folder = tmp_path_factory.mktemp("commitments")
    with Door(folder, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        chain.signers[AGRI] = Signer(AGRI, "regulator_agri")
        door.register(chain.signers[AGRI])
        add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        seat(door.platform.transactions, "wei")
        with door.platform.transactions.begin("test") as tx:
            add_organisation(tx.connection, Organisation(FARM, "瀛东合作社", OPERATOR), tx.now)
            token = invite(tx, FARM, "nong", ["head"], None)
        join(door.platform.transactions, token, "nong", PASSWORD, Device("192.0.2.1", "test"))
        farm = made.a_party(name="瀛东合作社", kind="cooperative", roles=["grower"], region="310151")
        chain.state(AGRI, "master.party", FARM, farm, "01 08:00")
        for urn, mu, sketch in ((DRAWN, "28", SHAPE), (BARE, "31", made.ABSENT)):
            plot = made.a_plot(name=f"{mu} 亩田", region="310151", areaMu=mu, sketch=sketch)
            chain.state(made.COOPERATIVE, "master.place", urn, plot, "01 09:00")
        yield chain


def filled(**changed: str) -> dict[str, str]:
    given = {
        "year": "2026", f"plot.{DRAWN}": "yes", f"mu.{DRAWN}": "30", "crop.1": "水稻", "variety.1": "南粳46",
        "way.1": "open_field", "activity.growing": "yes", "agreed": "yes", **changed,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


@pytest.mark.requirement("S1-17")
@pytest.mark.requirement("S1-18")
@pytest.mark.requirement("S1-19")
def test_a_farm_is_told_commits_itself_and_both_see_it(told):
    door = told.platform
    wei = signed_in(door.platform, door.client, "wei")
    page = wei.get("/office/commitments").text
    assert "1 家中 1 家还没有收到告知书" in page and "未告知" in page
    assert "2026-03-31 已过，应由农业农村部门补发" in page, "it is not the farm that is late"
    assert "已过，应由" not in wei.get("/office/commitments?year=2027").text
    past = wei.get("/office/commitments?year=2025").text
    assert "未告知" not in past and "当年登记册上有哪些主体，系统没有记录" in past, "nobody knows"
    assert "0 家还没有告知" not in wei.get("/office/entry-notices").text, "an empty register is no work done"
    wei.get("/office/commitments")
    late = wei.post("/office/commitments", year="2026", text="请签订承诺书", due="2026-01-01")
    assert late.status_code == 422 and "请签订承诺书" in late.text, "what was typed stands still"
    text = re.search(r"<textarea[^>]*>(.+?)</textarea>", page, re.DOTALL)[1]
    wei.get("/office/commitments")
    drafted = wei.post("/office/commitments", year="2026", text=text, due="2026-10-31")
    assert drafted.status_code == 303, drafted.text
    waiting = wei.get("/office/commitments").text
    assert "已拟稿，待签名" in waiting and "<textarea" not in waiting, "nobody is told twice"

    nong = signed_in(door.platform, door.client, "nong")
    assert "还没有收到本年的告知书" in nong.get("/desk/commitment").text, "a draft is no notice"
    signed(told, AGRI, drafted.headers["Location"])
    assert (
        "安全间隔期、兽药休药期" in nong.get("/desk/commitment").text
        and "请在 2026-10-31 前签订" in nong.page.text
    )
    assert "签订本年承诺书" in nong.get("/desk").text, "it stands among what is to be done"

    nong.get("/desk/commitment")
    short = nong.post("/desk/commitment", **filled(**{"variety.1": "", "agreed": ""}))
    assert (
        short.status_code == 422
        and "每一种的种类、品种和生产方式、对承诺事项的确认" in short.text
        and 'value="水稻"' in short.text
    )
    undrawn = nong.post("/desk/commitment", **filled(**{f"plot.{BARE}": "yes", f"mu.{BARE}": "31"}))
    assert undrawn.status_code == 422 and "还缺：地块图、31 亩田" in undrawn.text
    first = nong.post("/desk/commitment", **filled(**{f"mu.{DRAWN}": "29"}))
    assert first.status_code == 303, first.text
    waiting = nong.get("/desk/commitment").text
    assert f'已经填好，等签名；这张表再交一次，会换掉它。\n<a href="{first.headers["Location"]}' in waiting
    whole = nong.post("/desk/commitment", **filled())
    assert whole.status_code == 303, whole.text
    listed = re.findall(r"/desk/sign/[\w-]{16}", nong.get("/desk/sign").text)
    assert set(listed) == {whole.headers["Location"]}, "one form, one batch"
    assert "不使用国家禁止使用的农业投入品" in nong.get(whole.headers["Location"]).text
    statement = signed(told, made.COOPERATIVE, whole.headers["Location"])

    assert "本年承诺书已于" in nong.get("/desk/commitment").text
    assert "签订本年承诺书" not in nong.get("/desk").text
    row = wei.get("/office/commitments").text.split("瀛东合作社", 1)[1].split("</tr>", 1)[0]
    assert "已签" in row and "30 亩" in row and "2 处不一致" in row
    seen = wei.get(f"/office/commitments/{FARM}?year=2026").text
    assert "0,0 1000,0 1000,500 0,500" in seen, "the drawing that was signed"
    assert "南粳46" in seen and statement[:8] in seen
    assert "承诺 30 亩，登记 28 亩" in seen and "“31 亩田”（31 亩）没有写进承诺书" in seen
    assert "承诺书核对" in nong.get("/desk/looked").text, "the farm sees who looked"

    made_in = wei.get("/office/assessment/committed/part?year=2026").text
    assert "瀛东合作社" in made_in and statement[:16] in made_in
    assert "清单为空" in wei.get("/office/assessment/told/part?year=2026").text, (
        "told in October, not by March"
    )
    assert "瀛东合作社" in wei.get("/office/assessment/told/whole?year=2026").text


def test_another_department_serves_nothing_and_another_firm_commits_nothing(told):
    door = told.platform
    ju = signed_in(door.platform, door.client, "ju")
    assert "瀛东合作社" in ju.get("/office/commitments").text and "<textarea" not in ju.page.text
    assert (
        ju.post("/office/commitments", year="2026", text="请签订承诺书", due="2026-10-31").status_code == 403
    )
    assert ju.get("/office/commitments/urn:uscc:91310113XN0000557R").status_code == 422
    add_member(door.platform.transactions, OPERATOR, ["head"], "mill")
    mill = signed_in(door.platform, door.client, "mill")
    assert "本单位不是" in mill.get("/desk/commitment").text and 'name="agreed"' not in mill.page.text
    mill.get("/desk/account")
    assert mill.post("/desk/commitment", **filled()).status_code == 422
