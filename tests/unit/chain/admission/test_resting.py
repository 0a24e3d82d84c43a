"""Orders that rest: what they lack is named, and decided again they do what they could not do before."""

from __future__ import annotations

from typing import Any

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import GAP
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from trace.chain.admission import Door, Envelope, admit
from trace.chain.effects import Effects
from trace.chain.facts import parse_fact
from trace.chain.order_effects import OrderEnded, OrderMade, Rested
from trace.chain.report_effects import ReportNamed

ELSEWHERE = "other.example/food"
K2, K9 = made.lot(made.MILL, "K2"), made.lot(made.MILL, "K9")
BY_BUREAU: dict[str, Any] = {
    "by": made.BUREAU,
    "roles": BUREAU,
    "sub": "urn:case:1",
    "door": Door.CARRIED,
    "log": ELSEWHERE,
}


def lacking(effects: Effects) -> list[str]:
    return [one.name for one in effects.changes if isinstance(one, Rested)]


def again(chain: Chain, effects: Effects) -> Effects:
    """Decide again on a statement that rested."""
    told = next(one for one in chain.told if one.effects is effects)
    claims = told.claims
    fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
    how = {"roles": told.roles, "door": Door.CARRIED, "envelope": Envelope(again=True)}
    found = admit(claims, fact, told.entry, chain.known, chain.rules, **how)
    chain.known.apply(found)
    return found


def new_pack(chain: Chain) -> None:
    amounts = {"quantity": made.kg("50"), "packs": {"value": "10", "unit": "件"}}
    data = made.a_pack(lot=K9, declared=GAP, **amounts)
    chain.state("food.pack", data, at="2026-10-16T09:00:00+08:00")


def test_an_order_marks_what_is_known_and_waits_for_the_rest():
    chain = good_chain()
    order = chain.state("oversight.recall", orders.a_recall(K9, K2), **BY_BUREAU)
    assert lacking(order) == [K9]
    assert [mark.code for mark in chain.lot("K2").marks] == ["lot-recalled"]
    assert lacking(again(chain, order)) == [K9]
    assert len(chain.lot("K2").marks) == 1
    new_pack(chain)
    woken = again(chain, order)
    assert woken.again and lacking(woken) == []
    assert chain.lot("K9").state == "recalled"
    marks = [mark.id for lot in ("K2", "K9") for mark in chain.lot(lot).marks if mark.code == "lot-recalled"]
    assert len(set(marks)) == 2
    assert not [one for one in woken.changes if isinstance(one, OrderMade)]


def test_an_order_that_was_lifted_meanwhile_does_nothing_more():
    chain = good_chain()
    order = chain.state("oversight.recall", orders.a_recall(K9), **BY_BUREAU)
    chain.state("oversight.withdrawal", orders.a_withdrawal(order.entry.statement_id), **BY_BUREAU)
    new_pack(chain)
    again(chain, order)
    assert chain.lot("K9").state == "normal"
    assert not [mark for mark in chain.lot("K9").marks if mark.code == "lot-recalled"]


def test_the_end_of_an_order_waits_for_the_order():
    chain = good_chain()
    unknown = made.statement_id("order")
    ended = chain.state("oversight.completion", orders.a_completion(unknown), **BY_BUREAU)
    assert lacking(ended) == [unknown]
    assert not [one for one in ended.changes if isinstance(one, OrderEnded)]


def test_a_new_statement_rests_nowhere_but_is_refused():
    chain = good_chain()
    known = chain.state("oversight.recall", orders.a_recall(K2), **BY_BUREAU)
    assert lacking(known) == []


def test_codes_of_a_lot_that_is_not_known_wait_too():
    chain = good_chain()
    part = {"lot": K9, "first": 0, "count": 3}
    recall = orders.a_recall(lots=made.ABSENT, serials=[part])
    order = chain.state("oversight.recall", recall, **BY_BUREAU)
    assert lacking(order) == [K9]
    data = made.a_pack(
        lot=K9,
        quantity=made.kg("50"),
        packs={"value": "10", "unit": "件"},
        declared=GAP,
        codeLevel="item",
        serials={"epoch": "0", "first": 0, "count": 10},
    )
    chain.state("food.pack", data, at="2026-10-16T09:00:00+08:00")
    woken = again(chain, order)
    assert [change.first for change in woken.changes if type(change).__name__ == "CodesChanged"] == [0]
    more = again(chain, order)
    assert not [change for change in more.changes if type(change).__name__ == "CodesChanged"]


def test_a_firms_recall_in_another_log_reaches_its_own_goods_alone():
    chain = good_chain()
    how = {"by": made.TOFU, "door": Door.CARRIED, "log": ELSEWHERE, "sub": "urn:case:2"}
    part = {"lot": K2, "first": 0, "count": 3}
    own = made.lot(made.TOFU, "T1")
    recall = orders.a_firm_recall(K2, own, serials=[part])
    order = chain.state("food.recall", recall, **how)
    assert lacking(order) == [own]
    assert chain.lot("K2").state == "normal"
    assert not [mark for mark in chain.lot("K2").marks if mark.code == "lot-recalled"]
    assert not [change for change in order.changes if type(change).__name__ == "CodesChanged"]


def test_a_failure_waits_for_what_asks_for_it_and_for_its_goods():
    chain = good_chain()
    licence = orders.an_accreditation(holder=made.uscc(made.LAB), number="23-1")
    chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    items = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    unknown = made.statement_id("sampling")
    failed = made.a_report(lot=K2, purpose="sampling", items=items, conclusion="fail", basis=unknown)
    lab = {"by": made.LAB, "roles": LABORATORY, "door": Door.CARRIED, "log": ELSEWHERE}
    report = chain.state("lab.report", failed, **lab)
    assert lacking(report) == [unknown]
    assert [mark.code for mark in chain.lot("K2").marks] == ["failed-report-unasked"]
    assert lacking(again(chain, report)) == [unknown]
    assert [mark.code for mark in chain.lot("K2").marks] == ["failed-report-unasked"]
    passed = chain.state("lab.report", made.a_report(lot=K2, purpose="sampling", basis=unknown), **lab)
    nothing = again(chain, passed)
    assert not [one for one in nothing.changes if isinstance(one, ReportNamed)]
    sampling = chain.state("oversight.sampling", orders.a_sampling(K2), **BY_BUREAU)
    chain.known.records[unknown] = chain.known.records[sampling.entry.statement_id]
    again(chain, report)
    assert [mark.code for mark in chain.lot("K2").marks] == ["failed-report"]
    named = again(chain, passed)
    assert [one for one in named.changes if isinstance(one, ReportNamed)]


def test_what_only_stands_on_a_time_line_is_not_told_twice():
    chain = good_chain()
    unknown = made.statement_id("notice")
    data = orders.an_acknowledgement(unknown)
    told = chain.state("oversight.acknowledgement", data, **{**BY_BUREAU, "by": made.MILL})
    assert lacking(told) == [unknown]
    assert [type(one) for one in again(chain, told).changes] == [Rested]


def test_a_retest_waits_for_a_report_that_rests_itself():
    chain = good_chain()
    report = chain.state("lab.report", made.a_report(lot=K2), by=made.LAB, roles=LABORATORY)
    order = {"report": report.entry.statement_id, "lab": made.uscc(made.TOFU)}
    assert lacking(chain.state("oversight.retest", order, **BY_BUREAU)) == [report.entry.statement_id]
