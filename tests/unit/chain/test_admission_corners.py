"""Rare turns of admission: what no story of the demo comes across, and what then happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store, milling, refuses
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from trace.chain.admission import needs_of
from trace.chain.admission.gates import bears_on
from trace.chain.effects import LinkState, LotTaken, Mark, NewLink, PlotHarvested
from trace.chain.facts import parse_fact
from trace.chain.ids import row_id
from trace.errors import food as refused
from trace.quantities import Quantity
from trace.rules import Rules, load

NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)


def silent_rules() -> Rules:
    """The rules of the demo with an empty table: they say nothing about any record."""
    return replace(load("demo"), admissions=(), _cache={})


def test_where_the_table_says_nothing_facts_enter_unmarked_and_acts_go_on():
    chain = Chain(silent_rules())
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("9000")))
    chain.farm("farm.certificate", made.a_certificate(basis="self_tested", report=made.ABSENT))
    chain.state("food.receipt", made.a_receipt(spec=made.ABSENT))
    chain.state("food.production", milling(outputs=milling()["outputs"], loss=made.ABSENT))
    chain.state("food.pack", made.a_pack(lbNo=made.ABSENT))
    chain.state("code.activate", made.an_activation(report=made.statement_id("none")))
    chain.state("food.shipment", made.a_shipment(quantity=made.kg("7000")))
    assert [mark for effects in chain.entries for mark in effects.marks] == []
    assert not chain.known.disputes


def test_a_statement_bears_as_many_marks_as_it_has_row_ids():
    chain = Chain()
    for number in range(300):
        spray = made.an_operation(usedOn="2026-10-01", target=f"第{number}次")
        chain.farm("farm.operation", spray)
    effects = chain.farm("farm.harvest", made.a_harvest())
    assert len(effects.marks) == 256
    assert {mark.rule for mark in effects.marks} == {"R08"}


def test_a_row_id_outside_its_bits_is_an_error_and_never_another_row():
    assert row_id("a", 1, 255) - row_id("a", 1) == 255
    for index, ordinal in ((-1, 0), (1 << 40, 0), (0, 256), (0, -1)):
        with pytest.raises(ValueError, match="no row id"):
            row_id("a", index, ordinal)


def test_only_the_mark_of_the_corrected_spray_is_taken_back():
    chain = Chain()
    first = chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-02"))
    chain.farm("farm.harvest", made.a_harvest())
    assert len(chain.marks("H1", made.COOPERATIVE)) == 2
    earlier = made.a_correction(first.entry.statement_id, made.an_operation(usedOn="2026-09-01"))
    chain.farm("correction", earlier, sub=made.plot(1))
    (mark,) = chain.lot("H1", made.COOPERATIVE).marks
    assert mark.params["lastUse"] == "2026-10-02"


def test_a_corrected_irrigation_changes_no_harvest():
    chain = Chain()
    watering = made.an_operation(operation="irrigate", input=made.ABSENT, usedOn="2026-10-01")
    first = chain.farm("farm.operation", watering)
    chain.farm("farm.harvest", made.a_harvest())
    moved = made.a_correction(first.entry.statement_id, {**watering, "usedOn": "2026-10-02"})
    chain.farm("correction", moved, sub=made.plot(1))
    assert chain.marks("H1", made.COOPERATIVE) == []
    assert chain.known.operations.get(made.plot(1), ()) == ()


def test_a_corrected_harvest_stays_on_its_plots():
    chain = Chain()
    first = chain.farm("farm.harvest", made.a_harvest())
    both = made.a_harvest(plots=[made.plot(1), made.plot(2)])
    right = made.a_correction(first.entry.statement_id, both)
    effects = chain.farm("correction", right, sub=made.lot(made.COOPERATIVE, "H1"))
    added = [change.plot for change in effects.changes if isinstance(change, PlotHarvested)]
    assert added == [made.plot(2)]
    assert set(chain.known.harvested) == {made.plot(1), made.plot(2)}


def test_a_corrected_output_counted_in_pieces_moves_no_mass():
    chain = in_store()
    sacks = {
        "lot": made.lot(made.MILL, "SACKS"),
        "productName": "米袋",
        "quantity": {"value": "100", "unit": "件"},
        "kind": "by_product",
    }
    first = milling(loss=made.ABSENT, yieldOf=made.ABSENT)
    data = {**first, "outputs": [*first["outputs"], sacks]}
    stated = chain.state("food.production", data)
    again = made.a_correction(stated.entry.statement_id, data)
    effects = chain.state("correction", again, sub=made.lot(made.MILL, "M20261012A"))
    assert len([change for change in effects.changes if isinstance(change, LinkState)]) == 3
    given_back = [
        change for change in effects.changes if isinstance(change, LotTaken) and change.quantity.value < 0
    ]
    assert len(given_back) == 2
    assert chain.lot("R1").available == Quantity.of("6900", "kg")


def test_tonnes_and_kilograms_of_one_batch_add_up_exactly():
    chain = in_store()
    chain.farm("farm.harvest", made.a_harvest(lot=made.lot(made.COOPERATIVE, "H2")))
    second = {"lot": made.lot(made.MILL, "R2"), "supplierLot": made.lot(made.COOPERATIVE, "H2")}
    chain.state("food.receipt", made.a_receipt(**second))
    tonnes = {"lot": second["lot"], "quantity": {"value": "2.5", "unit": "t"}, "role": "main"}
    kilos = {"lot": R1, "quantity": made.kg("7500"), "role": "main"}
    chain.state("food.production", milling(inputs=[kilos, tonnes]))
    assert chain.lot("M20261012A").quantity == Quantity.of("10000", "kg")
    assert chain.lot("R2").available == Quantity.of("14400", "kg")


def test_a_farm_ships_its_harvest_without_a_makers_release():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    data = made.a_shipment(
        lot=made.lot(made.COOPERATIVE, "X1"),
        fromLot=made.lot(made.COOPERATIVE, "H1"),
        quantity=made.kg("900"),
    )
    assert chain.farm("food.shipment", data).marks == ()
    assert chain.lot("H1", made.COOPERATIVE).available == Quantity.of("16000", "kg")


def test_goods_of_a_foreign_event_are_milled_with_growers_unknown():
    chain = in_store()
    paddy = "urn:lot:" + made.MILL + ":ABROAD"
    event = {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": "2026-10-02T09:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "quantityList": [{"epcClass": paddy, "quantity": 10000, "uom": "KGM"}],
    }
    chain.state("epcis.event", {"event": event})
    both = [{"lot": lot, "quantity": made.kg("5000"), "role": "main"} for lot in (paddy, R1)]
    chain.state("food.production", milling(inputs=both))
    assert chain.lot("M20261012A").detail["producers"] == [made.COOPERATIVE]


R1 = made.lot(made.MILL, "R1")


def bare_receipt() -> Chain:
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.state("food.receipt", made.a_receipt(proofs=[]))
    return chain


def test_r07_a_mixers_own_certificate_vouches_for_what_came_without_one():
    chain = bare_receipt()
    refuses(chain, refused.NoConformityProof, "food.production", milling())
    own = made.a_certificate(lot=R1, style="mixer", issuedAt="2026-10-06T19:00:00+08:00")
    chain.state("farm.certificate", own)
    assert chain.state("food.production", milling()).marks == ()


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


def test_a_settled_receipt_keeps_the_marks_that_are_not_of_the_dispute():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("9000")))
    opened = chain.state("food.receipt", made.a_receipt(spec=made.ABSENT))
    assert sorted(code for _, code in chain.marks("R1")) == ["purchase-record-incomplete", "receipt-differs"]
    chain.state("dispute.settle", made.a_settlement(opened.entry.statement_id))
    assert chain.marks("R1") == [("R03", "purchase-record-incomplete")]


def test_a_dispute_about_master_data_touches_no_lot():
    chain = good_chain()
    about = chain.entries[0].entry.statement_id
    opened = chain.state("dispute.open", made.a_dispute([about]), sub="urn:x")
    (dispute,) = chain.known.disputes.values()
    assert dispute.lot is None
    assert len(opened.changes) == 1
    settled = chain.state(
        "dispute.settle", made.a_settlement(opened.entry.statement_id), by=made.BUREAU, roles=BUREAU
    )
    assert len(settled.changes) == 1
    assert not chain.known.disputes


def test_of_two_open_disputes_only_the_settled_one_ends():
    chain = good_chain()
    statements = [entry.entry.statement_id for entry in chain.entries[1:3]]
    first, second = (
        chain.farm("dispute.open", made.a_dispute([one]), sub="urn:x").entry.statement_id
        for one in statements
    )
    chain.farm("dispute.settle", made.a_settlement(second), sub="urn:x")
    assert list(chain.known.disputes) == [first]


def test_the_needs_of_our_own_facts_are_their_own():
    fact = parse_fact("food.merge", made.a_merge(), made.lot(made.MILL, "S1"), NOON)
    assert needs_of(fact, "s") == fact.needs()


def test_a_mark_bears_on_its_lot_on_the_same_goods_and_where_it_spreads():
    own = Mark(1, "R20", "label-content-missing", 7, ("code",), {})
    spreading = Mark(2, "R05", "failed-report", 7, ("code",), {})
    assert bears_on(own, "urn:lot:a:1", "urn:lot:a:1", ())
    assert bears_on(own, "urn:lot:a:1", "urn:lot:a:2", ["urn:lot:a:1"])
    assert not bears_on(own, "urn:lot:a:1", "urn:lot:a:2", [])
    assert bears_on(spreading, "urn:lot:a:1", "urn:lot:a:2", [])


def test_an_order_without_lots_is_kept_for_its_matter():
    fact = parse_fact("oversight.notice", {"matter": "案1"}, "urn:case:1", NOON)
    assert fact.needs().lots == frozenset()
    effects = Chain().state("oversight.notice", {"matter": "案1"}, by=made.BUREAU, roles=BUREAU)
    assert len(effects.changes) == 1


def test_a_product_without_gtin_is_named_by_its_maker():
    own = f"urn:product:{made.MILL}:RICE"
    chain = Chain()
    chain.state("food.receipt", made.a_receipt(product=own, supplierLot=made.ABSENT))
    assert chain.lot("R1").product == own


def test_the_first_bad_member_of_a_list_is_named():
    data = made.a_harvest(plots=[made.plot(1), "plot 2"])
    with pytest.raises(refused.FactMalformed) as caught:
        parse_fact("farm.harvest", data, data["lot"], NOON)
    assert caught.value.params["path"] == "$.data.plots[1]"


def test_a_lot_that_a_correction_withdrew_can_still_be_recalled():
    chain = good_chain()
    milled = next(one for one in chain.entries if one.typ == "food.production").entry.statement_id
    dropped = made.a_correction(milled, made.a_production(outputs=made.a_production()["outputs"][:1]))
    chain.state("correction", dropped, sub=made.lot(made.MILL, "M20261012A"))
    order = {"matter": "案1", "lots": [made.lot(made.MILL, "BRAN-A")]}
    for typ, state in (("oversight.hold", "withdrawn"), ("oversight.recall", "recalled")):
        chain.state(typ, order, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
        assert chain.lot("BRAN-A").state == state
    chain.state("lab.report", made.a_report(), by=made.LAB, roles=LABORATORY)


def test_a_lot_split_into_mass_and_pieces_is_not_shared_out():
    chain = in_store()
    pieces = {"value": "40", "unit": "袋"}
    halves = [
        {"lot": made.lot(made.MILL, batch), "productName": "稻谷", "quantity": quantity}
        for batch, quantity in (("R1-a", made.kg("500")), ("R1-b", pieces))
    ]
    data = made.a_split(input={"lot": R1, "quantity": made.kg("1000")}, outputs=halves)
    effects = chain.state("food.split", data)
    links = [change for change in effects.changes if isinstance(change, NewLink)]
    assert [link.taken for link in links] == [None, None]
    assert chain.lot("R1").available == Quantity.of("15900", "kg")


def test_a_lot_renamed_by_a_split_into_one_takes_all_of_the_input():
    chain = in_store()
    one = [{"lot": made.lot(made.MILL, "R1-a"), "productName": "稻谷", "quantity": made.kg("990")}]
    data = made.a_split(input={"lot": R1, "quantity": made.kg("1000")}, outputs=one)
    (link,) = [change for change in chain.state("food.split", data).changes if isinstance(change, NewLink)]
    assert (link.taken, link.given) == (Quantity.of("1000", "kg"), Quantity.of("990", "kg"))
