"""The farm's facts: operations and harvests (R08), certificates (R10, R11)."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store
from tests.builders.chain import LABORATORY, Chain
from trace.chain.effects import LotMentioned
from trace.errors import food as refused


def test_under_the_old_form_an_unknown_basis_is_marked_not_refused():
    chain = Chain()
    old = {"harvestedFrom": "2025-10-05T07:00:00+08:00", "harvestedTo": "2025-10-05T17:00:00+08:00"}
    chain.farm("farm.harvest", made.a_harvest(**old))
    certificate = made.a_certificate(issuedAt="2025-10-05T18:00:00+08:00")
    assert not chain.farm("farm.certificate", {**certificate, "basis": "self_commitment"}).marks
    (mark,) = chain.farm("farm.certificate", {**certificate, "basis": "hearsay", "certNo": "C-2"}).marks
    assert (mark.rule, mark.gates, mark.params["value"]) == ("R10", (), "hearsay")
    (before,) = [
        one
        for one in chain.farm(
            "farm.certificate", {**certificate, "basis": "x", "issuedAt": "2021-10-01T08:00:00+08:00"}
        ).changes
        if isinstance(one, LotMentioned)
    ]
    assert before.role == "certificate"


@pytest.mark.parametrize("used", ["2026-10-20", "2026-09-28"])
def test_an_operation_after_the_harvest_or_long_before_it_does_not_mark_it(used):
    chain = Chain()
    chain.farm("farm.operation", made.an_operation(usedOn="2026-09-01", input=made.ABSENT))
    chain.farm("farm.operation", made.an_operation(usedOn=used))
    data = made.a_harvest()
    assert not chain.farm("farm.harvest", data, at="2026-10-05T17:00:00+08:00").marks


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


def test_r05_after_a_failed_test_of_ones_own_no_certificate_is_issued():
    """Whatever basis is named, for the lot and what was made of it; a certificate issued before stands."""
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.farm("farm.certificate", made.a_certificate(basis="controlled"))
    h1, h3 = made.lot(made.COOPERATIVE, "H1"), made.lot(made.COOPERATIVE, "H3")
    item = {"name": "毒死蜱", "limit": "0.02", "value": "0.05", "unit": "mg/kg", "verdict": "fail"}
    failed = made.a_report(lot=h1, purpose="certificate", items=[item], conclusion="fail", reportNo="F-1")
    chain.farm("lab.report", failed)
    again = made.a_certificate(certNo="C-2", issuedAt="2026-10-13T18:00:00+08:00")
    for basis in ("controlled", "self_tested", "commissioned_test"):
        with pytest.raises(refused.FailedTestStands):
            chain.farm("farm.certificate", {**again, "basis": basis})
    part = {"lot": h3, "productName": "稻谷", "quantity": made.kg("16900")}
    whole = {"lot": h1, "quantity": made.kg("16900")}
    chain.farm("food.split", made.a_split(input=whole, outputs=[part]))
    with pytest.raises(refused.FailedTestStands):
        chain.farm("farm.certificate", {**again, "lot": h3, "basis": "controlled"})
    assert [one.cert_no for one in chain.lot("H1", made.COOPERATIVE).certificates] == ["C-20261005-1"]
