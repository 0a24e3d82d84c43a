"""Open disputes of an area: counted whole, shown by pages, each look told; and the page that shows them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import OFFICER, somebody
from tests.builders.members import signed_in
from tests.builders.traced_chain import K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.errors import PurposeMissing
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.accounts.tokens import Terms, issue_token
from trace.usecases.casework.list_disputes import list_disputes
from trace.usecases.casework.look import list_looks_at

SIDES = {made.uscc(MILL), made.uscc(SHOP)}
OFFICE = Organisation(made.uscc(made.TOFU), "本区市场监管局", "authority", "market", "310151")
PASSWORD = "a long river of plain words"


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    """A mill of the area sent 400 kg, and the shop, whose area is another, says that it received 450 kg."""
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        report = chain.packed_rice()
        for holder, region in ((MILL, "310151"), (SHOP, "310120")):
            party = made.a_party(region=region)
            opened.log(opened.registrar.state("master.party", made.uscc(holder), party, at=opened.clock()))
        sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
        chain.receive("S1", 450, sent, by=SHOP, at="15 09:00")
        yield opened


def test_a_dispute_is_listed_in_the_area_of_either_side(door: Door) -> None:
    tx = door.platform.transactions
    mine = somebody(tx, "甲", OFFICER, area="310151", urn="urn:uscc:91310151MA1FL4PP0P")
    theirs = somebody(tx, "乙", OFFICER, area="310120", urn="urn:uscc:91310120MA1FL4QQ0Q")
    other = somebody(tx, "丙", OFFICER, area="310115", urn="urn:uscc:91310115MA1FL4CC0C")
    with pytest.raises(PurposeMissing):
        list_disputes(tx, mine, " ")
    assert not list_looks_at(tx, made.uscc(MILL))
    for office in (mine, theirs):
        seen = list_disputes(tx, office, "日常监督检查")
        (one,) = seen.disputes
        assert seen.count == 1
        assert set(one.between) == SIDES
        assert one.row.subject == "quantity"
        assert "receiver-corrects" in one.ends
        assert one.row.since <= seen.now
    assert {row.what for row in list_looks_at(tx, made.uscc(MILL))} == {"disputes"}
    none = list_disputes(tx, other, "日常监督检查")
    assert (none.count, none.disputes) == (0, [])
    beyond = list_disputes(tx, mine, "日常监督检查", after=1)
    assert (beyond.count, beyond.disputes) == (1, [])


def test_the_page_asks_for_a_purpose_and_names_both_sides(door: Door) -> None:
    tx = door.platform.transactions
    with tx.begin("test") as writing:
        add_organisation(writing.connection, OFFICE, writing.now)
        token = invite(writing, OFFICE.urn, "benqu", [OFFICER], None)
    join(tx, token, "benqu", PASSWORD, Device("192.0.2.1", "test"))
    desk = signed_in(door.platform, door.client, "benqu")
    asked = desk.get("/office/disputes")
    assert asked.status_code == 200
    assert "<table" not in asked.text
    assert desk.get("/office/disputes?purpose=").status_code == 422
    beyond = desk.get("/office/disputes?purpose=daily&after=500").text
    assert "501" not in beyond and "后面没有了" in beyond, "no page of what is not there"
    token = issue_token(tx, OFFICE.urn, "machine", ("trace:all",), ["regulator_market"], Terms("310151"))
    told = door.get("/api/v1/disputes?purpose=daily", token).json
    (one,) = told["disputes"]
    assert (told["count"], set(one["between"]), one["subject"]) == (1, SIDES, "quantity")
    assert door.get("/api/v1/disputes", token).json["code"] == "purpose-missing"
    shown = desk.get("/office/disputes?purpose=daily").text
    assert "数量不符" in shown
    assert "收货方更正或撤回收货记录" in shown
    assert "争议列表" in desk.get("/office/looks").text, "and the look is listed, in words"
    assert "400" in shown
    assert "450" in shown
