"""Inbox, single records and the day's list, over HTTP without scripts, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import FARM, K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.held_keys import hold_key

BATCH = re.compile(r"/desk/sign/[A-Za-z0-9_-]+")
RECEIPT = "/desk/records/进货查验"


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        assert ORGANISATIONS[OPERATOR].urn == made.uscc(MILL)
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def sit(door: Door) -> Desk:
    """The head of the mill signs in: after the story, whose days end sessions."""
    return signed_in(door.platform, door.client, "wangmin")


def hold(door: Door) -> str:
    """A key of the mill that the service holds."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    key = kept.key
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), key)
    return key.kid


def claimed(chain: TracedChain) -> str:
    """The shop states what it received of the mill without opening the consignment; the receipt's id."""
    report = chain.packed_rice()
    sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
    chain.openings.pop(sent)
    chain.receive("S1", 400, sent, by=SHOP, at="15 09:00", role="goods")
    return chain.stated["food.receipt", made.lot(SHOP, "S1")][1]


def sent_by_farm(chain: TracedChain) -> str:
    return chain.ship("C1", 900, chain.harvest("H1", 1_000), by=FARM, to=MILL, at="06 08:00")


def test_a_day_without_answers_due_names_none(door, chain):
    page = sit(door).get("/desk").text
    assert "等本单位确认" not in page
    assert "在途" not in page


def test_goods_on_their_way_lead_to_a_form_that_knows_who_sent_them(door, chain):
    sent = sent_by_farm(chain)
    desk = sit(door)
    assert "1 笔货在途" in desk.get("/desk").text
    page = desk.get("/desk/inbox").text
    assert "900 kg" in page
    assert "C1" in page
    link = re.search(r'href="(/desk/records/[^"]+)"', page.partition("发给本单位")[2])[1].replace(
        "&amp;", "&"
    )
    form = desk.get(link).text
    assert f'name="r0.supplierLot" value="{sent}"' in form
    assert 'name="r0.quantity" value=""' in form, "how much came is for the receiver to say"
    assert 'name="r0.receivedAt" value=""' in form


def test_a_receipt_by_hand_is_checked_and_waits_for_its_signature(door, chain):
    sent, kid = sent_by_farm(chain), hold(door)
    desk = sit(door)
    work = JobRunner(door.platform.transactions, jobs_of(door.platform))
    filled = {
        "lot": "R1", "productName": "稻谷", "role": "原料", "quantity": "9百", "unit": "kg",
        "receivedAt": "2026-10-06T08:20", "supplier": FARM, "supplierLot": sent,
    }  # fmt: skip
    desk.get(RECEIPT)
    wrong = desk.post(RECEIPT, **{f"r0.{name}": text for name, text in filled.items()}).headers["Location"]
    while work.run_one():
        pass
    page = desk.get(wrong).text
    assert "9百" in page
    assert "数量" in page
    assert desk.get("/desk").text.count("份有错要改") >= 1
    desk.get(RECEIPT)
    right = {**filled, "quantity": "900"}
    sound = desk.post(RECEIPT, **{f"r0.{name}": text for name, text in right.items()}).headers["Location"]
    assert sound != wrong
    desk.get(RECEIPT)
    again = desk.post(RECEIPT, **{f"r0.{name}": text for name, text in right.items()}).headers["Location"]
    assert again == sound, "the same rows are the same upload"
    while work.run_one():
        pass
    desk.get(sound)
    batch = desk.post(f"{sound}/sign").headers["Location"]
    shown = desk.get(batch).text
    assert "R1" in shown
    assert "供货方联系方式" in shown, "what is lacking is told in words"
    assert "supplierContact" not in shown
    assert "900 kg" in shown or "900 千克" in shown
    assert "还没签名" in desk.get("/desk").text
    named = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    assert desk.post(f"{batch}/held", agreed="yes", key=kid, shown=named).status_code == 303
    assert "还没签名" not in desk.get("/desk").text, "signed is signed, also before its upload is looked at"


