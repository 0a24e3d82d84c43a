"""Consignees of a case: told by one act, by telephone or not at all; their answers; computed figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import OFFICER, PDF, REVIEWER, accredit, cases, fail, history, somebody, step
from tests.builders.traced_chain import K1, MILL, SHOP, TOFU_MAKER, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import ActUnfit, ConsigneesSilent, ReceiverUnknown, ScopeUnsettled
from trace.oversight.casework.table import PROOFS
from trace.oversight.reconciliation import percent
from trace.store.messages.deliveries import mark_undelivered, plan_deliveries
from trace.store.messages.outbox import list_due_notices
from trace.usecases.casework.goods_of_case import Part, goods_of_case
from trace.usecases.casework.recall_standing import RecallStanding, recall_standing, require_heard
from trace.usecases.signing.batches import open_batch

SHOP_URN, TOFU_URN = made.uscc(SHOP), made.uscc(TOFU_MAKER)
DUE = "2026-10-24"


@pytest.fixture
def chain(database_url) -> TracedChain:
    """4000 kg to a shop, which received them, and 300 kg to another firm, which says nothing."""
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        report = chain.packed_rice()
        sent = chain.ship("D1", 4_000, K1, to=SHOP, report=report)
        chain.ship("D2", 300, K1, to=TOFU_MAKER, report=report)
        chain.receive("S1", 4_000, sent, by=SHOP, at="15 09:00", role="goods")
        fail(chain)
        step(platform.transactions, somebody(platform.transactions, "王办", OFFICER), "notify", paper=PDF)
        yield chain


def standing(chain: TracedChain) -> RecallStanding:
    tx = chain.platform.transactions
    row = cases(tx)[0]
    goods = goods_of_case(tx, somebody(tx, "看", OFFICER), row)
    return recall_standing(tx, row, history(tx, row.number), goods)


def states(chain: TracedChain) -> dict[str, str]:
    return {one.one.party: one.state for one in standing(chain).consignees}


def told_all(chain: TracedChain) -> list[str]:
    """One act of the officer: every draft of it signed; the notices by consignee."""
    tx = chain.platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    where = step(tx, officer, "prepare-notices", text="停止销售，封存并答复数量", dueBy=DUE)
    batch = open_batch(tx, made.uscc(made.BUREAU), where.rsplit("/", 1)[1])
    assert {one.content["typ"] for one in batch.drafts} == {"oversight.notice"}
    return [
        chain.state(
            made.BUREAU, "oversight.notice", one.content["sub"], dict(one.content["data"]), "22 09:00"
        )
        for one in batch.drafts
    ]


def test_one_act_tells_every_consignee_and_the_outbox_carries_it(chain) -> None:
    assert states(chain) == {SHOP_URN: "never", TOFU_URN: "never"}
    notices = told_all(chain)
    assert len(notices) == 2
    assert states(chain) == {SHOP_URN: "queued", TOFU_URN: "queued"}
    tx = chain.platform.transactions
    with tx.begin("test") as writing:
        waiting = [
            one for one in list_due_notices(writing.connection, writing.now) if one.topic == "case-notice"
        ]
        assert {one.payload["to"] for one in waiting} == {SHOP_URN, TOFU_URN}
        plan_deliveries(writing.connection, ["mail"])
        (shop,) = [one for one in waiting if one.payload["to"] == SHOP_URN]
        mark_undelivered(writing.connection, shop.id, "mail", "no such box", writing.now, writing.now)
    assert states(chain) == {SHOP_URN: "failed", TOFU_URN: "queued"}
    with pytest.raises(ActUnfit):
        step(tx, somebody(tx, "陈办", OFFICER), "prepare-notices", text="再发一次通知", dueBy=DUE)


def test_who_bought_the_goods_is_not_on_their_public_time_line(chain) -> None:
    told_all(chain)
    with chain.platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT count(*) FROM lot_statement JOIN statement ON statement.id = lot_statement.statement "
            "WHERE statement.typ = 'oversight.notice'"
        )
        assert rows.scalar_one() == 0


def test_a_telephone_call_is_an_act_and_names_whom(chain) -> None:
    tx = chain.platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    with pytest.raises(ReceiverUnknown):
        step(tx, officer, "told", way="phone")
    step(tx, officer, "told", consignee=TOFU_URN, way="phone", why="已电话通知其质量负责人", dueBy=DUE)
    found = {one.one.party: one for one in standing(chain).consignees}
    assert (found[TOFU_URN].state, found[TOFU_URN].notified.by) == ("told", "陈办")
    assert found[SHOP_URN].state == "never"


def test_answers_count_with_amounts_and_the_silent_are_late(chain) -> None:
    notices = told_all(chain)
    recall = chain.state(MILL, "food.recall", K1, orders.a_firm_recall(K1, matter="AJ2026-00001"), "22 10:00")
    (told,) = [one for one in notices if _to(chain, one) == SHOP_URN]
    receipt = orders.an_acknowledgement(told, matter="AJ2026-00001")
    chain.state(SHOP, "oversight.acknowledgement", SHOP_URN, receipt, "22 11:00")
    assert states(chain) == {SHOP_URN: "acknowledged", TOFU_URN: "queued"}
    lot = made.lot(SHOP, "S1")
    reply = {
        "recall": recall,
        "lot": lot,
        "received": made.kg(4000),
        "sealed": made.kg(3000),
        "sold": made.kg(988),
    }
    chain.state(SHOP, "food.recall.reply", lot, reply, "23 09:00")
    chain.clock.advance(timedelta(days=3))
    seen = standing(chain)
    silent, shop = seen.consignees
    assert (silent.one.party, silent.late) == (TOFU_URN, True), "who has not answered stands first"
    assert (shop.state, [str(one) for one in shop.missing]) == ("replied", ["12 kg"])
    assert shop.next_unknown, "sold on, and no record says to whom"
    assert seen.counts == {"replied": 1, "queued": 1}
    ((unit, sums),) = seen.figures
    assert (unit, str(sums.shipped), str(sums.unaccounted)) == ("kg", "4300", "0")
    shares = (sums.reconciled, sums.recovery, sums.response, sums.response_by_amount)
    assert [percent(one) for one in shares] == ["100.00", "0.00", "50.00", "93.02"]


def test_a_case_does_not_close_while_consignees_are_silent(chain) -> None:
    """Unless the form says why they cannot be heard."""
    tx = chain.platform.transactions
    officer, reviewer = somebody(tx, "陈办", OFFICER), somebody(tx, "褚核", REVIEWER)
    step(tx, officer, "investigate")
    for proof in PROOFS:
        step(tx, officer, "prove", proof=proof, paper=PDF + proof.encode())
    step(tx, officer, "submit")
    step(tx, reviewer, "prepare-closing")  # nothing was recalled: nobody has to answer
    for batch, lot, kilos in ((MILL, K1, 700), (SHOP, made.lot(SHOP, "S1"), 4_000)):
        gone = made.a_disposal(lot=lot, quantity=made.kg(kilos), manner="destroyed")
        chain.state(batch, "food.disposal", lot, gone, "22 09:00")
    chain.state(MILL, "food.recall", K1, orders.a_firm_recall(K1), "22 10:00")
    row = cases(tx)[0]
    with tx.look() as look, pytest.raises(ConsigneesSilent) as told:
        require_heard(look, row, history(tx, row.number))
    assert told.value.params["count"] == 2
    with pytest.raises((ConsigneesSilent, ScopeUnsettled)):
        step(tx, reviewer, "prepare-closing")
    step(tx, reviewer, "prepare-closing", unsettled="已多次联系，无人应答，现场已空")


def test_what_was_destroyed_and_sent_back_counts_by_records(chain) -> None:
    gone = made.a_disposal(lot=made.lot(SHOP, "S1"), quantity=made.kg(1000), manner="destroyed")
    chain.state(SHOP, "food.disposal", made.lot(SHOP, "S1"), gone, "23 09:00")
    ((_, sums),) = standing(chain).figures
    assert (str(sums.destroyed), percent(sums.accounted)) == ("1000", "23.26")


def _to(chain: TracedChain, statement: str) -> str:
    with chain.platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(f"SELECT sub FROM statement WHERE stmt = '{statement}'")
        return str(rows.scalar_one())


def test_a_page_holds_a_part_of_the_lines_and_the_sums_of_all(chain: TracedChain) -> None:
    tx = chain.platform.transactions
    row, officer = cases(tx)[0], somebody(tx, "看", OFFICER)
    whole = goods_of_case(tx, officer, row)
    pages = [goods_of_case(tx, officer, row, part=Part(after, 1)) for after in range(whole.count + 1)]
    assert [line for page in pages for line in page.lines] == list(whole.lines)
    assert whole.count == len(whole.lines) > 1
    for page in pages:
        assert (page.count, page.least, page.most) == (whole.count, whole.least, whole.most)
        assert (page.consignees, page.graph) == (whole.consignees, whole.graph)
