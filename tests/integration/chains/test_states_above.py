"""What a trace says of each lot: its own state, or what comes down to it; in JSON and as a table."""

from __future__ import annotations

from typing import Any

import pytest

from cli.tables import trace_table
from tests.builders import orders
from tests.builders.documents import whole
from tests.builders.foreign_names import CURD, MADE, NAMES, milled
from tests.builders.traced_chain import BUREAU, D1, H1, K1, MILL, P1, R1, TOFU_MAKER, made
from tests.servers.platform import LOT_KEY
from trace.chain.lineage.reach import FIRST
from trace.chain.lineage.scope import CLAIMED
from trace.ledger.leaf import lot_secret, lot_tag
from trace.parties import Actor
from trace.store.lots.details import read_lots
from trace.usecases.batch_page.recall_status import read_status
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.intake.replay_log import replay
from trace.usecases.lots.failed_tests import find_failed_test
from trace.usecases.lots.find_lot import find_lot
from trace.usecases.lots.holds import read_burdens
from trace.usecases.lots.order_on_goods import list_orders
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

CASE = "urn:case:1"
X1 = made.lot(TOFU_MAKER, "X1")


def told(chain: Any, reader: Actor = BUREAU, lot: str = H1) -> dict[str, tuple[str, str | None]]:
    """Lot -> (state, what is said of its sources), downstream."""
    document = whole(trace_lineage(chain.platform.transactions, lot, "downstream", reader))
    return {each["lot"]: (each["state"], each.get("order")) for each in document["lots"]}


def delivered(rice: Any) -> Any:
    """K1 at the tofu maker."""
    sent = rice.chain.ship("D1", 1_000, K1, to=TOFU_MAKER, report=rice.report)
    rice.chain.receive("X1", 1_000, sent, by=TOFU_MAKER, at="14 11:00")
    return rice.chain


def order(chain: Any, typ: str, data: dict[str, Any], at: str) -> str:
    return str(chain.state(made.BUREAU, typ, CASE, data, at))


def test_nothing_is_said_where_nothing_is_known(rice):
    assert set(told(rice.chain).values()) == {("normal", None)}


def test_a_failed_test_is_said_of_all_that_was_made(rice):
    chain = delivered(rice)
    items = [{"name": "镉", "limit": "0.2", "value": "0.43", "unit": "mg/kg", "verdict": "fail"}]
    failed = made.a_report(lot=P1, reportNo="R-9", purpose="sampling", items=items, conclusion="fail")
    chain.state(MILL, "lab.report", P1, failed, "15 10:00")
    found = told(chain)
    assert found[H1] == ("normal", None)
    assert found[P1] == ("failed", None)
    assert found[K1] == found[D1] == found[X1] == ("failed", "source-failed")
    table = trace_table(whole(trace_lineage(chain.platform.transactions, H1, "downstream", BUREAU)))
    rows = {row.split()[0]: row for row in table.splitlines()}
    assert "不合格/R05" in rows["P1"]
    assert all("来源不合格" in rows[lot] for lot in ("K1", "D1", "X1"))
    assert "双方确认" in rows["X1"]


def test_a_failed_test_that_its_author_corrects_is_still_said_until_a_bureau_decides(rice):
    chain = delivered(rice)
    items = [{"name": "镉", "limit": "0.2", "value": "0.43", "unit": "mg/kg", "verdict": "fail"}]
    data = made.a_report(lot=P1, reportNo="R-9", purpose="sampling", items=items, conclusion="fail")
    failed = chain.state(MILL, "lab.report", P1, data, "15 10:00")
    passed = made.a_correction(failed, made.a_report(lot=P1, reportNo="R-9", purpose="sampling"))
    chain.state(MILL, "correction", P1, passed, "15 11:00")
    chain.state(MILL, "correction", P1, passed, "15 12:00")
    found = told(chain)
    assert found[P1] == ("failed", None)
    assert found[K1] == found[D1] == found[X1] == ("failed", "source-failed")
    marks = [mark["code"] for mark in chain.downstream(H1).marks(P1)]
    assert marks == ["failed-report", "burden-taken-back"]
    assert replay(chain.platform.transactions, chunk=1).equal
    finding = {"about": failed, "result": "not_established", "reason": "核对原始记录，抄写错误"}
    order(chain, "oversight.finding", finding, "16 08:00")
    assert {told(chain)[lot] for lot in (P1, K1, D1, X1)} == {("normal", None)}
    assert replay(chain.platform.transactions).equal


