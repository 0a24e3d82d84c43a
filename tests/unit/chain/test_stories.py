"""Stories 1 to 8 of the demo (docs/tutorial.md) through parser, admission and overlay, with their figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.admission import asked
from tests.builders.chain import BUREAU, LABORATORY, Chain, Named, good_chain
from trace.chain.effects import DisputeEnded, LinkSet, MarkCleared, NewDispute
from trace.errors.food import (
    EvidenceMissing,
    FailedTestStands,
    HarvestedTooSoon,
    MarkLicenceLapsed,
    NoConformityProof,
    OverApprovedOutput,
)
from trace.quantities import Quantity
from trace.rules import load

LATE_RICE = {
    "batch": made.lot(made.MILL, "M20261015B"),
    "inputs": [{"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("14594"), "role": "main"}],
    "outputs": [
        {
            "lot": made.lot(made.MILL, "RICE-B"),
            "productName": "子虚牌绿色大米",
            "quantity": made.kg("9924"),
            "kind": "product",
        }
    ],
    "loss": {"quantity": made.kg("4670"), "reason": "稻壳与米糠"},
    "startedAt": "2026-10-15T08:00:00+08:00",
    "finishedAt": "2026-10-15T17:00:00+08:00",
    "productionDate": "2026-10-15",
}
LATE_PACK = {
    "lot": made.lot(made.MILL, "K3"),
    "fromLot": made.lot(made.MILL, "RICE-B"),
    "batchNo": "M20261015B",
    "quantity": made.kg("9920"),
    "packs": {"value": "1984", "unit": "件"},
    "productionDate": "2026-10-15",
    "expiryDate": "2027-10-14",
    "packedAt": "2026-10-15T19:00:00+08:00",
}


@pytest.mark.requirement("S0-02")
def test_story_1_a_good_chain_carries_no_mark_and_balances():
    chain = good_chain()
    assert [effects.marks for effects in chain.entries if effects.marks] == []
    assert chain.lot("H1", made.COOPERATIVE).available == Quantity.of("0", "kg")
    assert chain.lot("S1").available == Quantity.of("14594", "kg")
    assert chain.lot("RICE-A").available == Quantity.of("0", "kg")
    assert chain.lot("K1").available == Quantity.of("2000", "kg")
    assert chain.lot("X1").holder is None, "to whom stands in a disclosure"
    pack = chain.lot("K1").pack
    assert pack is not None
    assert pack.state == "active"


def test_story_2_a_failed_sampling_marks_the_pack_and_stops_what_follows():
    chain = good_chain()
    failed = made.a_report(
        lot=made.lot(made.MILL, "K1"),
        purpose="sampling",
        items=[{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}],
        conclusion="fail",
        sampledAt="2026-10-16T09:00:00+08:00",
        testedAt="2026-10-20T09:00:00+08:00",
    )
    (mark,) = chain.state("lab.report", asked(chain, failed), by=made.LAB, roles=LABORATORY).marks
    assert (mark.rule, mark.code) == ("R05", "failed-report")
    assert mark.gates == ("certificate", "release", "code", "shipment")
    assert mark.params["value"] == "镉 0.27 mg/kg"
    assert mark.params["limit"] == "镉 0.2 mg/kg"
    report = chain.entries[-1].entry.statement_id
    with pytest.raises(FailedTestStands):
        chain.state("code.activate", made.an_activation(report=report), at="2026-10-21T08:00:00+08:00")


def test_story_3_a_harvest_inside_the_interval_is_recorded_and_its_certificate_waits():
    chain = Chain()
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-10"))
    sprayed = made.a_harvest(
        harvestedFrom="2026-10-15T06:00:00+08:00", harvestedTo="2026-10-15T09:00:00+08:00"
    )
    (mark,) = chain.farm("farm.harvest", sprayed).marks
    assert (mark.rule, mark.code) == ("R08", "pre-harvest-interval")
    assert mark.gates == ("certificate", "release", "code", "shipment")
    assert mark.params["allowedFrom"] == "2026-10-17"
    assert (mark.params["value"], mark.params["limit"]) == ("5 d", "7 d")
    with pytest.raises(HarvestedTooSoon) as refused:
        chain.farm("farm.certificate", made.a_certificate(issuedAt="2026-10-15T10:00:00+08:00"))
    assert refused.value.params["rule"] == "R08"
    assert refused.value.params["limit"] == "7 d"
    other = made.lot(made.COOPERATIVE, "H2")
    chain.farm("farm.harvest", {**sprayed, "lot": other, "plots": [made.plot(2)]})
    assert not chain.farm(
        "farm.certificate", made.a_certificate(lot=other, issuedAt="2026-10-15T10:00:00+08:00")
    ).marks


def test_story_3_a_spray_that_is_reported_after_the_harvest_marks_it_then():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    assert chain.marks("H1", made.COOPERATIVE) == []
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"), late=timedelta(days=5))
    assert ("R08", "pre-harvest-interval") in chain.marks("H1", made.COOPERATIVE)


def test_story_3_the_mark_goes_with_the_goods():
    chain = Chain()
    chain.farm("farm.operation", made.an_operation(usedOn="2026-10-01"))
    chain.farm("farm.harvest", made.a_harvest())
    declared = [{"rule": "R08", "reason": "已装车发出后才补登记农事"}]
    chain.receive(made.a_receipt(), shipment={"declared": declared})
    certificate = made.a_certificate(lot=made.lot(made.MILL, "R1"), style="mixer")
    with pytest.raises(HarvestedTooSoon) as refused:
        chain.state("farm.certificate", {**certificate, "issuedAt": "2026-10-06T19:00:00+08:00"})
    assert refused.value.params["lot"] == made.lot(made.COOPERATIVE, "H1")


@pytest.mark.parametrize(("profile", "gates"), [("demo", ("code",)), ("CN-31", ())])
@pytest.mark.requirement("S0-06", "S0-12")
def test_story_4_the_second_milling_passes_the_approved_output(profile, gates):
    chain = good_chain(load(profile))
    chain.state("food.production", made.a_production(**LATE_RICE))
    (mark,) = chain.state("food.pack", made.a_pack(**LATE_PACK)).marks
    assert (mark.rule, mark.code, mark.gates) == ("R15", "over-approved-output", gates)
    assert Quantity.of(*str(mark.params["value"]).split()) == Quantity.of("101.52", "t")
    assert mark.params["limit"] == "100 t"
    assert mark.params["packedBefore"] == "78.0 t"
    release = made.a_report(
        lot=made.lot(made.MILL, "RICE-B"),
        reportNo="R-2",
        sampledAt="2026-10-15T18:00:00+08:00",
        testedAt="2026-10-16T09:00:00+08:00",
    )
    report = chain.state("lab.report", release, by=made.LAB, roles=LABORATORY).entry.statement_id
    activation = made.an_activation(lot=made.lot(made.MILL, "K3"), batchNo="M20261015B", report=report)
    if gates:
        with pytest.raises(OverApprovedOutput):
            chain.state("code.activate", activation, at="2026-10-16T10:00:00+08:00")
    else:
        chain.state("code.activate", activation, at="2026-10-16T10:00:00+08:00")


def test_story_5_a_pack_under_a_lapsed_mark_is_recorded_and_its_code_stays_off():
    chain = good_chain()
    lapsed = made.a_licence(validFrom="2023-09-01", validTo="2026-08-31", packedBefore=made.ABSENT)
    chain.state("master.licence", lapsed, by=made.BUREAU, roles=BUREAU)
    chain.state("food.production", made.a_production(**LATE_RICE))
    effects = chain.state("food.pack", made.a_pack(**LATE_PACK))
    mark = next(mark for mark in effects.marks if mark.rule == "R12")
    assert mark.params["reason"] == "outside-dates"
    assert mark.params["limit"] == "2023-09-01–2026-08-31"
    assert mark.gates == ("code",)
    activation = made.an_activation(lot=made.lot(made.MILL, "K3"))
    with pytest.raises(MarkLicenceLapsed) as refused:
        chain.state("code.activate", activation, at="2026-10-16T10:00:00+08:00")
    assert refused.value.params["limit"] == "2023-09-01–2026-08-31"


def soy(**changed):
    return made.a_receipt(
        lot=made.lot(made.TOFU, "SOY1"),
        productName="大豆",
        quantity=made.kg("1000"),
        supplierLot=made.ABSENT,
        supplier=made.ABSENT,
        proofs=[{"kind": "paper"}],
        **changed,
    )


def tofu(**changed):
    made_of = {
        "batch": made.lot(made.TOFU, "T1"),
        "inputs": [{"lot": made.lot(made.TOFU, "SOY1"), "quantity": made.kg("1000"), "role": "main"}],
        "outputs": [
            {
                "lot": made.lot(made.TOFU, "TOFU1"),
                "productName": "老豆腐",
                "quantity": made.kg("990"),
                "kind": "product",
            }
        ],
        "loss": made.ABSENT,
        "yieldOf": made.ABSENT,
    }
    return made.a_production(**{**made_of, **changed})


def test_story_6_paper_only_is_an_open_end_and_wants_the_buyers_test():
    chain = Chain()
    chain.state("food.receipt", soy(), by=made.TOFU)
    assert chain.marks("SOY1", made.TOFU) == [("R19", "no-upstream-link"), ("R07", "no-conformity-proof")]
    with pytest.raises(NoConformityProof) as refused:
        chain.state("food.production", tofu(), by=made.TOFU)
    assert refused.value.params["rule"] == "R07"
    assert refused.value.params["lots"] == [made.lot(made.TOFU, "SOY1")]
    tested = made.a_report(
        lot=made.lot(made.TOFU, "SOY1"),
        purpose="incoming",
        sampledAt="2026-10-06T10:00:00+08:00",
        testedAt="2026-10-07T10:00:00+08:00",
    )
    effects = chain.state("lab.report", tested, by=made.TOFU)
    assert [change for change in effects.changes if isinstance(change, MarkCleared)]
    assert not chain.state("food.production", tofu(), by=made.TOFU).marks
    assert chain.marks("SOY1", made.TOFU) == [("R19", "no-upstream-link")]


def test_story_6_the_same_production_enters_with_a_named_gap_when_declared():
    chain = Chain()
    chain.state("food.receipt", soy(), by=made.TOFU)
    declared = tofu(declared=[{"rule": "R07", "reason": "检验室停电，已留样"}])
    (mark,) = chain.state("food.production", declared, by=made.TOFU).marks
    assert (mark.rule, mark.declared) == ("R07", "检验室停电，已留样")


def conflict() -> Chain:
    chain = Chain()
    three = made.lot(made.COOPERATIVE, "H3")
    harvest = chain.farm(
        "farm.harvest", made.a_harvest(lot=three, plots=[made.plot(3)], quantity=made.kg("5000"))
    )
    receipt = made.a_receipt(lot=made.lot(made.MILL, "R3"), supplierLot=three, quantity=made.kg("5150"))
    named = Named(harvest.entry.statement_id, harvest.entry.origin, harvest.entry.index)
    chain.receive(receipt, inputs=[named], sent=made.kg("5000"))
    return chain


def test_story_7_a_receipt_above_the_harvest_is_recorded_marked_and_disputed():
    chain = conflict()
    changes = chain.entries[-1].changes
    (dispute,) = [change for change in changes if isinstance(change, NewDispute)]
    assert dispute.values == ("5150 kg", "5000 kg")
    assert dispute.statements == (chain.entries[2].entry.statement_id, chain.entries[1].entry.statement_id)
    (link,) = [change for change in changes if isinstance(change, LinkSet)]
    assert link.state == "disputed"
    (mark,) = chain.lot("R3").marks
    assert (mark.rule, mark.code, mark.gates) == ("R18", "receipt-differs", ("certificate", "release"))
    assert (mark.params["value"], mark.params["limit"]) == ("5150 kg", "5000 kg")
    for batch in ("H3", "C-R3"):
        assert chain.marks(batch, made.COOPERATIVE) == [], "what the buyer says gates the buyer alone"
        assert chain.lot(batch, made.COOPERATIVE).available == Quantity.of("0", "kg")


def test_story_7_a_settlement_restores_the_link_and_clears_the_marks():
    chain = conflict()
    opener = chain.entries[-1].entry.statement_id
    settlement = ("dispute.settle", made.a_settlement(opener))
    chain.farm(*settlement, sub=made.lot(made.COOPERATIVE, "H3"))
    assert chain.marks("R3"), "one side alone settles nothing"
    settled = chain.state(*settlement, sub=made.lot(made.MILL, "R3"))
    assert isinstance(settled.changes[0], DisputeEnded)
    assert [change.state for change in settled.changes if isinstance(change, LinkSet)] == ["signed"]
    assert chain.marks("R3") == chain.marks("H3", made.COOPERATIVE) == []


def test_story_7_a_difference_within_the_tolerance_is_none():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("16900")))
    assert not chain.receive(made.a_receipt(quantity=made.kg("16950")), sent=made.kg("16900")).marks


def test_story_8_a_late_record_says_how_late():
    chain = Chain()
    (mark,) = chain.farm("farm.harvest", made.a_harvest(), late=timedelta(hours=31)).marks
    assert (mark.rule, mark.code, mark.gates) == ("R01", "late-upload", ())
    assert (mark.params["value"], mark.params["limit"]) == ("31.0 h", "24 h")


def test_an_input_of_another_log_must_be_carried_over_first():
    chain = Chain()
    with pytest.raises(EvidenceMissing):
        chain.state(
            "food.receipt", made.a_receipt(), inputs=[Named(made.statement_id("far"), "demo.example/agri", 7)]
        )
    assert chain.known.lots == {}
