"""Forms of supervision: what a bureau must fill in, and what was taken as a free map before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from trace.chain.facts import KINDS, parse_fact
from trace.chain.facts.oversight import OVERSIGHT

AT = datetime(2026, 10, 6, 1, tzinfo=UTC)
FREE = {"matter": "抽检", "lots": [made.lot(made.MILL, "K1")], "text": ["自由", {"form": "表"}]}


def read(typ: str, data: dict[str, Any]) -> Any:
    return parse_fact(typ, data, "urn:case:1", AT)


@pytest.mark.parametrize("kind", OVERSIGHT, ids=lambda kind: kind.typ)
def test_a_form_that_is_filled_in_is_read_whole(kind):
    fact = read(kind.typ, orders.EVERY[kind.typ])
    assert fact.unfit is None
    assert fact.form.matter == fact.matter


@pytest.mark.parametrize("kind", OVERSIGHT, ids=lambda kind: kind.typ)
def test_a_free_map_stays_readable_and_says_what_it_lacks(kind):
    fact = read(kind.typ, FREE)
    assert fact.form is None
    assert fact.unfit.params["typ"] == kind.typ
    assert (fact.matter, fact.lots) == ("抽检", (made.lot(made.MILL, "K1"),))


@pytest.mark.requirement("S1-28", "S1-31")
def test_a_sheet_of_form_two_is_read_whole():
    fact = read("oversight.sampling", orders.a_sheet(accompanied="31011500125", planItem="CJ-1/1"))
    assert fact.unfit is None
    assert (fact.form.sample_no, fact.form.accompanied) == ("YP20261018-001", "31011500125")


UNFIT = [
    ("oversight.penalty", orders.a_penalty(amount="abc"), ".amount"),
    ("oversight.penalty", orders.a_penalty(amount=made.ABSENT), ".amount"),
    ("oversight.penalty", orders.a_penalty(kinds=["warning"]), ".amount"),
    ("oversight.penalty", orders.a_penalty(kinds=[]), ".kinds"),
    ("oversight.penalty", orders.a_penalty(basis=[]), ".basis"),
    ("oversight.penalty", orders.a_penalty(form=2), ".form"),
    ("oversight.inspection", orders.an_inspection(officers=["31011500123"]), ".officers"),
    ("oversight.inspection", orders.an_inspection(officers=["31011500123"] * 2), ".officers"),
    ("oversight.inspection", orders.an_inspection(officers=["张三丰", "李四光"]), ".officers[0]"),
    ("oversight.inspection", orders.an_inspection(result="good"), ".result"),
    ("oversight.inspection", orders.an_inspection(visit="joint"), ".visit"),
    ("oversight.inspection", orders.a_visit(visit=made.ABSENT), ".visit"),
    ("oversight.inspection", orders.a_visit(checklist=made.ABSENT), ".checklist"),
    ("oversight.inspection", orders.a_visit(officers=["31011500123"]), ".officers"),
    ("oversight.inspection", orders.a_visit(replaces=orders.S), ".reason"),
    ("oversight.inspection", orders.a_visit(placed="stale", metres=12), ".metres"),
    ("oversight.inspection", orders.an_inspection(placed="at"), ".form"),
    ("oversight.inspection", orders.an_inspection(replaces=orders.S, reason="写错了一项"), ".replaces"),
    ("oversight.inspection", orders.an_inspection(draw=orders.S), ".draw"),
    ("oversight.sampling", orders.a_sampling(officers=["31011500123"]), ".officers"),
    ("oversight.sampling", orders.a_sampling(sampleNo="YP-1"), ".sampleNo"),
    *(
        ("oversight.sampling", orders.a_sheet(**{name: made.ABSENT}), f".{name}")
        for name in ("party", "sampleNo", "place", "medication", "photos", "items", "goods", "seal", "plan")
    ),
    ("oversight.sampling", orders.a_sheet(accompanied="张三丰"), ".accompanied"),
    ("oversight.sampling", orders.a_sheet(form=3), ".form"),
    ("oversight.closing", orders.a_closing(proofs=[]), ".proofs"),
    ("oversight.closing", orders.a_closing(proofs=made.ABSENT), ".proofs"),
    ("oversight.closing", orders.a_closing(orders=made.ABSENT), ".orders"),
    ("oversight.recall", orders.a_recall(level="4"), ".level"),
    ("oversight.recall", orders.a_recall(lots=[]), ".lots"),
    ("oversight.recall", orders.a_recall(lots=made.ABSENT), ".lots"),
    ("oversight.recall", orders.a_recall(contact={"name": "王五", "phone": "1"}), ".contact.name"),
    ("oversight.hold", orders.a_hold(reason=made.ABSENT), ".reason"),
    ("oversight.notice", orders.a_notice(to=[]), ".to"),
    ("oversight.acknowledgement", {"matter": "案1"}, ".about"),
]


@pytest.mark.parametrize(("typ", "data", "path"), UNFIT)
def test_what_does_not_fit_the_form_is_named(typ, data, path):
    assert read(typ, data).unfit.params["path"] == f"$.data{path}"


def test_a_visit_is_told_whole_and_a_patrol_may_be_one_persons():
    assert read("oversight.inspection", orders.a_visit()).form.checklist.version == 1
    assert (
        read("oversight.inspection", orders.a_visit(visit="patrol", officers=["31011500123"])).unfit is None
    )
    mended = read("oversight.inspection", orders.a_visit(replaces=orders.S, reason="写错了一项"))
    assert mended.form.replaces == orders.S


def test_codes_alone_are_goods_too():
    part = {"lot": made.lot(made.MILL, "K1"), "first": 0, "count": 3}
    assert read("oversight.recall", orders.a_recall(lots=made.ABSENT, serials=[part])).unfit is None


@pytest.mark.parametrize("typ", sorted(orders.EVERY))
def test_what_a_record_of_supervision_names_is_asked_for(typ):
    needs = read(typ, orders.EVERY[typ]).needs()
    assert (orders.S in needs.statements) == (orders.S in str(orders.EVERY[typ]))


def test_forms_describe_their_members():
    assert "officers" in {member.path for member in KINDS["oversight.inspection"].members()}