def test_a_hold_a_recall_and_its_completion_are_told_apart(rice):
    chain = delivered(rice)
    hold = order(chain, "oversight.hold", orders.a_hold(H1), "22 08:00")
    found = told(chain)
    assert found[H1] == ("locked", None)
    assert found[K1] == found[X1] == ("locked", "source-held")
    recall = order(chain, "oversight.recall", orders.a_recall(H1), "22 09:00")
    found = told(chain)
    assert found[H1] == ("recalled", None)
    assert found[K1] == ("recalled", "source-recalled")
    order(chain, "oversight.completion", orders.a_completion(recall), "22 10:00")
    found = told(chain)
    assert found[H1] == ("recall-completed", None)
    assert found[K1] == ("recall-completed", "source-recall-completed")
    seen = list_orders(chain.platform.transactions, K1, BUREAU)
    assert seen.state == "recall-completed"
    order(chain, "oversight.withdrawal", orders.a_withdrawal(recall), "22 11:00")
    assert told(chain)[K1] == ("locked", "source-held")
    order(chain, "oversight.release", {"orders": [hold], "reason": "复检合格，解除封存"}, "22 12:00")
    assert set(told(chain).values()) == {("normal", None)}


def test_of_a_claim_only_its_holder_and_the_authority_learn_that_something_is_ordered(rice):
    chain = rice.chain
    chain.receive("X2", 50, K1, by=TOFU_MAKER, at="14 11:00")
    order(chain, "oversight.recall", orders.a_recall(H1), "22 09:00")
    claimed = made.lot(TOFU_MAKER, "X2")
    assert told(chain)[claimed] == ("source-under-order", "source-possibly-recalled")
    own = told(chain, Actor("t", made.uscc(TOFU_MAKER)), claimed)
    assert own[claimed] == ("source-under-order", "source-possibly-recalled")


def test_the_status_to_be_signed_names_what_a_claim_or_a_corrected_record_leads_to(rice):
    chain = rice.chain
    chain.receive("X2", 50, K1, by=TOFU_MAKER, at="14 11:00")
    before = set(read_status(chain.platform.transactions, LOT_KEY).recalled)
    order(chain, "oversight.recall", orders.a_recall(K1), "22 09:00")
    named = set(read_status(chain.platform.transactions, LOT_KEY).recalled) - before
    claimed = made.lot(TOFU_MAKER, "X2")
    assert {lot_tag(lot_secret(LOT_KEY, lot), lot) for lot in (K1, claimed)} <= named


def test_a_firm_learns_of_the_other_sides_goods_no_more_than_they_say_themselves(rice):
    chain = delivered(rice)
    items = [{"name": "镉", "limit": "0.2", "value": "0.43", "unit": "mg/kg", "verdict": "fail"}]
    failed = made.a_report(lot=P1, reportNo="R-9", purpose="sampling", items=items, conclusion="fail")
    chain.state(MILL, "lab.report", P1, failed, "15 10:00")
    found = told(chain, Actor("t", made.uscc(MILL)), K1)
    assert found[K1] == ("failed", "source-failed")
    assert found[X1] == ("normal", None)
    order(chain, "oversight.recall", orders.a_recall(H1), "22 09:00")
    assert told(chain, Actor("t", made.uscc(MILL)), K1)[X1] == ("normal", "source-recalled")


def state_of(chain: Any, lot: str) -> str:
    """What the answer for one lot says of it."""
    return str(find_lot(chain.platform.transactions, lot, BUREAU).state)


def fail(chain: Any, lot: str, at: str = "15 10:00", **changed: Any) -> str:
    items = [{"name": "镉", "limit": "0.2", "value": "0.43", "unit": "mg/kg", "verdict": "fail"}]
    found = {"items": items, "conclusion": "fail", **changed}
    data = made.a_report(lot=lot, reportNo="R-9", purpose="sampling", **found)
    return str(chain.state(MILL, "lab.report", lot, data, at))


def drawn_at(hour: str) -> dict[str, str]:
    """When a sample was drawn, the day before it is reported on."""
    return {"sampledAt": f"2026-10-14T{hour}:00:00+08:00", "testedAt": "2026-10-15T09:00:00+08:00"}


def test_page_trace_and_lot_say_the_same_of_the_other_packing_of_a_failed_batch(rice):
    """K2 failed: K1 is of the same run, and who bought of it has such goods; the paddy is not accused."""
    chain = delivered(rice)
    chain.pack("K2", 1_500, P1, at="14 12:00")
    second = made.lot(MILL, "K2")
    fail(chain, second)
    found = told(chain)
    reached = (P1, K1, second, D1, X1)
    assert {found[lot][0] for lot in reached} == {"failed"}
    assert {state_of(chain, lot) for lot in reached} == {"failed"}
    assert {(found[lot][0], state_of(chain, lot)) for lot in (H1, R1)} == {("normal", "normal")}
    with chain.platform.transactions.look() as tx:
        for lot, where in ((second, "own"), (K1, "batch"), (X1, "source")):
            (row,) = read_lots(tx.connection, [lot])
            failed = find_failed_test(tx.connection, row, read_burdens(tx.connection, row)[1])
            assert failed.where == where
            assert [one.urn for one in failed.lots] == ([] if where == "own" else [second])
    assert show_batch(chain.platform.transactions, lot=K1).failed == "batch"


