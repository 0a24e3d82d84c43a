"""What closes a gate is looked up at the moment of the act: later failures, corrections, orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import activation, asked, in_store, milling, milling_of_silo, order, refuses
from tests.builders.chain import LABORATORY, Chain, good_chain
from trace.chain.admission.gates import bears_on
from trace.chain.effects import Mark
from trace.errors import food as refused


def test_goods_behind_a_gate_leave_only_with_a_declaration():
    chain = good_chain()
    failed = made.a_report(
        lot=made.lot(made.MILL, "K1"),
        purpose="sampling",
        items=[{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}],
        conclusion="fail",
    )
    chain.state("lab.report", asked(chain, failed), by=made.LAB, roles=LABORATORY)
    data = made.a_shipment(
        lot=made.lot(made.MILL, "X3"),
        quantity=made.kg("100"),
        releaseReport=chain.lot("RICE-A").reports[0].statement_id,
    )
    caught = refuses(chain, refused.ShippedThroughGate, "food.shipment", data)
    assert caught.params["rule"] == "R05"
    declared = [{"rule": "R05", "reason": "收到结果前已装车发出"}]
    (mark,) = chain.state("food.shipment", {**data, "declared": declared}).marks
    assert (mark.code, mark.params["value"]) == ("shipped-through-gate", "镉 0.27 mg/kg")


def test_a_mark_bears_on_its_lot_on_the_same_goods_and_where_it_spreads():
    own = Mark(1, "R20", "label-content-missing", 7, ("code",), {})
    spreading = Mark(2, "R05", "failed-report", 7, ("code",), {})
    assert bears_on(own, "urn:lot:a:1", "urn:lot:a:1", ())
    assert bears_on(own, "urn:lot:a:1", "urn:lot:a:2", ["urn:lot:a:1"])
    assert not bears_on(own, "urn:lot:a:1", "urn:lot:a:2", [])
    assert bears_on(spreading, "urn:lot:a:1", "urn:lot:a:2", [])


CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]


def fail(chain: Chain, lot: str, **changed: Any) -> str:
    """A sampling of the lot fails; returns the statement's id."""
    data = made.a_report(lot=lot, purpose="sampling", items=CADMIUM, conclusion="fail", **changed)
    return chain.state("lab.report", asked(chain, data), by=made.LAB, roles=LABORATORY).entry.statement_id


def test_packs_made_before_a_raw_lot_failed_are_not_switched_on():
    chain = good_chain()
    fail(chain, made.lot(made.COOPERATIVE, "H2"))
    caught = refuses(chain, refused.FailedTestStands, "code.activate", activation(chain))
    assert caught.params["lot"] == made.lot(made.COOPERATIVE, "H2")
    assert caught.params["value"] == "镉 0.27 mg/kg"


def test_goods_whose_raw_lot_failed_later_leave_only_with_a_declaration():
    chain = good_chain()
    fail(chain, made.lot(made.MILL, "S1"))
    shipment = made.a_shipment(lot=made.lot(made.MILL, "X9"), quantity=made.kg("100"))
    refuses(chain, refused.ShippedThroughGate, "food.shipment", shipment)
    declared = [{"rule": "R05", "reason": "收到结果前已装车发出"}]
    (mark,) = chain.state("food.shipment", {**shipment, "declared": declared}).marks
    assert (mark.code, mark.params["lot"]) == ("shipped-through-gate", made.lot(made.MILL, "S1"))


def test_what_came_into_the_silo_after_the_batch_left_it_closes_nothing():
    chain = good_chain()
    later = {
        "lot": made.lot(made.COOPERATIVE, "H9"),
        "plots": [made.plot(3)],
        "harvestedFrom": "2026-10-13T07:00:00+08:00",
        "harvestedTo": "2026-10-13T15:00:00+08:00",
    }
    chain.farm("farm.harvest", made.a_harvest(**later))
    fail(chain, later["lot"])
    chain.state("code.activate", activation(chain), at="2026-10-14T08:00:00+08:00")
    pack = chain.lot("K2").pack
    assert pack is not None
    assert pack.state == "active"


def test_a_corrected_report_opens_the_gates_of_everything_made_of_its_lot():
    chain = good_chain()
    harvest = made.lot(made.COOPERATIVE, "H2")
    failed = fail(chain, harvest)
    refuses(chain, refused.FailedTestStands, "code.activate", activation(chain))
    right = made.a_correction(failed, made.a_report(lot=harvest, purpose="sampling"))
    chain.state("correction", right, by=made.LAB, roles=LABORATORY, sub=harvest)
    chain.state("code.activate", activation(chain), at="2026-10-14T08:00:00+08:00")