def test_a_form_of_several_rows_grows_and_keeps_what_was_typed(door):
    desk = sit(door)
    path = "/desk/records/出厂检验"
    desk.get(path)
    grown = desk.post(path, more="1", **{"r0.reportNo": "T1", "r0.item": "镉"}).text
    assert grown.count('name="r0.item" value="镉"') == 1
    assert 'name="r1.reportNo" value="T1"' in grown
    assert 'name="r1.item" value=""' in grown


def test_nothing_filled_in_is_told(door):
    desk = sit(door)
    desk.get(RECEIPT)
    answer = desk.post(RECEIPT, **{"r0.lot": "  "})
    assert answer.status_code == 400
    assert "还没有填" in answer.text
    assert desk.get("/desk/records/nothing").status_code == 404


def test_a_claim_is_confirmed_by_a_signature(door, chain):
    receipt, kid = claimed(chain), hold(door)
    desk = sit(door)
    assert "1 条进货登记等本单位确认" in desk.get("/desk").text
    page = desk.get("/desk/inbox").text
    assert receipt in page
    handover = re.search(r'name="handover" value="([^"]+)"', page)[1]
    batch = desk.post(f"/desk/inbox/{receipt}/confirm", handover=handover).headers["Location"]
    assert BATCH.fullmatch(batch)
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown)
    assert "没有等您确认的进货登记" in desk.get("/desk/inbox").text


def test_a_refusal_sent_twice_is_one(door, chain):
    receipt = claimed(chain)
    desk = sit(door)
    desk.get("/desk/inbox")
    fields = desk.fields()
    path, said = f"/desk/inbox/{receipt}/refuse", {**fields, "reason": "not_mine"}
    first, second = (
        desk.client.post(path, data=said, environ_overrides=desk.where).headers["Location"] for _ in range(2)
    )
    assert first == second
    assert "not_mine" in desk.get(first).text or "不是" in desk.get(first).text


def test_what_does_not_wait_here_is_not_answered(door, chain):
    receipt = claimed(chain)
    desk = sit(door)
    desk.get("/desk/inbox")
    other = desk.post(f"/desk/inbox/{receipt}/confirm", handover="A" * 43)
    assert (other.status_code, "不在等您答复" in other.text) == (404, True)
    assert "DeliveryNote" not in desk.get("/desk/inbox?note=GT1:x").text
    assert desk.page.status_code == 400


def test_a_line_that_nobody_filled_in_is_no_row(door: Door) -> None:
    """Of the three lines that a batch begins with, the untouched loss stays out; a touched one is checked."""
    door.register(Signer(MILL, "processor"))
    desk = sit(door)
    page = desk.get("/desk/records/投料与产出").text
    batch, *proposed = re.findall(r'name="r\d\.(?:batch|was)" value="([^"]*)"', page)
    rows = {
        "r0.batch": batch,
        "r0.line": "投料",
        "r0.lot": "R1",
        "r0.quantity": "800",
        "r0.unit": "kg",
        "r1.batch": batch,
        "r1.line": "产出",
        "r1.lot": f"{batch}-1",
        "r1.productName": "番茄酱",
    }
    lost = {"r2.batch": batch, "r2.line": "损耗", "r2.was": unescape(next(p for p in proposed if "%8D" in p))}
    for loss, expected in (({}, 2), ({"r2.reason": "蒸发"}, 3)):
        desk.get("/desk/records/投料与产出")
        answer = desk.post("/desk/records/投料与产出", **rows, **lost, **loss)
        assert answer.status_code == 303, answer.text
        upload = answer.headers["Location"].rpartition("/")[2]
        with door.platform.transactions.look() as tx:
            (body,) = tx.connection.exec_driver_sql(
                f"SELECT body FROM upload_part WHERE upload = '{upload}'"
            ).one()
        assert len(bytes(body).splitlines()) == expected


def test_a_newcomer_sees_its_way_until_it_is_gone(door: Door, chain: TracedChain) -> None:
    chain.packed_rice()
    page = sit(door).get("/desk").text
    assert re.search(r"走了 \d 步，共 6 步", page)
    assert "激活追溯码" in page
    assert "已完成" in page