def test_a_pack_moved_to_other_goods_between_sampling_and_result_fails_both(rice):
    """Page, trace and the answer for a lot take the batch of then, and that of now; a later sample is of the
    latter alone."""
    chain = delivered(rice)
    chain.hand_over(2, 10_000)
    chain.produce("M2", [("R2", 10_000)], [("P2", 9_000)], loss=1_000)
    for batch in ("K2", "K3"):
        chain.pack(batch, 500, P1, at="14 12:00")
    second, third, other = (made.lot(MILL, name) for name in ("K2", "K3", "P2"))
    for pack in (second, third):
        chain.correct("food.pack", pack, "14 15:00", fromLot=other)
    fail(chain, third, **drawn_at("17"))
    assert {told(chain)[lot][0] for lot in (P1, K1)} == {state_of(chain, K1)} == {"normal"}
    fail(chain, second, **drawn_at("13"))
    found = told(chain)
    for lot in (P1, K1, second, D1, X1):
        assert (found[lot][0], state_of(chain, lot)) == ("failed", "failed")
    assert told(chain, lot=other)[other][0] == state_of(chain, other) == "failed"
    assert show_batch(chain.platform.transactions, lot=K1).failed == "batch"


@pytest.mark.parametrize("failing", ["bran", "rice"])
def test_a_failed_by_product_accuses_no_goods_and_failed_goods_no_by_product(chain, failing):
    """Neither rice by its bran, nor bran by the rice, nor what was packed of either."""
    chain.hand_over(1, 10_000)
    chain.produce("M1", [("R1", 10_000)], [("P1", 7_000), ("B1", 1_000, "by_product")], loss=2_000)
    chain.release(P1)
    chain.pack("K1", 5_000, P1)
    bran, packed = made.lot(MILL, "B1"), made.lot(MILL, "K2")
    chain.pack("K2", 500, bran)
    fail(chain, packed if failing == "bran" else K1)
    expected = {packed: "failed"} if failing == "bran" else {P1: "failed", K1: "failed"}
    found = told(chain)
    for lot in (P1, K1, bran, packed):
        assert found[lot][0] == state_of(chain, lot) == expected.get(lot, "normal")


def test_with_many_failed_lots_elsewhere_the_answer_is_the_same(rice):
    """Found from the lot up, where more failed than is listed for one answer."""
    chain = delivered(rice)
    chain.hand_over(2, 10_000)
    chain.produce("M2", [("R2", 10_000)], [("P2", 9_000)], loss=1_000)
    for number in range(FIRST):
        chain.pack(f"F{number}", 5, made.lot(MILL, "P2"), at="14 12:00")
        fail(chain, made.lot(MILL, f"F{number}"))
    assert {state_of(chain, lot) for lot in (P1, K1, D1, X1)} == {"normal"}
    chain.pack("K2", 1_500, P1, at="15 12:00")
    fail(chain, made.lot(MILL, "K2"), "15 13:00")
    assert {state_of(chain, lot) for lot in (P1, K1, D1, X1, made.lot(MILL, "P2"))} == {"failed"}
    assert {state_of(chain, lot) for lot in (H1, R1)} == {"normal"}


@pytest.mark.parametrize("first", [MILL, TOFU_MAKER])
def test_an_order_is_said_of_what_was_made_of_a_foreign_name_whoever_came_first(rice, first):
    chain = rice.chain
    events = {MILL: milled(P1, NAMES[0]), TOFU_MAKER: milled(NAMES[0], MADE, "2026-10-15T01:00:00Z")}
    for hour, firm in ((10, first), (11, TOFU_MAKER if first == MILL else MILL)):
        chain.state(firm, "epcis.event", "urn:x:1", events[firm], f"15 {hour}:00")
    order(chain, "oversight.recall", orders.a_recall(H1), "22 09:00")
    assert told(chain)[CURD] == ("source-under-order", "source-possibly-recalled")
    scope = whole(read_scope(chain.platform.transactions, H1, BUREAU))
    claimed = [line["receiver"] for line in scope["lines"] if line["column"] == CLAIMED]
    assert claimed == [made.uscc(TOFU_MAKER)]
    assert replay(chain.platform.transactions, chunk=1).equal