def test_a_spray_told_after_the_milling_stops_what_has_not_left_yet():
    chain = good_chain()
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"), late=timedelta(days=20))
    caught = refuses(chain, refused.HarvestedTooSoon, "code.activate", activation(chain))
    assert caught.params["limit"] == "7 d"


def disputed_rice() -> Chain:
    """More received than the farm had, milled, packed, released; the dispute is open."""
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("15000")))
    chain.receive(made.a_receipt(), sent=made.kg("15000"))
    chain.state("food.production", milling())
    chain.state("lab.report", made.a_report(), by=made.LAB, roles=LABORATORY)
    chain.state(
        "food.pack",
        made.a_pack(quantity=made.kg("500"), packs={"value": "100", "unit": "件"}, lbNo=made.ABSENT),
    )
    return chain


def test_an_open_dispute_about_the_raw_lot_holds_the_codes_until_it_is_settled():
    chain = disputed_rice()
    caught = refuses(chain, refused.GateClosed, "code.activate", activation(chain, "K1"))
    assert caught.params["mark"] == "receipt-differs"
    (opener,) = chain.known.disputes
    for state in (chain.farm, chain.state):
        state("dispute.settle", made.a_settlement(opener), sub="urn:x")
    chain.state("code.activate", activation(chain, "K1"), at="2026-10-14T08:00:00+08:00")


def test_the_dispute_of_one_buyer_does_not_hold_the_goods_of_another():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("16900")))
    chain.receive(made.a_receipt(quantity=made.kg("10000")))
    chain.state("food.production", milling())
    chain.state("lab.report", made.a_report(), by=made.LAB, roles=LABORATORY)
    chain.state(
        "food.pack",
        made.a_pack(quantity=made.kg("500"), packs={"value": "100", "unit": "件"}, lbNo=made.ABSENT),
    )
    other = made.a_receipt(lot=made.lot(made.TOFU, "R2"), quantity=made.kg("9000"))
    chain.receive(other, by=made.TOFU, sent=made.kg("6900"))
    assert ("R18", "receipt-differs") in chain.marks("R2", made.TOFU)
    assert chain.marks("H1", made.COOPERATIVE) == chain.marks("C-R2", made.COOPERATIVE) == []
    chain.state("code.activate", activation(chain, "K1"), at="2026-10-14T08:00:00+08:00")


@pytest.mark.parametrize(
    ("typ", "state", "code"),
    [("oversight.hold", "locked", "lot-held"), ("oversight.recall", "recalled", "lot-recalled")],
)
def test_an_order_shuts_its_lots_and_what_is_made_of_them(typ, state, code):
    chain = good_chain()
    order(chain, typ, "S1")
    assert chain.lot("S1").state == state
    assert chain.marks("S1") == [("P05", code)]
    caught = refuses(chain, refused.GateClosed, "code.activate", activation(chain))
    assert (caught.params["rule"], caught.params["value"]) == ("P05", "案1")
    shipment = made.a_shipment(lot=made.lot(made.MILL, "X9"), quantity=made.kg("100"))
    refuses(chain, refused.ShippedThroughGate, "food.shipment", shipment)


ORDERED = [{"rule": "P05", "reason": "查封前已投料"}]


def test_held_goods_are_used_only_with_a_declaration_that_stays_visible():
    chain = good_chain()
    order(chain, "oversight.hold", "S1")
    caught = refuses(chain, refused.HeldLotUsed, "food.production", milling_of_silo())
    assert (caught.params["lot"], caught.params["limit"]) == (made.lot(made.MILL, "S1"), "lot-held")
    marks = chain.state("food.production", {**milling_of_silo(), "declared": ORDERED}).marks
    assert [(mark.code, mark.declared) for mark in marks] == [("held-lot-used", ORDERED[0]["reason"])]


@pytest.mark.parametrize("typ", ["food.merge", "food.split", "food.pack"])
def test_no_way_of_using_held_goods_goes_round_the_order(typ):
    chain = in_store() if typ != "food.pack" else good_chain()
    held = "RICE-A" if typ == "food.pack" else "R1"
    order(chain, "oversight.hold", held)
    lot = made.lot(made.MILL, held)
    data = {
        "food.merge": made.a_merge(inputs=[{"lot": lot, "quantity": made.kg("35300")}]),
        "food.split": made.a_split(input={"lot": lot, "quantity": made.kg("16900")}),
        "food.pack": made.a_pack(lot=made.lot(made.MILL, "K8")),
    }[typ]
    refuses(chain, refused.HeldLotUsed, typ, data)
