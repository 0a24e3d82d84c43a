"""Every form of a case, asked for by the next district: refused each time, no name in it, nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import OFFICER, PDF, accredit, fail, somebody, step
from tests.builders.members import Desk, signed_in
from tests.builders.traced_chain import MILL, TracedChain
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
        chain.packed_rice()
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
    changed = {"session"}
    assert {name for name, count in door.counts().items() if count != before[name]} <= changed
