"""Laboratories: whose failure acts on the goods of others, and which pass lifts it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import R1, activation, asked, milling, refuses, second_edition
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from trace.chain.admission import Door
from trace.chain.editions import is_for_everybody
from trace.chain.effects import MarkCleared, RecordKept
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.errors import Refusal
from trace.errors import food as refused
from trace.errors import orders as wrong
from trace.parties import OPERATORS

K2 = made.lot(made.MILL, "K2")
SECOND_LAB = "91310104XN0000BBXE"
UNASKED = ("R05", "failed-report-unasked")
FAILED = ("R05", "failed-report")


def failed(item: str = "镉", **changed: Any) -> dict[str, Any]:
    items = [{"name": item, "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    return made.a_report(lot=K2, purpose="sampling", items=items, conclusion="fail", **changed)


def passed(**changed: Any) -> dict[str, Any]:
    return made.a_report(**{"lot": K2, "purpose": "sampling", "reportNo": "R-2", **changed})


def accredit(chain: Chain, lab: str = made.LAB, **changed: Any) -> None:
    data = orders.an_accreditation(holder=made.uscc(lab), number=f"23-{lab}", **changed)
    chain.state("master.licence", data, by=made.BUREAU, roles=BUREAU)


def bureau(chain: Chain, typ: str, data: dict[str, Any]) -> str:
    return chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1").entry.statement_id


def commission(chain: Chain, lot: str) -> str:
    return chain.state("lab.commission", orders.a_commission(lot)).entry.statement_id


def by_lab(chain: Chain, data: dict[str, Any], lab: str = made.LAB) -> Any:
    return chain.state("lab.report", data, by=lab, roles=LABORATORY)


def test_a_failure_that_nobody_asked_for_is_told_and_closes_nothing():
    chain = good_chain()
    accredit(chain)
    effects = by_lab(chain, failed(hazard="urgent"))
    (mark,) = effects.marks
    assert ((mark.rule, mark.code), mark.gates, mark.params["hazard"]) == (UNASKED, (), "urgent")
    assert {type(change) for change in effects.changes} >= {RecordKept}
    assert chain.lot("K2").reports == ()
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")


@pytest.mark.parametrize(
    ("accreditation", "basis", "acts"),
    [
        ({}, "sampling", True),
        ({}, "commission", True),
        ({}, "notice", False),
        ({}, "nothing", False),
        ({}, "sampling of K1", False),
        ({}, "sampling for another", False),
        ({}, "commission of K1", False),
        ({"validTo": "2026-10-12"}, "sampling", False),
        ({"validFrom": "2026-10-14"}, "sampling", False),
        ({"status": "cancelled"}, "sampling", False),
        ({"kind": "organic"}, "sampling", False),
        (None, "sampling", False),
    ],
)
@pytest.mark.requirement("S3-22", "S1-11")
def test_a_failure_acts_if_it_was_asked_for_and_the_laboratory_is_accredited(accreditation, basis, acts):
    chain = good_chain()
    if accreditation is not None:
        accredit(chain, **accreditation)
    one = made.lot(made.MILL, "K1")
    named = {
        "sampling": lambda: bureau(chain, "oversight.sampling", orders.a_sampling(K2)),
        "sampling of K1": lambda: bureau(chain, "oversight.sampling", orders.a_sampling(one)),
        "sampling for another": lambda: bureau(
            chain, "oversight.sampling", orders.a_sampling(K2, lab=made.uscc(SECOND_LAB))
        ),
        "notice": lambda: bureau(chain, "oversight.notice", orders.a_notice()),
        "commission": lambda: chain.state("lab.commission", orders.a_commission(K2)).entry.statement_id,
        "commission of K1": lambda: (
            chain.state("lab.commission", orders.a_commission(one)).entry.statement_id
        ),
        "nothing": lambda: made.statement_id("nowhere"),
    }[basis]()
    by_lab(chain, failed(basis=named))
    assert chain.marks("K2") == [FAILED if acts else UNASKED]
    if acts:
        refuses(chain, refused.FailedTestStands, "code.activate", activation(chain))


def test_a_bureau_and_the_holder_need_no_basis():
    for how in ({"by": made.BUREAU, "roles": BUREAU}, {}):
        chain = good_chain()
        chain.state("lab.report", failed(), **how)
        assert chain.marks("K2") == [FAILED]


def test_a_pass_that_nobody_asked_for_is_noted_as_that():
    chain = good_chain()
    by_lab(chain, passed())
    by_lab(chain, asked(chain, passed(reportNo="R-3")))
    assert [report.asked for report in chain.lot("K2").reports] == [0, 1]


def test_a_pass_that_nobody_asked_for_vouches_for_no_receipt():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.state("food.receipt", made.a_receipt(proofs=[]))
    unproven = ("R07", "no-conformity-proof")
    incoming = made.a_report(lot=R1, purpose="incoming", conclusion="pass")
    assert unproven in chain.marks("R1")
    effects = by_lab(chain, incoming)
    assert unproven in chain.marks("R1")
    assert [type(change) for change in effects.changes] == [ReportNoted]  # on no time line of the goods
    refuses(chain, refused.NoConformityProof, "food.production", milling())
    accredit(chain)
    by_lab(chain, {**incoming, "reportNo": "R-8", "basis": commission(chain, R1)})
    assert unproven not in chain.marks("R1")


def test_whoever_names_a_report_of_its_goods_stands_behind_it():
    chain = good_chain()
    report = by_lab(chain, passed(purpose="release", reportNo="R-3")).entry.statement_id
    (noted,) = chain.lot("K2").reports
    data = {**activation(chain), "report": report}
    effects = chain.state("code.activate", data, at="2026-10-16T08:00:00+08:00")
    assert ReportNamed(noted.id, chain.lot("K2").id) in effects.changes
    assert [one.asked for one in chain.lot("K2").reports] == [1]


def test_a_certificate_names_the_test_behind_it_in_the_growers_name_alone():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    tested = made.a_report(lot=made.lot(made.COOPERATIVE, "H1"), purpose="certificate")
    report = by_lab(chain, tested).entry.statement_id
    chain.farm("farm.certificate", made.a_certificate(basis="commissioned_test", report=report))
    assert [one.asked for one in chain.lot("H1", made.COOPERATIVE).reports] == [1]


# Re-tests -----------------------------------------------------------------------------------------


def a_failed_lot(item: str = "镉") -> tuple[Chain, str]:
    """K2 failed; the id of the report."""
    chain = good_chain()
    report = by_lab(chain, asked(chain, failed(item))).entry.statement_id
    accredit(chain, SECOND_LAB)
    return chain, report


def retest(chain: Chain, report: str, lab: str = SECOND_LAB) -> str:
    return bureau(chain, "oversight.retest", {"report": report, "lab": made.uscc(lab)})


def test_the_pass_of_the_named_laboratory_lifts_the_failure():
    chain, report = a_failed_lot()
    order = retest(chain, report)
    by_lab(chain, passed(basis=order))
    assert chain.marks("K2") == [FAILED]  # not the laboratory that it names
    by_lab(chain, passed(basis=made.statement_id("nowhere")), SECOND_LAB)
    assert chain.marks("K2") == [FAILED]
    by_lab(chain, passed(basis=order), SECOND_LAB)
    assert chain.marks("K2") == []
    assert report not in {one.statement_id for one in chain.lot("K2").reports}
    by_lab(chain, passed(basis=order, reportNo="R-4"), SECOND_LAB)  # there is nothing more to lift
    assert chain.marks("K2") == []


def test_a_second_failure_stands_beside_the_first():
    chain, report = a_failed_lot()
    by_lab(chain, failed(basis=retest(chain, report)), SECOND_LAB)
    assert chain.marks("K2") == [FAILED, FAILED]


def test_another_failure_of_the_lot_is_not_lifted_with_it():
    chain, report = a_failed_lot()
    by_lab(chain, asked(chain, failed("铅", reportNo="R-9")))
    by_lab(chain, passed(basis=retest(chain, report)), SECOND_LAB)
    assert chain.marks("K2") == [FAILED]


def test_microbes_are_not_a_failed_lot():
    chain, report = a_failed_lot("菌落总数")
    data = {"report": report, "lab": made.uscc(SECOND_LAB)}
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:case:1"}
    refusal = refuses(chain, wrong.MicrobiologyFinal, "oversight.retest", data, **how)
    assert refusal.params["items"] == ["菌落总数"]


def test_a_pesticide_is_no_microbe():
    chain, report = a_failed_lot("多菌灵")
    by_lab(chain, passed(basis=retest(chain, report)), SECOND_LAB)
    assert chain.marks("K2") == []


def test_a_re_test_is_of_a_failure_and_by_another_laboratory():
    chain, report = a_failed_lot()
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:case:1"}
    lab = {"lab": made.uscc(made.LAB)}
    refuses(chain, wrong.RetestSameLab, "oversight.retest", {"report": report, **lab}, **how)
    nowhere = {"report": made.statement_id("nowhere"), **lab}
    refuses(chain, refused.NamedStatementUnknown, "oversight.retest", nowhere, **how)
    good = by_lab(chain, passed()).entry.statement_id
    refuses(chain, wrong.RetestGroundless, "oversight.retest", {"report": good, **lab}, **how)
    harvest = next(one.entry.statement_id for one in chain.entries if one.typ == "farm.harvest")
    refuses(chain, wrong.RetestGroundless, "oversight.retest", {"report": harvest, **lab}, **how)


def test_a_corrected_report_is_named_by_its_first_version():
    chain, _ = a_failed_lot()
    data = asked(chain, failed("铅", reportNo="R-9"))
    first = by_lab(chain, data).entry.statement_id
    correction = made.a_correction(first, {**data, "reportNo": "R-10"})
    chain.state("correction", correction, by=made.LAB, roles=LABORATORY, sub=K2)
    marks = {mark.params["report"] for mark in chain.lot("K2").marks}
    assert first in marks
    by_lab(chain, passed(basis=retest(chain, first)), SECOND_LAB)
    assert first not in {mark.params["report"] for mark in chain.lot("K2").marks}


def test_a_handler_tests_its_own_goods_alone():
    chain = good_chain()
    refuses(chain, refused.LotNotHeld, "lab.report", failed(), by=made.TOFU, roles=OPERATORS)


@pytest.mark.parametrize(
    "item",
    [
        {"value": "0.06", "verdict": "fail"},
        {"value": "0.27", "verdict": "pass"},
        {"value": "5", "limit": "≥6", "verdict": "pass"},
    ],
)
def test_no_report_passes_with_an_item_that_does_not(item: dict[str, str]) -> None:
    """Since the second edition; under the first it enters, and is noted as that."""
    data = made.a_report(lot=K2, items=[{"name": "镉", "limit": "0.2", "unit": "mg/kg", **item}])
    effects = good_chain().state("lab.report", data)
    assert [mark.code for mark in effects.marks] == ["admitted-under-edition-1"]
    refuses(second_edition(good_chain()), refused.ReportContradicts, "lab.report", data)


def test_a_failed_report_enters_whatever_its_items_say() -> None:
    items = [{"name": "感官", "value": "异味", "verdict": "pass"}]
    chain = second_edition(good_chain())
    chain.state("lab.report", made.a_report(lot=K2, items=items, conclusion="fail"))


def test_nobody_but_who_reported_it_silences_a_failure_that_nobody_asked_for():
    """Not the holder, not another laboratory, not somebody who acknowledges, refuses or settles it."""
    chain = good_chain()
    accredit(chain)
    told = by_lab(chain, failed()).entry.statement_id
    by_lab(chain, passed(), SECOND_LAB)
    chain.state("lab.report", passed(reportNo="R-8"))
    said: list[tuple[str, dict[str, Any]]] = [
        ("oversight.acknowledgement", {"matter": "案1", "about": told}),
        ("food.refusal", {"about": told, "reason": "not_mine"}),
        ("dispute.settle", made.a_settlement(told)),
        ("correction", made.a_correction(told, passed())),
        ("correction", {"amends": told, "reason": "不实", "withdraws": True}),
    ]
    for by, roles in ((made.MILL, OPERATORS), (made.TOFU, OPERATORS), (SECOND_LAB, LABORATORY)):
        for door in ({}, {"door": Door.CARRIED, "log": "elsewhere.example/log"}):
            for typ, data in said:
                with suppress(Refusal):
                    chain.state(typ, data, by=by, roles=roles, sub=K2, **door)
                assert UNASKED in chain.marks("K2"), (by, typ)


@pytest.mark.requirement("S3-22")
@pytest.mark.parametrize(
    ("accreditation", "doubted"),
    [({}, False), ({"validTo": "2026-10-12"}, True), ({"holder": made.uscc(SECOND_LAB)}, True), (None, True)],
)
def test_r50_a_number_that_no_accreditation_covers_is_told_and_refuses_nothing(accreditation, doubted):
    """By whatever door the report comes it enters as it is signed, with a doubt for holder and authority."""
    chain = good_chain()
    number = f"23-{made.LAB}"
    if accreditation is not None:
        data = orders.an_accreditation(**{"number": number, **accreditation})
        chain.state("master.licence", data, by=made.BUREAU, roles=BUREAU)
    marks = by_lab(chain, passed(cma=number)).marks
    assert [(mark.rule, mark.code, mark.gates) for mark in marks] == (
        [("R50", "accreditation-unproven", ())] if doubted else []
    )
    assert all(mark.params["value"] == number and mark.params["clause"] for mark in marks)
    assert not is_for_everybody("accreditation-unproven")
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")


def test_r50_another_number_than_the_laboratory_holds_is_told():
    chain = good_chain()
    accredit(chain)
    assert [mark.rule for mark in by_lab(chain, passed(cma="23-other")).marks] == ["R50"]


NUMBER = f"23-{made.LAB}"


def doubts(chain: Chain) -> list[str]:
    return [mark.rule for mark in chain.lot("K2").marks if mark.rule == "R50"]


@pytest.mark.requirement("S3-22")
@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({}, []),
        ({"validFrom": "2026-10-13", "validTo": "2026-10-13"}, []),
        ({"validTo": "2026-10-12"}, ["R50"]),
        ({"validFrom": "2026-10-14"}, ["R50"]),
        ({"status": "cancelled"}, ["R50"]),
        ({"number": "23-other"}, ["R50"]),
        ({"holder": made.uscc(SECOND_LAB)}, ["R50"]),
        ({"kind": "organic"}, ["R50"]),
    ],
)
def test_r50_an_accreditation_that_is_stated_later_ends_the_doubt_if_it_covers_the_day(changed, left):
    chain = good_chain()
    by_lab(chain, passed(cma=NUMBER))
    stated = orders.an_accreditation(**{"number": NUMBER, **changed})
    cleared = chain.state("master.licence", stated, by=made.BUREAU, roles=BUREAU)
    assert doubts(chain) == left
    assert len([one for one in cleared.changes if isinstance(one, MarkCleared)]) == 1 - len(left)


@pytest.mark.requirement("S3-22")
@pytest.mark.parametrize(
    ("at", "other", "changed", "left"),
    [
        ("2026-10-12T09:00:00+08:00", None, {}, ["R50"]),
        ("2026-10-13T23:59:00+08:00", None, {}, ["R50"]),
        ("2026-10-14T00:01:00+08:00", None, {}, []),
        ("2026-10-12T09:00:00+08:00", {}, {}, []),
        ("2026-10-12T09:00:00+08:00", {"validTo": "2026-10-12"}, {}, ["R50"]),
        ("2026-10-12T09:00:00+08:00", None, {"number": "23-other"}, []),
        ("2026-10-12T09:00:00+08:00", None, {"holder": made.uscc(SECOND_LAB)}, []),
        ("2026-10-12T09:00:00+08:00", None, {"kind": "organic"}, []),
        ("2026-10-12T09:00:00+08:00", None, {"status": "valid"}, []),
    ],
)
def test_r50_an_accreditation_that_ended_before_the_test_casts_doubt_on_a_report_that_came_first(
    at, other, changed, left
):
    """The test is of 13 October: what ended later was there then; what another record covers is covered."""
    chain = good_chain()
    accredit(chain)
    if other is not None:
        second = orders.an_accreditation(holder=made.uscc(made.LAB), number=NUMBER, **other)
        chain.state("master.licence", second, by=made.BUREAU, roles=BUREAU, sub="urn:licence:renewed")
    report = by_lab(chain, passed(cma=NUMBER)).entry.statement_id
    assert doubts(chain) == []
    told = {"holder": made.uscc(made.LAB), "number": NUMBER, "status": "cancelled", **changed}
    how = {"by": made.BUREAU, "roles": BUREAU, "at": at, "sub": f"urn:licence:{NUMBER}"}
    for _ in range(2):
        chain.state("master.licence", orders.an_accreditation(**told), **how)
        assert doubts(chain) == left, "once, however often it is stated"
    correction = made.a_correction(report, passed())
    chain.state("correction", correction, by=made.LAB, roles=LABORATORY, sub=K2)
    assert doubts(chain) == [], "the report names no accreditation any more"


@pytest.mark.parametrize("right", [True, False])
def test_r50_a_corrected_report_is_judged_by_what_it_says_then(right):
    """A number put right ends the doubt, a number put wrong begins one."""
    chain = good_chain()
    accredit(chain)
    wrong_number = {"cma": "23-other"}
    told = by_lab(chain, passed(cma=NUMBER) | ({} if right else wrong_number))
    report = chain.told[-1].entry.statement_id
    assert len(told.marks) == (0 if right else 1)
    replacement = passed(cma=NUMBER) | (wrong_number if right else {})
    correction = made.a_correction(report, replacement)
    chain.state("correction", correction, by=made.LAB, roles=LABORATORY, sub=K2)
    assert doubts(chain) == (["R50"] if right else [])


def test_r50_says_nothing_of_numbers_that_others_write_down():
    """The holder's copy of a report names another's accreditation: nothing here says whose it is."""
    chain = good_chain()
    assert chain.state("lab.report", passed(cma="23-9")).marks == ()
    assert by_lab(chain, passed(reportNo="R-4")).marks == ()
