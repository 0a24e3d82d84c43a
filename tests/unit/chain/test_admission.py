"""Admission, refusal by refusal: each with the smallest change of the good chain that brings it about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.chain import (
    BUREAU,
    FOOD_LOG,
    GROWER,
    LABORATORY,
    PROCESSOR,
    Chain,
    Named,
    a_ten_kilo_pack,
    good_chain,
)
from trace.chain.admission import needs_of
from trace.chain.effects import LinkState, MarkCleared, NewLink, PackState, RecordKept
from trace.chain.facts import parse_fact
from trace.chain.needs import Needs
from trace.errors import Refusal
from trace.errors import food as refused
from trace.errors.epcis import EpcisMalformed
from trace.errors.gs1 import UnitMismatch
from trace.quantities import Quantity

GAP = [{"rule": "R18", "reason": "磅秤故障，已人工复核"}]


def in_store() -> Chain:
    """H1 received as R1, nothing used yet."""
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.state("food.receipt", made.a_receipt())
    return chain


def milling(**changed: Any) -> dict[str, Any]:
    """10 000 kg of R1 into 6 800 kg of rice."""
    defaults = {
        "inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("10000"), "role": "main"}],
        "outputs": [
            {
                "lot": made.lot(made.MILL, "RICE-A"),
                "productName": "大米",
                "quantity": made.kg("6800"),
                "kind": "product",
            }
        ],
        "loss": {"quantity": made.kg("3200"), "reason": "稻壳与米糠"},
    }
    return made.a_production(**{**defaults, **changed})


def refuses(chain: Chain, refusal: type[Refusal], typ: str, data: dict[str, Any], **how: Any) -> Refusal:
    """The statement is refused, and nothing has changed."""
    before = (dict(chain.known.lots), dict(chain.known.statements), dict(chain.known.marks))
    with pytest.raises(refusal) as caught:
        chain.state(typ, data, **how)
    assert (chain.known.lots, chain.known.statements, chain.known.marks) == before
    return caught.value


def test_a_processor_does_not_state_a_harvest():
    refuses(Chain(), refused.MayNotState, "farm.harvest", made.a_harvest(), by=made.COOPERATIVE)


def test_a_lot_is_made_in_its_makers_name_only():
    refuses(Chain(), refused.ForeignNamespace, "farm.harvest", made.a_harvest(), by=made.MILL, roles=GROWER)


def test_a_lot_is_made_once():
    chain = in_store()
    refuses(chain, refused.LotExists, "food.receipt", made.a_receipt())


def test_two_outputs_cannot_be_one_lot():
    output = milling()["outputs"][0]
    refuses(in_store(), refused.LotExists, "food.production", milling(outputs=[output, output]))


def test_what_is_unknown_cannot_be_consumed():
    refuses(Chain(), refused.LotUnknown, "food.production", milling())


def test_another_firms_lot_cannot_be_consumed():
    taken = [{"lot": made.lot(made.COOPERATIVE, "H1"), "quantity": made.kg("1"), "role": "main"}]
    refuses(in_store(), refused.LotNotHeld, "food.production", milling(inputs=taken))


def test_consigned_goods_are_received_not_used():
    chain = good_chain()
    split = made.a_split(
        input={"lot": made.lot(made.MILL, "X1"), "quantity": made.kg("6000")},
        outputs=[{"lot": made.lot(made.MARKET, "S"), "productName": "大米", "quantity": made.kg("6000")}],
        startedAt="2026-10-15T08:00:00+08:00",
        finishedAt="2026-10-15T09:00:00+08:00",
    )
    refuses(chain, refused.LotNotHeld, "food.split", split, by=made.MARKET, roles={"retailer"})
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        quantity=made.kg("6000"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    assert not chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"}).marks


def test_a_consignment_must_arrive_whole_or_be_disputed():
    chain = good_chain()
    receipt = made.a_receipt(
        lot=made.lot(made.MARKET, "IN1"),
        supplierLot=made.lot(made.MILL, "X1"),
        quantity=made.kg("5800"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"})
    assert chain.marks("IN1", made.MARKET) == [("R18", "receipt-differs")]


@pytest.mark.parametrize(
    ("member", "late"), [("occurredAt", timedelta(minutes=-6)), ("finishedAt", timedelta(minutes=30))]
)
def test_nothing_is_stated_before_it_happened(member, late):
    chain = in_store()
    at = "2026-10-12T17:00:00+08:00" if member == "occurredAt" else "2026-10-12T10:00:00+08:00"
    caught = refuses(chain, refused.FutureDate, "food.production", milling(), at=at, late=late)
    assert caught.params["member"] == ("occurredAt" if member == "occurredAt" else "finished_at")


def test_a_clock_that_is_a_little_ahead_is_tolerated():
    in_store().state("food.production", milling(), late=timedelta(minutes=-4))


def test_nothing_ends_before_it_began():
    swapped = milling(startedAt="2026-10-12T17:00:01+08:00")
    refuses(in_store(), refused.EndBeforeStart, "food.production", swapped)


def test_nothing_is_used_up_before_it_was_there():
    early = milling(startedAt="2026-10-05T08:00:00+08:00", finishedAt="2026-10-05T09:00:00+08:00")
    refuses(in_store(), refused.ConsumedBeforeMade, "food.production", early)


def test_kilograms_do_not_come_out_of_litres():
    taken = [{"lot": made.lot(made.MILL, "R1"), "quantity": {"value": "5", "unit": "L"}, "role": "main"}]
    refuses(in_store(), UnitMismatch, "food.production", milling(inputs=taken, loss=made.ABSENT))


def test_an_input_that_this_log_does_not_have_is_refused():
    named = [Named(made.statement_id("nowhere"), FOOD_LOG, 9)]
    refuses(in_store(), refused.InputUnknown, "food.production", milling(), inputs=named)


def test_an_input_elsewhere_than_said_is_refused():
    chain = in_store()
    entry = chain.entries[0].entry
    named = [Named(entry.statement_id, entry.origin, entry.index + 1)]
    refuses(chain, refused.InputUnknown, "food.production", milling(), inputs=named)


SLIPS = [
    (
        refused.ConsumedBeyondAvailable,
        {
            "inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("17000"), "role": "main"}],
            "yieldOf": made.ABSENT,
        },
        ("17000 kg", "16900 kg"),
    ),
    (
        refused.OutputsExceedInputs,
        {"loss": {"quantity": made.kg("3401"), "reason": "稻壳"}},
        ("10201 kg", "10000 kg"),
    ),
    (
        refused.YieldOutOfRange,
        {"inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("12000"), "role": "main"}]},
        ("56.67 %", "60–72 %"),
    ),
]


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_probable_slip_is_refused_with_its_figures(refusal, changed, figures):
    caught = refuses(in_store(), refusal, "food.production", milling(**changed))
    assert caught.params["rule"] == "R18"
    assert (caught.params["value"], caught.params["limit"]) == figures


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_declared_slip_enters_with_a_named_gap(refusal, changed, figures):
    chain = in_store()
    (mark,) = chain.state("food.production", milling(**changed, declared=GAP)).marks
    assert (mark.rule, mark.code, mark.declared) == ("R18", "gap", GAP[0]["reason"])
    assert (mark.params["value"], mark.params["limit"]) == figures
    assert mark.params["kind"] == refusal.code


def test_a_declaration_of_another_rule_does_not_help():
    declared = [{"rule": "R07", "reason": "磅秤故障，已复核"}]
    changed = {**SLIPS[1][1], "declared": declared}
    refuses(in_store(), refused.OutputsExceedInputs, "food.production", milling(**changed))


def test_one_lot_named_twice_is_summed():
    twice = [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("8500"), "role": "main"}] * 2
    caught = refuses(in_store(), refused.ConsumedBeyondAvailable, "food.production", milling(inputs=twice))
    assert caught.params["value"] == "17000 kg"


def test_outputs_within_the_tolerance_pass():
    loss = {"quantity": made.kg("3400"), "reason": "稻壳"}
    assert not in_store().state("food.production", milling(loss=loss)).marks


def test_packs_must_hold_what_was_used():
    chain = good_chain()
    chain.state("food.split", made.a_split())
    pack = made.a_pack(
        lot=made.lot(made.MILL, "K9"), fromLot=made.lot(made.MILL, "S1-a"), quantity=made.kg("500")
    )
    caught = refuses(chain, refused.PackContentDiffers, "food.pack", pack)
    assert (caught.params["value"], caught.params["limit"]) == ("500 kg", "8000 kg")


def test_r03_an_incomplete_purchase_record_is_marked_and_stops_production():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.state("food.receipt", made.a_receipt(spec=made.ABSENT, supplierContact=made.ABSENT))
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
    effects = chain.state("food.receipt", made.a_receipt(**hidden, _sd=["x" * 43] * digests))
    assert bool(effects.marks) == marked


def shipped(**changed: Any) -> dict[str, Any]:
    return made.a_shipment(lot=made.lot(made.MILL, "X2"), fromLot=made.lot(made.MILL, "K2"), **changed)


def test_r04_a_shipment_without_receiver_is_declared_or_refused():
    chain = good_chain()
    report = chain.lot("RICE-A").reports[0].statement_id
    whom = dict.fromkeys(("receiverName", "receiverAddress", "receiverContact"), made.ABSENT)
    data = shipped(quantity=made.kg("1000"), releaseReport=report, **whom)
    caught = refuses(chain, refused.OutgoingRecordIncomplete, "food.shipment", data)
    assert caught.params["missing"] == ["receiverName", "receiverAddress", "receiverContact"]
    declared = [{"rule": "R04", "reason": "散客零售无法登记"}]
    (mark,) = chain.state("food.shipment", {**data, "declared": declared}).marks
    assert (mark.rule, mark.params["value"], mark.params["limit"]) == ("R04", 7, 10)


def test_r05_an_untested_shipment_is_declared_or_refused():
    chain = good_chain()
    data = shipped(quantity=made.kg("1000"))
    refuses(chain, refused.ShippedUntested, "food.shipment", data)
    declared = [{"rule": "R05", "reason": "报告随后补传"}]
    (mark,) = chain.state("food.shipment", {**data, "declared": declared}).marks
    assert (mark.rule, mark.code) == ("R05", "no-release-test")


def test_r05_a_report_of_other_goods_does_not_release():
    chain = good_chain()
    other = made.a_report(lot=made.lot(made.MILL, "S1"), reportNo="R-9")
    report = chain.state("lab.report", other, by=made.LAB, roles=LABORATORY).entry.statement_id
    activation = made.an_activation(lot=made.lot(made.MILL, "K2"), report=report)
    caught = refuses(chain, refused.ReleaseTestMissing, "code.activate", activation)
    assert caught.params["rule"] == "R05"


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
        quantity=made.kg("6000"),
        role="goods",
        receivedAt="2026-10-14T12:00:00+08:00",
    )
    (mark,) = chain.state("food.receipt", receipt, by=made.MARKET, roles={"retailer"}).marks
    assert (mark.rule, mark.gates, mark.params["limit"]) == ("R06", (), "2026-09-30")


def test_r10_only_three_bases_stand_behind_a_certificate():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    with pytest.raises(refused.CertificateBasisRefused):
        chain.farm("farm.certificate", made.a_certificate(basis="self_commitment"))
    with pytest.raises(refused.CertificateTestMissing):
        chain.farm("farm.certificate", made.a_certificate(basis="commissioned_test"))
    tested = made.a_report(
        lot=made.lot(made.COOPERATIVE, "H1"),
        purpose="certificate",
        sampledAt="2026-10-05T17:00:00+08:00",
        testedAt="2026-10-05T17:30:00+08:00",
    )
    report = chain.state("lab.report", tested, by=made.LAB, roles=LABORATORY).entry.statement_id
    assert not chain.farm(
        "farm.certificate", made.a_certificate(basis="commissioned_test", report=report)
    ).marks


def test_r11_after_mixing_the_mixer_issues_the_certificate():
    chain = in_store()
    other = made.a_harvest(lot=made.lot(made.TOFU, "H9"), quantity=made.kg("18400"))
    chain.farm("farm.harvest", other, by=made.TOFU)
    second = made.a_receipt(
        lot=made.lot(made.MILL, "R2"), supplierLot=made.lot(made.TOFU, "H9"), quantity=made.kg("18400")
    )
    chain.state("food.receipt", second)
    chain.state("food.merge", made.a_merge())
    certificate = made.a_certificate(
        lot=made.lot(made.MILL, "S1"), quantity=made.kg("34594"), issuedAt="2026-10-08T09:00:00+08:00"
    )
    (mark,) = chain.state("farm.certificate", certificate).marks
    assert (mark.rule, mark.params["producers"]) == ("R11", 2)
    again = chain.state("farm.certificate", {**certificate, "certNo": "C-2", "style": "mixer"})
    assert not again.marks


def test_r19_a_supplier_lot_that_nobody_stated_is_an_open_end():
    chain = Chain()
    effects = chain.state("food.receipt", made.a_receipt())
    assert [(mark.rule, mark.code) for mark in effects.marks] == [("R19", "no-upstream-link")]
    assert effects.marks[0].params["value"] == made.lot(made.COOPERATIVE, "H1")


def test_r20_a_label_without_its_groups_keeps_the_code_off_until_corrected():
    chain = good_chain()
    chain.state("food.production", milling_of_silo())
    bare = a_ten_kilo_pack(
        lot=made.lot(made.MILL, "K4"),
        fromLot=made.lot(made.MILL, "RICE-C"),
        lbNo=made.ABSENT,
        label=made.a_label(ingredients=[], enterprise={"name": "（演示）子虚米业有限公司"}),
        packedAt="2026-10-14T12:00:00+08:00",
    )
    packed = chain.state("food.pack", bare)
    (mark,) = packed.marks
    assert (mark.rule, mark.gates, mark.params["value"], mark.params["limit"]) == ("R20", ("code",), 2, 4)
    assert "ingredients.ingredients" in mark.params["missing"]
    release = made.a_report(
        lot=made.lot(made.MILL, "RICE-C"),
        reportNo="R-3",
        sampledAt="2026-10-14T13:00:00+08:00",
        testedAt="2026-10-14T14:00:00+08:00",
    )
    report = chain.state("lab.report", release, by=made.LAB, roles=LABORATORY).entry.statement_id
    activation = made.an_activation(lot=made.lot(made.MILL, "K4"), report=report)
    refuses(chain, refused.LabelContentMissing, "code.activate", activation)
    whole = made.a_correction(packed.entry.statement_id, {**bare, "label": made.a_label()})
    corrected = chain.state("correction", whole, sub=made.lot(made.MILL, "K4"))
    assert MarkCleared(mark.id) in corrected.changes
    activated = chain.state("code.activate", activation)
    assert PackState(chain.lot("K4").id, "active") in activated.changes


def milling_of_silo() -> dict[str, Any]:
    return made.a_production(
        batch=made.lot(made.MILL, "M20261014C"),
        inputs=[{"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("8400"), "role": "main"}],
        outputs=[
            {
                "lot": made.lot(made.MILL, "RICE-C"),
                "productName": "大米",
                "quantity": made.kg("5600"),
                "kind": "product",
            }
        ],
        loss=made.ABSENT,
        startedAt="2026-10-14T08:00:00+08:00",
        finishedAt="2026-10-14T11:00:00+08:00",
        productionDate="2026-10-14",
    )


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


def test_voided_codes_are_withdrawn_whole_or_in_part():
    chain = good_chain()
    part = chain.state("code.void", made.a_void(range={"first": 0, "count": 10}))
    assert not [change for change in part.changes if isinstance(change, PackState)]
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
