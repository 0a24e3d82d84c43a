"""Visits, pure: strict answers, versions of forms, who may make which kind, and how visits are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from trace.errors import (
    DepartmentsMissing,
    InspectorsTooFew,
    TextTooLong,
    VisitAnswerUnfit,
    VisitCauseMissing,
    VisitFormOther,
    VisitFormUnfit,
    VisitIncomplete,
    VisitNotYours,
)
from trace.oversight.visits.answers import (
    Answer,
    digest_of_answers,
    findings_of,
    read_answers,
    require_complete,
)
from trace.oversight.visits.counted import VisitRecord, counted, figures
from trace.oversight.visits.forms import Dated, digest_of, edited, in_force, lines_of, require_version
from trace.oversight.visits.makers import KINDS, Inspector, require_makers, require_reason
from trace.rules.duty_list import duty_list
from trace.rules.forms import DOCUMENT, OURS, first_forms

FORMS = {one.id: one for one in first_forms()}
DAY = date(2026, 10, 20)
M1, M2 = Inspector("31011500123", "market"), Inspector("31011500124", "market")
A1, A2 = Inspector("31N0150001", "agriculture"), Inspector("31N0150002", "agriculture")


@pytest.mark.requirement("S0-33", "S0-36")
def test_the_heads_come_from_the_list_of_duties_word_for_word():
    heads = {one.id: one.content for one in duty_list().duties}
    for form, duty, count in (("market-12", "market-check", 12), ("agriculture-7", "agriculture-check", 7)):
        assert tuple((one.zh, one.en) for one in FORMS[form].items) == heads[duty]
        assert len(FORMS[form].items) == count
        assert FORMS[form].origin == DOCUMENT


@pytest.mark.requirement("S1-37", "S1-38")
def test_forms_that_a_document_only_names_are_marked_as_ours():
    for form in ("daily-patrol", "green-yearly", "organic-site", "work-assessment"):
        assert FORMS[form].origin == OURS
        assert FORMS[form].note
    assert all(one.visits == tuple(kind for kind in one.visits if kind in KINDS) for one in FORMS.values())


def test_answers_are_read_strictly():
    form = FORMS["daily-patrol"]
    good = read_answers(form, [Answer("area", "12.5"), Answer("registered", "yes"), Answer("crops", " ")])
    assert [(one.item, one.value) for one in good] == [("registered", "yes"), ("area", "12.5")]
    for bad in (
        Answer("registered", "maybe"),
        Answer("registered", "no"),  # without words
        Answer("registered", "", "words alone"),
        Answer("area", "about 12"),
        Answer("area", "1e3"),
        Answer("elsewhere", "yes"),
        Answer("registered", "yes", photos=("x",)),
    ):
        with pytest.raises(VisitAnswerUnfit):
            read_answers(form, [bad])
    for much in (Answer("crops", "x" * 501), Answer("registered", "no", "x" * 499)):
        # A finding is signed as the words of its item with those of the inspector: together they are not cut.
        with pytest.raises(TextTooLong):
            read_answers(form, [much])
    with pytest.raises(VisitAnswerUnfit):
        read_answers(form, [Answer("registered", "yes"), Answer("registered", "na")])
    with pytest.raises(VisitIncomplete) as refused:
        require_complete(form, good)
    assert len(refused.value.params["missing"]) == 10


def test_what_is_answered_no_is_a_finding_in_both_words():
    form = FORMS["market-12"]
    answers = read_answers(
        form, [Answer("market-check-8", "no", "标签无保质期"), Answer("market-check-1", "yes")]
    )
    assert findings_of(form, answers) == ("标签和说明书：标签无保质期",)
    assert digest_of_answers("a", answers) != digest_of_answers("b", answers)


def test_an_edited_form_is_a_version_of_its_own_and_ours():
    first = FORMS["market-12"]
    text = "\n".join(lines_of(first).splitlines()[:-1]) + "\nnet | number | 净含量 | net content | g"
    second = edited(first, text)
    assert (second.version, second.origin, second.items[-1].unit) == (2, OURS, "g")
    assert digest_of(second) != digest_of(first)
    versions = [Dated(first, date(2024, 5, 8)), Dated(second, DAY)]
    assert in_force(versions, DAY) == second
    assert in_force(versions, DAY - timedelta(days=1)) == first
    assert in_force(versions, date(2024, 1, 1)) is None
    require_version(second, digest_of(second))
    with pytest.raises(VisitFormOther):
        require_version(second, digest_of(first))


@pytest.mark.parametrize(
    "line",
    ["", "x", "A | choice | 甲 | a", "a | maybe | 甲 | a", "a | choice |  | a", "a | choice | 甲 | a | g",
     "a | text | 甲 | a |  | often", "a | text | 甲 | a\na | text | 乙 | b"],
)  # fmt: skip
def test_a_line_that_is_no_item_is_named(line):
    with pytest.raises(VisitFormUnfit):
        edited(FORMS["market-12"], line)


@pytest.mark.requirement("S0-10")
def test_a_joint_visit_has_two_inspectors_of_both_departments():
    require_makers("joint", "market", [M1, A1], 2)
    with pytest.raises(InspectorsTooFew):
        require_makers("joint", "market", [M1], 2)
    with pytest.raises(InspectorsTooFew):
        require_makers("joint", "market", [M1, replace(M1, department="agriculture")], 2)
    with pytest.raises(DepartmentsMissing) as refused:
        require_makers("joint", "market", [M1, M2], 2)
    assert refused.value.params["missing"] == ["agriculture"]


def test_the_other_kinds_are_one_departments():
    require_makers("patrol", "agriculture", [A1], 2)
    require_makers("flying", "market", [M1, M2], 2)
    require_makers("unannounced", "agriculture", [A1, A2], 2)
    with pytest.raises(InspectorsTooFew):
        require_makers("flying", "market", [M1], 2)
    for kind, own, inspectors in (
        ("patrol", "market", [M1, M2]),
        ("system", "agriculture", [A1, A2]),
        ("flying", "market", [M1, M2, A1]),
    ):
        with pytest.raises(VisitNotYours):
            require_makers(kind, own, inspectors, 2)
    with pytest.raises(VisitAnswerUnfit):
        require_makers("social", "market", [M1, M2], 2)


@pytest.mark.requirement("S0-17")
def test_a_visit_names_an_item_of_a_plan_or_its_cause():
    require_reason("2026-市监-17", "")
    require_reason("", "抽检不合格")
    with pytest.raises(VisitCauseMissing):
        require_reason(" ", "x")


def record(name: str, **changed: object) -> VisitRecord:
    at = datetime(2026, 10, 20, 8, tzinfo=UTC)
    stands = VisitRecord(
        name, "XC2026-00001", "joint", "market", "urn:a", "urn:f", "310151", DAY, "conforms",
        ("31011500123", "31N0150001"), 0, None, "", at,
    )  # fmt: skip
    return replace(stands, **changed)


def test_a_joint_visit_counts_once_and_when_both_have_signed():
    (half,) = counted([record("r1")])
    assert not half.complete
    assert figures([half]).times == 0
    both = [record("r1"), record("r2", department="agriculture", findings=2, rectify_by=DAY)]
    again = [replace(one, record=one.record + "b", number="XC2026-00002") for one in both]
    third = record("r9", number="XC2026-00003", kind="flying", party="urn:g", findings=1)
    told = figures(counted([*both, *again, third]))
    assert (told.times, told.firms, told.inspectors, told.findings) == (3, ("urn:f", "urn:g"), 6, 5)
    assert told.firms_with_findings == ("urn:f", "urn:g")
    assert told.firms_ordered == ("urn:f",)
    assert sorted(told.records) == ["r1", "r1b", "r2", "r2b", "r9"]
    assert figures(counted([*both, *again, third]), "joint").times == 2


def test_a_replaced_record_counts_no_more():
    later = record("r2", replaces="r1", findings=1)
    (seen,) = counted([record("r1", findings=9), later])
    assert (seen.records, seen.findings) == (("r2",), 1)
