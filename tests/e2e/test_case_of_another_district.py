"""Every form of a case, asked for by the next district: refused each time, no name in it, nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import OFFICER, PDF, REVIEWER, accredit, fail, somebody, step
from tests.builders.members import Desk, signed_in
from tests.builders.traced_chain import K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device

CASE, NAME = "/office/cases/AJ2026-00001", "（演示）子虚米业"
PAPER = hashlib.sha256(PDF).hexdigest()
FORMS = ("", f"/papers/{PAPER}", "/receivers.xlsx", "/bundle", "/trace.pdf?paper=a3", "/trace.pdf?paper=a4")
NEXT = Organisation(made.uscc(made.TOFU), "外区市场监管局", "authority", "market", "310120")
PASSWORD = "a long river of plain words"


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        accredit(chain)
        chain.ship("D1", 400, K1, to=SHOP, report=chain.packed_rice())
        party = made.a_party(name=NAME, region="310151")
        opened.log(opened.registrar.state("master.party", made.uscc(MILL), party, at=opened.clock()))
        fail(chain)
        tx = opened.platform.transactions
        step(tx, somebody(tx, "王办", OFFICER), "notify", paper=PDF)
        with tx.begin("test") as writing:
            add_organisation(writing.connection, NEXT, writing.now)
            token = invite(writing, NEXT.urn, "waiqu", [OFFICER], None)
        join(tx, token, "waiqu", PASSWORD, Device("192.0.2.1", "test"))
        yield opened


def test_no_form_of_a_case_opens_to_the_next_district(door: Door) -> None:
    desk: Desk = signed_in(door.platform, door.client, "waiqu")
    before = door.counts()
    for form in FORMS:
        answer = desk.get(f"{CASE}{form}")
        assert answer.status_code == 403, form
        assert NAME not in answer.text, form
        assert "镉" not in answer.text, form
    for page in ("/office", "/office/cases?show=all", "/office/find?q=AJ2026-00001&purpose=daily"):
        shown = desk.get(page).text
        assert NAME not in shown, page
        assert f'href="{CASE}"' not in shown, page
    desk.get("/office/cases")
    desk.get("/office/cases?show=left")
    changed = {"session"}
    assert {name for name, count in door.counts().items() if count != before[name]} <= changed


def test_an_office_that_was_asked_to_assist_has_the_page_and_reads_it_once_it_answered(door: Door) -> None:
    desk: Desk = signed_in(door.platform, door.client, "waiqu")
    tx = door.platform.transactions
    asking = somebody(tx, "周审", REVIEWER)
    step(tx, asking, "ask-assistance", receiver=NEXT.urn, paper=PDF)
    step(tx, somebody(tx, "陈办", OFFICER), "prepare-hold", why="镉超标，先停售")
    shown = desk.get(CASE).text
    assert "先停售" in shown and "/desk/sign/" not in shown, "no link to a draft of another office"
    assert NAME in shown
    assert "协助调查回复" in shown
    assert "受请协助" in shown
    assert "个工作日" in shown and " wd" not in shown and "promptly" not in shown, "in the page's language"
    beyond = desk.get(f"{CASE}?after=99999").text
    assert "后面没有了" in beyond and "100000" not in beyond, "no page of what is not there"
    assert f'href="{CASE}"' in desk.get("/office").text
    answering = somebody(tx, "外区", OFFICER, area="310120", urn=NEXT.urn)
    step(tx, answering, "answer-assistance", paper=b"%PDF-1.7 the answer")
    after = desk.get(CASE)
    assert after.status_code == 200
    assert "只能查看当时的案卷" in after.text
    assert f'action="{CASE}/steps"' not in after.text
    assert f'href="{CASE}"' in desk.get("/office/cases?show=left").text
