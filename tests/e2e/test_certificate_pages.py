"""Commitment certificates on the desk: from a harvest to the printed form, its symbol, and what bars it."""

from __future__ import annotations

import html
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
from trace.ledger.key_sealing import MasterKey
from trace.parties import OWN, Actor
from trace.platform.jobs import jobs_of
from trace.usecases.certificates.certificate import own_certificate
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.held_keys import hold_key

FORM = "/desk/records/合格证"


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def sit(door: Door) -> Desk:
    door.clock.advance(timedelta(hours=20))
    return signed_in(door.platform, door.client, "wangmin")


def hold(door: Door) -> str:
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), kept.key)
    return kept.key.kid


def bought(chain: TracedChain) -> str:
    """R1 of the mill, which may certify what it buys and repacks."""
    sent = chain.ship("C1", 900, chain.harvest("H1", 1_000), by=FARM, to=MILL, at="06 08:00")
    return chain.receive("R1", 900, sent, by=MILL, at="06 09:00")


def failed(chain: TracedChain, lot: str) -> None:
    item = {"name": "毒死蜱", "limit": "0.02", "value": "0.05", "unit": "mg/kg", "verdict": "fail"}
    data = made.a_report(
        lot=lot, purpose="certificate", items=[item], conclusion="fail",
        sampledAt="2026-10-06T10:00:00+08:00", testedAt="2026-10-06T12:00:00+08:00",
    )  # fmt: skip
    chain.state(MILL, "lab.report", lot, data, "06 12:00")


def issue(door: Door, desk: Desk, kid: str) -> str:
    """By the form that the list leads to; the certificate's page."""
    link = html.unescape(
        re.search(r'href="(/desk/records/[^"]*R1[^"]*)"', desk.get("/desk/certificates").text)[1]
    )
    form = desk.get(link).text
    assert 'name="r0.quantity" value="900"' in form
    filled = {
        "certNo": "C-R1", "lot": "R1", "productName": "稻谷", "quantity": "900", "unit": "kg",
        "origin": "上海市崇明区", "basis": "质量安全控制符合要求", "style": "样式一",
        "issuedAt": "2026-10-06T14:00", "contact": "000-0001",
    }  # fmt: skip
    where = desk.post(FORM, **{f"r0.{name}": text for name, text in filled.items()}).headers["Location"]
    work = JobRunner(door.platform.transactions, jobs_of(door.platform))
    while work.run_one():
        pass
    desk.get(where)
    handed = desk.post(f"{where}/sign")
    assert handed.status_code == 303, handed.text
    batch = handed.headers["Location"]
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    assert desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown).status_code == 303
    return re.search(r'href="(/desk/certificates/[A-Za-z0-9_-]{43})', desk.get("/desk/certificates").text)[1]


def test_a_certificate_is_issued_printed_twice_and_looked_up_by_its_symbol(
    door: Door, chain: TracedChain
) -> None:
    bought(chain)
    kid, desk = hold(door), sit(door)
    where = issue(door, desk, kid)
    page = desk.get(where).text
    assert page.count('class="cert"') == 2
    assert page.count("<svg") >= 2
    for said in ("☑ 质量安全控制符合要求", "☐ 自行检测合格", "上海市崇明区", "000-0001", "未使用禁用农药"):
        assert said in page, said
    stmt = where.rpartition("/")[2]

    one = own_certificate(
        door.platform.transactions, Actor("t", made.uscc(MILL), scopes=frozenset({OWN})), stmt
    )
    address = one.address("")
    shown = door.client.get(address)
    assert shown.status_code == 200
    assert "登记有效" in shown.text
    assert "上海市崇明区" in shown.text
    assert "000-0001" not in shown.text, "how to reach somebody is for who has the paper"
    assert door.client.get(f"/certificates/{stmt}").status_code == 404
    assert door.client.get(f"/certificates/{stmt}?v={'A' * 22}").status_code == 404


def test_after_a_failed_test_none_is_issued_and_an_earlier_one_is_not_printed(
    door: Door, chain: TracedChain
) -> None:
    lot = bought(chain)
    kid, desk = hold(door), sit(door)
    where = issue(door, desk, kid)
    failed(chain, lot)
    desk = sit(door)
    page = desk.get("/desk/certificates").text
    assert "不能开具" in page
    assert "毒死蜱" in page
    assert not re.search(r'href="/desk/records/[^"]*R1', page)
    one = desk.get(where).text
    assert "不能再打印或交付" in one
    assert one.count('class="cert"') == 1
    assert "登记有效" not in one


def test_inside_the_interval_no_certificate_is_offered(door: Door, chain: TracedChain) -> None:
    """R08: what was reaped too soon waits, whoever bought it since; a spraying that is stated late counts."""
    bought(chain)
    sprayed = made.an_operation(plot=made.plot(1), usedOn="2026-10-04")
    chain.state(FARM, "farm.operation", made.plot(1), sprayed, "06 10:00")
    page = sit(door).get("/desk/certificates").text
    assert "不能开具" in page
