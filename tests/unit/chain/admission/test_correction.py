"""Corrections: old effects taken back, the replacement decided anew, both kept."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.admission import GAP, asked, chain_time, in_store, milling, refuses
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from trace.chain.effects import (
    LinkState,
    LotState,
    LotTaken,
    NewLink,
    PlotHarvested,
    RecordSuperseded,
)
from trace.chain.facts import parse_fact
from trace.errors import food as refused
from trace.quantities import Quantity


def test_a_correction_supersedes_links_and_moves_the_balance():
    chain = in_store()
    first = chain.state("food.production", milling())
    assert chain.lot("R1").available == Quantity.of("6900", "kg")
    less = milling(
        inputs=[{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("9800"), "role": "main"}],
        loss={"quantity": made.kg("3000"), "reason": "稻壳"},
    )
    correction = made.a_correction(first.entry.statement_id, less)
    batch = made.lot(made.MILL, "M20261012A")
    old_id = chain.lot("M20261012A").id
    effects = chain.state("correction", correction, sub=batch)
    assert chain.lot("R1").available == Quantity.of("7100", "kg")
    assert chain.lot("M20261012A").id == old_id
    assert chain.lot("M20261012A").quantity == Quantity.of("9800", "kg")
    superseded = {change.link for change in effects.changes if isinstance(change, LinkState)}
    assert superseded == {change.id for change in first.changes if isinstance(change, NewLink)}
    assert chain.known.statements[first.entry.statement_id].amended_by == effects.entry.statement_id
    again = chain.state("correction", made.a_correction(first.entry.statement_id, milling()), sub=batch)
    assert chain.lot("R1").available == Quantity.of("6900", "kg")
    newer = {change.id for change in effects.changes if isinstance(change, NewLink)}
    assert newer <= {change.link for change in again.changes if isinstance(change, LinkState)}


def test_a_corrected_receipt_ends_its_dispute():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    sent = made.kg("16900")
    wrong = chain.receive(made.a_receipt(quantity=made.kg("19600")), sent=sent)
    assert chain.known.disputes
    stated = chain.told[-1].claims.data | {"quantity": sent}
    chain.state(
        "correction", made.a_correction(wrong.entry.statement_id, stated), sub=made.lot(made.MILL, "R1")
    )
    assert not chain.known.disputes
    assert chain.marks("R1") == chain.marks("C-R1", made.COOPERATIVE) == []
    assert chain.lot("C-R1", made.COOPERATIVE).available == Quantity.of("0", "kg")


def test_a_corrected_spray_no_longer_holds():
    chain = Chain()
    spray = chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    earlier = made.a_correction(spray.entry.statement_id, made.an_operation(usedOn="2026-09-01"))
    chain.farm("correction", earlier, sub=made.plot(1))
    assert not chain.farm("farm.harvest", made.a_harvest()).marks


def test_a_spray_corrected_after_the_harvest_takes_its_mark_back():
    chain = Chain()
    spray = chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    chain.farm("farm.harvest", made.a_harvest())
    assert chain.marks("H1", made.COOPERATIVE) == [("R08", "pre-harvest-interval")]
    earlier = made.a_correction(spray.entry.statement_id, made.an_operation(usedOn="2026-09-01"))
    chain.farm("correction", earlier, sub=made.plot(1))
    assert chain.marks("H1", made.COOPERATIVE) == []
    later = made.a_correction(spray.entry.statement_id, made.an_operation(usedOn="2026-10-02"))
    chain.farm("correction", later, sub=made.plot(1))
    assert chain.marks("H1", made.COOPERATIVE) == [("R08", "pre-harvest-interval")]


def test_a_correction_may_not_undercut_what_was_used():
    chain = in_store()
    chain.state("food.production", milling())
    receipt = chain.entries[2].entry.statement_id
    smaller = made.a_correction(receipt, made.a_receipt(quantity=made.kg("9000")))
    sub = made.lot(made.MILL, "R1")
    caught = refuses(chain, refused.ConsumedBeyondAvailable, "correction", smaller, sub=sub)
    assert (caught.params["value"], caught.params["limit"]) == ("10000 kg", "9000 kg")
    declared = made.a_correction(receipt, made.a_receipt(quantity=made.kg("9000"), declared=GAP))
    gap = next(mark for mark in chain.state("correction", declared, sub=sub).marks if mark.code == "gap")
    assert gap.declared == GAP[0]["reason"]
    assert chain.lot("R1").available == Quantity.of("-1000", "kg")


def test_a_correction_may_not_drop_a_used_output():
    chain = good_chain()
    milled = next(one for one in chain.entries if one.typ == "food.production").entry.statement_id
    outputs = made.a_production()["outputs"][1:]
    dropped = made.a_correction(milled, made.a_production(outputs=outputs, yieldOf=made.ABSENT))
    refuses(chain, refused.CorrectionStrandsLot, "correction", dropped, sub=made.lot(made.MILL, "M20261012A"))


def test_only_the_signer_corrects():
    chain = in_store()
    harvest = chain.entries[0].entry.statement_id
    correction = made.a_correction(harvest, made.a_harvest())
    refuses(chain, refused.NotYourStatement, "correction", correction, sub=made.lot(made.COOPERATIVE, "H1"))


def test_a_correction_names_the_first_statement():
    chain = in_store()
    receipt = chain.entries[2].entry.statement_id
    sub = made.lot(made.MILL, "R1")
    second = chain.state("correction", made.a_correction(receipt, made.a_receipt()), sub=sub)
    chained = made.a_correction(second.entry.statement_id, made.a_receipt())
    refuses(chain, refused.AlreadyCorrection, "correction", chained, sub=sub)
    nowhere = made.a_correction(made.statement_id("nowhere"), made.a_receipt())
    refuses(chain, refused.NamedStatementUnknown, "correction", nowhere, sub=sub)


def test_master_data_are_stated_anew_not_corrected():
    chain = good_chain()
    licence = chain.entries[0].entry.statement_id
    correction = made.a_correction(licence, made.a_licence())
    sub = f"urn:licence:{made.RICE_MARK}"
    refuses(chain, refused.NotCorrectable, "correction", correction, sub=sub, by=made.BUREAU, roles=BUREAU)


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


def test_a_corrected_certificate_and_report_take_the_place_of_the_first():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    sub = made.lot(made.COOPERATIVE, "H1")
    first = chain.farm("farm.certificate", made.a_certificate()).entry.statement_id
    chain.farm("correction", made.a_correction(first, made.a_certificate(origin="上海市奉贤区")), sub=sub)
    assert [one.data["origin"] for one in chain.lot("H1", made.COOPERATIVE).certificates] == ["上海市奉贤区"]
    report = made.a_report(lot=sub, purpose="certificate", conclusion="fail")
    wrong = chain.state("lab.report", asked(chain, report), by=made.LAB, roles=LABORATORY).entry.statement_id
    assert chain.marks("H1", made.COOPERATIVE) == [("R05", "failed-report")]
    right = made.a_correction(wrong, {**report, "conclusion": "pass"})
    effects = chain.state("correction", right, by=made.LAB, roles=LABORATORY, sub=sub)
    assert [change.kind for change in effects.changes if isinstance(change, RecordSuperseded)] == ["report"]
    assert chain.marks("H1", made.COOPERATIVE) == []
    assert [one.conclusion for one in chain.lot("H1", made.COOPERATIVE).reports] == ["pass"]


def test_a_correction_keeps_the_subject():
    chain = Chain()
    first = chain.farm("farm.harvest", made.a_harvest()).entry.statement_id
    with pytest.raises(refused.NotCorrectable):
        chain.farm("correction", made.a_correction(first, made.a_harvest()), sub=made.plot(1))


def test_an_unused_output_may_be_dropped_and_is_withdrawn():
    chain = good_chain()
    milled = next(one for one in chain.entries if one.typ == "food.production").entry.statement_id
    outputs = made.a_production()["outputs"][:1]
    dropped = made.a_correction(milled, made.a_production(outputs=outputs))
    chain.state("correction", dropped, sub=made.lot(made.MILL, "M20261012A"))
    bran = chain.lot("BRAN-A")
    assert bran.state == "withdrawn"
    assert LotState(bran.id, "withdrawn") in chain.entries[-1].changes


def test_the_needs_of_a_correction_name_all_that_the_replacement_speaks_of():
    data = made.a_correction(made.statement_id("x"), made.a_pack(_sd=["q" * 43]))
    needs = parse_fact("correction", data, "x", chain_time()).needs()
    assert f"urn:licence:{made.RICE_MARK}" in needs.licences
    assert needs.products == {made.RICE}
    assert needs.lots == {made.lot(made.MILL, "K1"), made.lot(made.MILL, "RICE-A")}
    assert needs.amended == needs.disputes == {made.statement_id("x")}
