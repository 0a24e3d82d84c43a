"""A receipt filled in by scanning, without scripts: what was typed stays, amounts are left to people."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import PASSWORD, Desk, signed_in
from tests.builders.traced_chain import K1, P1, SHOP, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.statement import label_digest
from trace.store.accounts.people import Organisation, add_organisation
from trace.store.log.entries import find_entries
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device

FORM = "/desk/records/进货查验"
CODE = "(01)09521234100010(10)M1"


@pytest.fixture
def door(tmp_path, databases) -> Iterator[Door]:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        shop = Organisation(made.uscc(SHOP), "超市（测试）", OPERATOR)
        with door.platform.transactions.begin("test") as tx:
            add_organisation(tx.connection, shop, tx.now)
            token = invite(tx, shop.urn, "shop", ["purchasing"], None)
        join(door.platform.transactions, token, "shop", PASSWORD, Device("192.0.2.1", "test"))
        yield door


def sit(door: Door) -> Desk:
    return signed_in(door.platform, door.client, "shop")


def value(page: str, member: str) -> str:
    found = re.search(rf'id="r0\.{re.escape(member)}" name="[^"]+" value="([^"]*)"', page)
    assert found is not None, member
    return found[1]


def looked(desk: Desk, text: str, **typed: str) -> str:
    desk.get(FORM)
    return str(desk.post(FORM, scan=text, look="1", **typed).text)


def test_a_code_of_goods_sent_to_us_fills_in_supplier_and_lot(door) -> None:
    chain = TracedChain(door, door.clock)
    report = chain.packed_rice()
    desk = sit(door)
    before = looked(desk, CODE, **{"r0.quantity": "12", "r0.productName": "我写的名字"})
    assert (value(before, "quantity"), value(before, "productName")) == ("12", "我写的名字")
    assert (value(before, "batchNo"), value(before, "supplierLot")) == ("M1", "")
    assert value(before, "productionDate") == "", "days are for people to state"
    assert "没有找到发给本单位的登记" in before
    sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
    after = looked(sit(door), CODE)
    assert (value(after, "supplierLot"), value(after, "supplier")) == (sent, made.MILL)
    assert value(after, "quantity") == ""


def test_recalled_goods_are_said_to_be_so(door) -> None:
    chain = TracedChain(door, door.clock)
    chain.packed_rice()
    chain.recall(P1)
    assert "在召回之列" in looked(sit(door), CODE)


def test_a_certificate_by_its_symbol_and_a_wrong_one(door) -> None:
    chain = TracedChain(door, door.clock)
    lot = chain.harvest("H1", 500)
    data = made.a_certificate(lot=lot, issuedAt="2026-10-05T18:00:00+08:00")
    stmt = chain.state(made.COOPERATIVE, "farm.certificate", lot, data, "05 18:00")
    with door.platform.transactions.look("test") as tx:
        jws = find_entries(tx.connection, [stmt])[stmt].jws
    desk = sit(door)
    page = looked(desk, f"https://id.trace.test/certificates/{stmt}?v={label_digest(jws)}")
    assert value(page, "proof_ref") == data["certNo"]
    assert value(page, "quantity") == ""
    assert data["certNo"] not in looked(desk, f"https://id.trace.test/certificates/{stmt}?v={'A' * 22}")


@pytest.mark.parametrize("text", ["hello", "GT1:x", "(01)09521234100010(10)NONE", "javascript:alert(1)"])
def test_what_is_nothing_is_said_to_be_nothing(door, text) -> None:
    assert "查不到" in looked(sit(door), text)
