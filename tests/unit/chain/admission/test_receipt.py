"""Goods received: the purchase record (R03), the supplier's licence (R06) and own record (R18, R19)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import given
from tests.builders.admission import milling, refuses
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.errors import food as refused


def test_a_delivery_that_is_final_must_arrive_whole_or_be_disputed():
    chain = good_chain()
    sent = chain.entries[-1].entry.statement_id
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        supplier=made.uscc(made.MILL),
        quantity=made.kg("5800"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
        handover=given.a_handover(sent, made.lot(made.MILL, "X1")),
    )
    by: dict[str, Any] = {"by": made.MARKET, "roles": {"retailer"}}
    first = chain.state("food.receipt", receipt, **by)
    assert chain.marks("IN1", made.MARKET) == []
    final = made.a_correction(first.entry.statement_id, {**receipt, "complete": True})
    chain.state("correction", final, sub=receipt["lot"], **by)
    assert chain.marks("IN1", made.MARKET) == [("R18", "receipt-differs")]


@pytest.mark.parametrize(("until", "status", "marked"), [
    ("2027-09-30", "valid", False), ("2026-09-30", "valid", True), ("2027-09-30", "cancelled", True),
])  # fmt: skip
def test_r06_a_suppliers_licence_is_asked_for_the_day_of_receipt(until, status, marked):
    chain = Chain()
    held: dict[str, Any] = {"holder": made.uscc(made.COOPERATIVE), "validTo": until, "status": status}
    licence = made.a_licence(kind="food_production", number="SC1", **held)
    chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    chain.farm("farm.harvest", made.a_harvest())
    effects = chain.state("food.receipt", made.a_receipt())
    assert ("R06" in [mark.rule for mark in effects.marks]) is marked


def test_r03_an_incomplete_purchase_record_is_marked_and_stops_production():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.receive(made.a_receipt(spec=made.ABSENT, supplierContact=made.ABSENT))
    (mark,) = chain.lot("R1").marks
    assert (mark.rule, mark.params["value"], mark.params["limit"]) == ("R03", 7, 9)
    assert mark.params["missing"] == ["spec", "supplierContact"]
    caught = refuses(chain, refused.PurchaseRecordIncomplete, "food.production", milling())
    assert caught.params["missing"] == ["spec", "supplierContact"]
    declared = [{"rule": "R03", "reason": "供货者已停业"}]
    (gap,) = chain.state("food.production", milling(declared=declared)).marks
    assert (gap.rule, gap.declared) == ("R03", "供货者已停业")


@pytest.mark.parametrize(("digests", "marked"), [(3, False), (2, True)])
def test_r03_concealed_members_count_as_stated_whether_disclosed_or_erased(digests, marked):
    hidden = dict.fromkeys(("supplierName", "supplierAddress", "supplierContact"), made.ABSENT)
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    effects = chain.receive(made.a_receipt(**hidden, _sd=["x" * 43] * digests))
    assert bool(effects.marks) == marked


def test_r06_a_lapsed_supplier_is_marked():
    chain = good_chain()
    licence = made.a_licence(
        kind="food_production",
        number="SC10131015199019",
        validFrom="2021-10-01",
        validTo="2026-09-30",
        approvedOutput=made.ABSENT,
        packedBefore=made.ABSENT,
        openingAt=made.ABSENT,
    )
    chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        supplier=made.uscc(made.MILL),
        quantity=made.kg("6000"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    sent = next(one for one in chain.entries if one.typ == "food.shipment" and one.sub.endswith(":X1"))
    receipt["handover"] = given.a_handover(sent.entry.statement_id, receipt["supplierLot"])
    (mark,) = chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"}).marks
    assert (mark.rule, mark.gates, mark.params["limit"]) == ("R06", (), "2026-09-30")


def test_r19_a_supplier_lot_that_nobody_stated_is_an_open_end():
    chain = Chain()
    effects = chain.state("food.receipt", made.a_receipt())
    assert [(mark.rule, mark.code) for mark in effects.marks] == [("R19", "source-unconfirmed")]
    assert effects.marks[0].params["value"] == made.lot(made.COOPERATIVE, "H1")


def test_r19_goods_that_came_with_paper_alone_have_no_link_upwards():
    chain = Chain()
    effects = chain.state("food.receipt", made.a_receipt(supplierLot=made.ABSENT))
    assert [(mark.rule, mark.code) for mark in effects.marks] == [("R19", "no-upstream-link")]
