"""A firm reads an authority's notice at its desk, signs for it, and the case knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import accredit, fail, history
from tests.builders.members import add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, MILL, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.usecases.casework.consignees import acknowledged_in
from trace.usecases.signing.held_keys import hold_key

TEXT, NUMBER = "请于三日内停止销售并答复数量", "AJ2026-00001"
FIRM = made.uscc(MILL)


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        opened.platform.master_key = MasterKey(bytes(range(32)))
        kept = Signer(MILL, "processor", stream="desk-2")
        opened.log(opened.registrar.register(kept, custody="server"))
        hold_key(opened.platform.transactions, opened.platform.master_key, FIRM, kept.key)
        notice = orders.a_notice(matter=NUMBER, to=[FIRM], text=TEXT, dueBy="2026-10-24")
        chain.state(made.BUREAU, "oversight.notice", FIRM, notice, "22 09:00")
        elsewhere = orders.a_notice(matter=NUMBER, to=[made.uscc(made.TOFU)], text="给另一家的通知")
        chain.state(made.BUREAU, "oversight.notice", made.uscc(made.TOFU), elsewhere, "22 09:10")
        yield opened


def test_a_firm_signs_for_a_notice_and_the_case_shows_it(door: Door) -> None:
    desk = signed_in(door.platform, door.client, "wangmin")
    for path in ("/desk/gaps", "/desk/letters", "/desk/inbox", "/desk/recalls"):
        assert f'href="/desk/stock/{K1}"' in desk.get(path).text, "goods that failed lead to where they are"
    page = desk.get("/desk/recalls").text
    assert TEXT in page
    assert "2026-10-24" in page
    assert "给另一家的通知" not in page, "another firm's notice is not for it"
    action = re.search(r'action="(/desk/official-notices/[^"]+)"', page)
    assert action is not None
    batch = desk.post(action[1]).headers["Location"]
    assert batch.startswith("/desk/sign/")
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)
    key = re.search(r'name="key" value="([^"]+)"', desk.page.text)
    assert shown is not None
    assert key is not None
    signed = desk.post(f"{batch}/held", agreed="yes", key=key[1], shown=shown[1])
    assert signed.status_code == 303, signed.text
    assert "已于" in desk.get("/desk/recalls").text
    receipt = acknowledged_in(history(door.platform.transactions, NUMBER))[FIRM]
    assert receipt.event == "act-signed"
    forged = desk.post("/desk/official-notices/nothing/receipt")
    assert forged.status_code in {400, 403, 404}
