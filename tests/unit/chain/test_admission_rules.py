"""The dated rules at admission, R03 to R20: what they mark, what they stop, what a declaration opens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store, milling, milling_of_silo, refuses
from tests.builders.chain import (
    BUREAU,
    LABORATORY,
    Chain,
    a_ten_kilo_pack,
    good_chain,
)
from trace.chain.effects import MarkCleared, PackState
from trace.errors import food as refused


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
