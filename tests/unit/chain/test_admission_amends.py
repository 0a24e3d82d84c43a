"""What comes later: rework, corrections, disputes, gates, voided codes and foreign events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.builders import facts as made
from tests.builders.admission import GAP, in_store, milling, refuses
from tests.builders.chain import (
    BUREAU,
    LABORATORY,
    PROCESSOR,
    Chain,
    good_chain,
)
from trace.chain.admission import needs_of
from trace.chain.effects import LinkState, NewLink, PackState, RecordKept
from trace.chain.facts import parse_fact
from trace.chain.needs import Needs
from trace.errors import CodesNotAllocated
from trace.errors import food as refused
from trace.errors.epcis import EpcisMalformed
from trace.quantities import Quantity


def test_a_lot_does_not_go_into_itself():
    itself = [{"lot": made.lot(made.MILL, "M20261012A"), "quantity": made.kg("1"), "role": "rework"}]
    refuses(in_store(), refused.LotOfItself, "food.production", milling(inputs=itself))


def rework_of(chain: Chain) -> dict[str, Any]:
    """M20261012A gives broken rice that goes back into M20261012A."""
    broken = {
        "lot": made.lot(made.MILL, "BROKEN"),
        "productName": "碎米",
        "quantity": made.kg("200"),
        "kind": "rework",
    }
    first = milling(loss=made.ABSENT)
    chain.state("food.production", {**first, "outputs": [*first["outputs"], broken]})
    return milling(
        inputs=[{"lot": broken["lot"], "quantity": made.kg("200"), "role": "rework"}],
        outputs=[],
        loss=made.ABSENT,
        yieldOf=made.ABSENT,
        startedAt="2026-10-13T08:00:00+08:00",
        finishedAt="2026-10-13T09:00:00+08:00",
    )


def test_rework_goes_back_into_an_earlier_batch_later():
    chain = in_store()
    effects = chain.state("food.production", rework_of(chain))
    (link,) = [change for change in effects.changes if isinstance(change, NewLink)]
    assert (link.kind, link.from_lot, link.to_lot) == (
        "rework",
        chain.lot("BROKEN").id,
        chain.lot("M20261012A").id,
    )


def test_rework_with_no_time_between_is_a_lot_of_itself():
    chain = in_store()
    at_once = {
        **rework_of(chain),
        "startedAt": "2026-10-12T16:00:00+08:00",
        "finishedAt": "2026-10-12T17:00:00+08:00",
    }
    refuses(chain, refused.LotOfItself, "food.production", at_once)


def test_an_existing_batch_takes_nothing_but_rework():
    chain = in_store()
    again = rework_of(chain)
    main = [{**again["inputs"][0], "role": "main"}]
    refuses(chain, refused.LotExists, "food.production", {**again, "inputs": main})


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
    wrong = chain.state("food.receipt", made.a_receipt(quantity=made.kg("19600")))
    assert chain.known.disputes
    right = made.a_correction(wrong.entry.statement_id, made.a_receipt())
    chain.state("correction", right, sub=made.lot(made.MILL, "R1"))
    assert not chain.known.disputes
    assert chain.marks("R1") == chain.marks("H1", made.COOPERATIVE) == []
    assert chain.lot("H1", made.COOPERATIVE).available == Quantity.of("0", "kg")


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
    receipt = chain.entries[1].entry.statement_id
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
    receipt = chain.entries[1].entry.statement_id
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


def test_a_dispute_marks_the_links_until_a_party_settles_it():
    chain = in_store()
    about = [chain.entries[1].entry.statement_id, chain.entries[0].entry.statement_id]
    opened = chain.farm("dispute.open", made.a_dispute(about), sub=made.lot(made.MILL, "R1"))
    assert [change.state for change in opened.changes if isinstance(change, LinkState)] == ["disputed"]
    settlement = made.a_settlement(opened.entry.statement_id)
    refuses(chain, refused.NotAPartyToDispute, "dispute.settle", settlement, by=made.TOFU)
    chain.state("dispute.settle", settlement)
    assert {link.state for link in chain.known.links.values()} == {"signed"}
    refuses(chain, refused.DisputeUnknown, "dispute.settle", settlement)


def test_a_party_gives_itself_no_role_that_its_key_lacks():
    chain = Chain()
    sub = made.uscc(made.MILL)
    refuses(chain, refused.MayNotState, "master.party", made.a_party(roles=["lab"]), sub=sub)
    chain.state("master.party", made.a_party(), sub=sub)
    assert sub in chain.known.parties


def test_a_firm_does_not_report_on_anothers_lot():
    data = made.a_report(lot=made.lot(made.COOPERATIVE, "H1"))
    refuses(in_store(), refused.LotNotHeld, "lab.report", data, roles=PROCESSOR)


def test_goods_behind_a_gate_leave_only_with_a_declaration():
    chain = good_chain()
    failed = made.a_report(
        lot=made.lot(made.MILL, "K1"),
        purpose="sampling",
        items=[{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}],
        conclusion="fail",
    )
    chain.state("lab.report", failed, by=made.LAB, roles=LABORATORY)
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


def test_a_batch_code_is_withdrawn_whole():
    chain = good_chain()
    refuses(chain, CodesNotAllocated, "code.void", made.a_void(range={"first": 0, "count": 10}))
    whole = chain.state("code.void", made.a_void())
    assert PackState(chain.lot("K1").id, "void") in whole.changes
    refuses(chain, refused.LotNotHeld, "code.void", made.a_void(), by=made.TOFU)


def milled_abroad(**changed: Any) -> dict[str, Any]:
    paddy, rice = "urn:epc:class:lgtin:4012345.066666.P1", "urn:epc:class:lgtin:4012345.077777.R1"
    event = {
        "type": "TransformationEvent",
        "eventTime": "2026-10-12T09:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "inputQuantityList": [{"epcClass": paddy, "quantity": 1000, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": rice, "quantity": 600, "uom": "KGM"}],
    }
    return {"event": {**event, **changed}}


def test_a_foreign_event_makes_lots_and_links_and_is_kept_word_for_word():
    chain = Chain()
    effects = chain.state("epcis.event", milled_abroad())
    assert sorted(lot.kind for lot in chain.known.lots.values()) == ["batch", "material", "product"]
    assert len([change for change in effects.changes if isinstance(change, NewLink)]) == 2
    assert effects.changes[-1] == RecordKept(effects.changes[-1].id, "urn:record:1", milled_abroad())
    needs = needs_of(parse_fact("epcis.event", milled_abroad(), "x", effects.occurred_at), "s")
    assert set(chain.known.lots) & needs.lots


def test_a_foreign_event_that_cannot_be_read_is_refused():
    broken = milled_abroad(eventTime="yesterday")
    refuses(Chain(), EpcisMalformed, "epcis.event", broken)
    fact = parse_fact("epcis.event", broken, "x", datetime(2026, 10, 12, tzinfo=UTC))
    assert needs_of(fact, "s") == Needs()
