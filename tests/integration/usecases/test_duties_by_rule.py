"""The day's list by rule, from records of a chain, and what it costs a database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.counted import counted
from tests.builders.traced_chain import FARM, K1, MILL, SHOP, TracedChain, october
from tests.servers.platform import TestPlatform
from trace.parties import Actor
from trace.store.base import to_micros
from trace.usecases.duties.by_rule import answer_profile, duties_of
from trace.usecases.signing.batches import keep_batch
from trace.usecases.signing.content import Content


@pytest.fixture
def chain(database_url, clock) -> Iterator[TracedChain]:
    with TestPlatform(database_url, clock) as platform:
        yield TracedChain(platform, clock)


def listed(chain: TracedChain, firm: str = MILL):
    actor = Actor("t", made.uscc(firm))
    return {one.slug: one for one in duties_of(chain.platform.transactions, actor)}


def test_a_harvest_without_certificate_and_a_pack_without_test_wait(chain):
    chain.harvest("H9", 500)
    found = listed(chain, FARM)
    assert (found["certificate"].count, found["certificate"].state) == (1, "open")
    assert found["certificate"].doubtful
    assert not [slug for slug in found if slug.startswith("control-")], "a farm is no producer of food"
    chain.packed_rice()
    assert "release-test" not in listed(chain), "its batch was tested"
    assert listed(chain)["control-daily"].state == "overdue"


def test_goods_that_are_called_back_need_no_more_papers(chain):
    """What is missing is asked for until it is stated, by whatever way, or the goods go nowhere any more."""
    chain.harvest("H7", 300)
    kept = chain.harvest("H8", 500)
    assert listed(chain, FARM)["certificate"].count == 2
    certificate = made.a_certificate(lot=kept, quantity=made.kg(500))
    chain.state(FARM, "farm.certificate", kept, certificate, "05 18:00")
    assert listed(chain, FARM)["certificate"].count == 1
    gone = made.lot(FARM, "H7")
    recall = orders.a_firm_recall(gone, level="2", foundAt="2026-10-06T08:00:00+08:00")
    chain.state(FARM, "food.recall", gone, recall, "06 09:00")
    assert "certificate" not in listed(chain, FARM)


def test_a_recall_and_its_notice_are_duties_of_two(chain):
    report = chain.packed_rice()
    sent = chain.ship("D1", 400, K1, to=SHOP, report=report)
    chain.receive("S1", 400, sent, by=SHOP, at="15 09:00", role="goods")
    recall = orders.a_firm_recall(K1, level="2", foundAt="2026-10-16T08:00:00+08:00")
    order = chain.state(MILL, "food.recall", K1, recall, "16 10:00")
    start = listed(chain)["recall-start"]
    assert (start.state, start.counting, start.rule) == ("due", "clock", "R32")
    notice = chain.signers[MILL].state(
        "food.recall.notice", K1, {**orders.a_step("notice", order), "to": [made.uscc(SHOP)]},
        at=chain.clock(), conceal=("to",),
    )  # fmt: skip
    chain.platform.accept(notice)
    assert listed(chain, SHOP)["recall-notice"].count == 1
    assert "recall-notice" not in listed(chain, FARM)
    reply = orders.a_reply(order, lot=made.lot(SHOP, "S1"))
    chain.state(SHOP, "food.recall.reply", made.lot(SHOP, "S1"), reply, "17 10:00")
    assert "recall-notice" not in listed(chain, SHOP)
    chain.clock.advance(timedelta(hours=60))
    assert listed(chain)["recall-start"].state == "overdue"


def test_what_waits_for_a_signature_has_its_hours(chain):
    chain.packed_rice()
    happened = chain.clock() - timedelta(hours=20)
    draft = Content("food.receipt", "x", happened.isoformat(), {}, {}, [], "j")
    keep_batch(chain.platform.transactions, made.uscc(MILL), "p", "一批", [draft])
    duty = listed(chain)["upload"]
    assert (duty.state, duty.counting, duty.count) == ("due", "clock", 1)
    assert duty.ends == happened + timedelta(hours=24)
    assert "待核实" in duty.clause, "nobody has read the clause of the 24 hours"


def test_what_was_stated_by_another_way_waits_no_more(chain):
    """Of two drafts on a page the record of one came over the interface; the other says something else."""
    chain.packed_rice()
    _, _, packed = chain.stated["food.pack", K1]
    drafts = [
        Content("food.pack", K1, october(at).isoformat(), packed, {}, [], at)
        for at in ("13 12:00", "13 13:00")
    ]
    keep_batch(chain.platform.transactions, made.uscc(MILL), "p", "一批", drafts)
    duty = listed(chain)["upload"]
    assert (duty.count, duty.ends) == (1, october("14 13:00"))


def test_a_firm_with_many_records_asks_no_more_often(chain):
    chain.packed_rice()
    engine, actor = chain.platform.transactions.engine, Actor("t", made.uscc(MILL))
    with counted(engine) as few:
        duties_of(chain.platform.transactions, actor)
    stated = to_micros(chain.clock())
    with chain.platform.transactions.begin("test") as tx:
        for number in range(2_000):
            row = (1 << 50) + (number << 8)
            tx.connection.exec_driver_sql(
                "INSERT INTO lot (id, urn, kind, product_name, holder, quantity, available, unit, batch_no, "
                f"state, detail) VALUES ({row}, 'urn:lot:{MILL}:X{number}', 'pack', '大米', "
                f"'{made.uscc(MILL)}', 1000000, 1000000, 'kg', 'X{number}', 'normal', '{{}}')"
            )
            tx.connection.exec_driver_sql(
                "INSERT INTO statement (id, stmt, typ, iss, sub, origin, idx, occurred_at, logged_at, "
                "arrival) "
                f"VALUES ({row}, 'x{number}', 'food.pack', '{made.uscc(MILL)}', 'x', 'x', {number}, "
                f"{stated}, {stated}, {1_000_000 + number})"
            )
    with counted(engine) as many:
        found = {one.slug: one for one in duties_of(chain.platform.transactions, actor)}
    assert found["release-test"].count == 2_000
    assert len(many.asked) == len(few.asked)
    assert len(few.asked) <= 40
    assert many.rows - few.rows <= 5, "what is counted is counted by the database"
    assert "statement" not in many.scanned
    assert "lot" not in many.scanned


def test_a_licence_that_changed_is_a_question_until_it_is_answered_or_the_profile_follows(chain):
    def licence(number: str, at: str) -> None:
        data = made.a_licence(number=number, holder=made.uscc(MILL))
        chain.state(made.BUREAU, "master.licence", f"urn:licence:{number}", data, at)

    mill = Actor("person:1", made.uscc(MILL))
    chain.state(MILL, "master.party", made.uscc(MILL), made.a_party(), "02 09:00")
    assert "profile" not in listed(chain)
    licence("LB-09-1", "03 09:00")
    chain.clock.advance(timedelta(days=60))
    found = listed(chain)["profile"]
    assert (found.state, found.count, found.overdue) == ("question", 1, 0)
    licence("LB-09-2", "04 09:00")
    answer_profile(chain.platform.transactions, mill, found.asked_at)
    assert listed(chain)["profile"].count == 1, "what came after was not looked at"
    answer_profile(chain.platform.transactions, mill, chain.clock())
    assert "profile" not in listed(chain)
    licence("LB-09-3", "05 09:00")
    assert listed(chain)["profile"].count == 1
    chain.state(MILL, "master.party", made.uscc(MILL), made.a_party(contact="x"), "06 09:00")
    assert "profile" not in listed(chain)


def test_a_day_begins_at_midnight_in_shanghai_and_not_at_eight(chain):
    """At eight in Shanghai the day of UTC changes: what is overdue does not; at midnight it does."""
    chain.packed_rice()

    def at(text):
        chain.clock.advance(datetime.fromisoformat(f"{text}+08:00") - chain.clock())
        controls = {slug: one for slug, one in listed(chain).items() if slug.startswith("control-")}
        return {slug: (one.state, one.count, one.overdue, one.last_day) for slug, one in controls.items()}

    before, early = at("2026-10-18T23:59:59"), at("2026-10-19T00:00:01")
    assert before != early
    assert early == at("2026-10-19T07:59:00") == at("2026-10-19T08:00:00") == at("2026-10-19T23:59:59")
    assert early["control-weekly"][2] == before["control-weekly"][2] + 1, "the week ended with the 18th"
