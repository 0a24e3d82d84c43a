"""Visits on a real platform: opened, filled in, signed by each department, mended, counted, refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import PDF
from tests.builders.traced_chain import FARM, TracedChain
from tests.builders.visits import (
    AGRI,
    AGRI_CARD,
    BOTH,
    FIRM,
    MARKET_CARD,
    answers,
    filled,
    key,
    of_agriculture,
    of_market,
    opened,
    registered,
    rows,
    signed,
    stands,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    DepartmentsMissing,
    InspectorsTooFew,
    JointItemsMissing,
    PaperUnfit,
    PurposeMissing,
    ReasonTooShort,
    RightMissing,
    VisitAnswerUnfit,
    VisitCauseMissing,
    VisitFormUnknown,
    VisitIncomplete,
    VisitMoved,
    VisitNotYours,
    VisitObjectUnknown,
    VisitOutOfArea,
    VisitStepUnfit,
    VisitUnknown,
)
from trace.oversight.visits.answers import Answer
from trace.oversight.visits.counted import figures
from trace.oversight.visits.makers import Inspector
from trace.parties import Actor
from trace.usecases.casework.take_step import Paper
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.read_visits import read_visits, visits_between
from trace.usecases.supervision.scorecard import read_score_list
from trace.usecases.supervision.supervisors import read_supervised
from trace.usecases.visits.answer_visit import answer_visit, list_visits_told, read_visit_told
from trace.usecases.visits.fill_visit import Photo
from trace.usecases.visits.open_visit import Opening, open_visit
from trace.usecases.visits.published_results import read_published_checks
from trace.usecases.visits.read_visit import read_visit, read_visits_of
from trace.usecases.visits.sign_visit import sign_visit
from trace.usecases.visits.step_visit import DROP, PUBLISH, REPLACE, Step, step_visit

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
ALONE = (BOTH[0], Inspector("31011500777", "market"))
FOUND = ["market-check-11"]
HOME = Actor("firm", FIRM, person="wangmin")


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


@pytest.fixture
def tx(chain: TracedChain):
    return chain.platform.transactions


@pytest.mark.requirement("S0-01")
def test_a_joint_visit_is_signed_by_both_and_counts_once(chain, tx) -> None:
    market, agri = of_market(tx, "li"), of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, market)
    assert number == "XC2026-00001"
    due = {"result": "to_rectify", "rectify_by": "2026-10-20"}
    filled(tx, market, number, "market", answers=answers("market-12", FOUND), **due)
    unasked = [*answers("agriculture-7")[:-1], Answer("agriculture-check-7", "na")]
    filled(tx, agri, number, "agriculture", answers=unasked)
    first = signed(chain, market, number)
    row, parts = stands(tx, number)
    assert (row.state, parts["market"].record, parts["agriculture"].record) == ("open", first, "")
    assert figures(read_visits(tx, market, OCTOBER)).times == 0
    second = signed(chain, agri, number)
    row, _ = stands(tx, number)
    assert row.state == "signed"
    (visit,) = read_visits(tx, agri, OCTOBER)
    told = figures([visit], "joint")
    assert (told.times, told.inspectors, told.findings) == (1, 2, 1)
    assert (told.firms_ordered, set(told.records)) == ((FIRM,), {first, second})
    seen = read_visit(tx, market, number)
    covered = {one.part.department: [head.state for head in one.heads] for one in seen.parts}
    assert covered == {"market": ["whole"] * 12, "agriculture": ["whole"] * 6 + ["not"]}
    (line,) = read_score_list(tx, market, "content", "whole", "2026").lines
    assert (line.label, set(line.records)) == (f"{number} 18/19", {first, second})
    assert read_score_list(tx, market, "content", "part", "2026").lines == ()
    (reached,) = read_score_list(tx, market, "objects", "part", "2026").lines
    assert set(reached.records) == {first, second}, "its visits show that it was reached, not its licence"
    assert seen.due is not None
    assert (seen.due.counting, seen.due.last_day) == ("working", date(2026, 11, 3))
    assert [one.event for one in seen.events] == [
        "opened",
        "saved",
        "saved",
        "drafted",
        "signed",
        "drafted",
        "signed",
    ]


REFUSED = [
    ({"inspectors": BOTH[:1]}, InspectorsTooFew),
    ({"inspectors": (BOTH[0], Inspector("31011500999", "market"))}, DepartmentsMissing),
    ({"inspectors": (BOTH[0], BOTH[0])}, InspectorsTooFew),
    ({"plan": "", "cause": ""}, VisitCauseMissing),
    ({"cause": ""}, JointItemsMissing),
    ({"party": "urn:uscc:x"}, VisitObjectUnknown),
    (
        {"party": made.uscc(made.STRANGER) if hasattr(made, "STRANGER") else "urn:party:nobody"},
        VisitObjectUnknown,
    ),
    ({"day": "2026-12-01"}, VisitAnswerUnfit),
    ({"kind": "patrol"}, VisitNotYours),
    ({"forms": {"market": "daily-patrol"}}, VisitFormUnknown),
    ({"partner": "urn:uscc:11310000XN00000000"}, DepartmentsMissing),
    ({"follows": "XC2026-00009"}, VisitUnknown),
]


@pytest.mark.parametrize(("changed", "refusal"), REFUSED, ids=lambda one: getattr(one, "code", ""))
def test_what_makes_no_visit_changes_nothing(chain, tx, changed, refusal) -> None:
    of_agriculture(tx, "wang", "case-officer")
    market = of_market(tx, "li")
    before = rows(tx)
    with pytest.raises(refusal):
        opened(tx, market, **changed)
    assert rows(tx) == before


def test_another_district_and_another_department_are_refused(chain, tx) -> None:
    far = replace(of_market(tx, "far"), region="310115")
    of_agriculture(tx, "wang", "case-officer")
    before = rows(tx)
    for named in (FIRM, f" {FIRM.rpartition(':')[2].lower()} "):  # also bare, as the register shows it
        with pytest.raises(VisitOutOfArea):
            opened(tx, far, party=named)
    grower = made.uscc(FARM)
    with pytest.raises(VisitNotYours):
        opened(
            tx,
            of_market(tx, "li"),
            "flying",
            party=grower,
            inspectors=ALONE,
        )
    assert rows(tx) == before
    number = opened(tx, of_market(tx, "li2"))
    with pytest.raises(VisitOutOfArea):
        read_visit(tx, replace(far, party="urn:uscc:11310115XN00000000"), number)
    assert [one.row.number for one in read_visits_of(tx, far)] == []


def test_another_departments_saving_is_no_older_state_and_another_part_is_refused(chain, tx) -> None:
    market, agri = of_market(tx, "li"), of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, market)
    filled(tx, agri, number, "agriculture")
    filled(tx, market, number, "market", seen=1)
    assert {name: one.version for name, one in stands(tx, number)[1].items()} == {
        "market": 2, "agriculture": 2,
    }  # fmt: skip
    third = replace(market, party="urn:uscc:11310000XN00000000")
    with pytest.raises(VisitNotYours):
        filled(tx, third, number, "market")
    with pytest.raises(VisitMoved):
        sign_visit(tx, market, key(), number, 1, "x")


INCOMPLETE = [
    {"result": "conforms", "answers": answers("market-12", FOUND)},
    {"result": "to_rectify", "answers": answers("market-12", FOUND)},
    {"signature": ""},
    {"signature": "refused"},
    {"signature": "refused", "refusal": "不认可结论"},
    {"answers": answers("market-12")[1:]},
]


@pytest.mark.parametrize("changed", INCOMPLETE)
def test_what_lacks_something_is_not_signed(chain, tx, changed) -> None:
    market = of_market(tx, "li")
    of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, market)
    filled(tx, market, number, "market", **changed)
    with pytest.raises(VisitIncomplete):
        sign_visit(tx, market, key(), number, 2, "x")


def test_a_refusal_to_sign_is_a_normal_way_with_a_witness(chain, tx) -> None:
    market = of_market(tx, "li")
    number = opened(tx, market, "flying", inspectors=ALONE)
    filled(tx, market, number, "market", signature="refused", refusal="不认可结论", witness="园区管理员")
    signed(chain, market, number)
    row, parts = stands(tx, number)
    assert (row.state, parts["market"].signature, parts["market"].witness) == (
        "signed",
        "refused",
        "园区管理员",
    )


@pytest.mark.requirement("S1-07")
def test_photographs_stand_by_digest_with_both_times(chain, tx) -> None:
    market = of_market(tx, "li")
    number = opened(tx, market, "flying", inspectors=ALONE)
    photo = Photo(Paper("台账.pdf", PDF), "market-check-11")
    filled(tx, market, number, "market", photos=[photo], captured_at="2026-09-28T09:00:00+08:00")
    seen = read_visit(tx, market, number)
    (paper,) = seen.papers
    assert paper.captured_at < paper.at
    assert paper.at - paper.captured_at > timedelta(days=2), "a slow clock stays as it was stated"
    (answer,) = [one for one in seen.parts[0].part.answers if one.photos]
    assert (answer.item, answer.photos) == ("market-check-11", (paper.digest,))
    for bad, refusal in (
        ({"photos": [Photo(Paper("leer.pdf", b""))]}, PaperUnfit),
        ({"captured_at": "yesterday"}, VisitAnswerUnfit),
        ({"captured_at": "2026-09-28T09:00:00"}, VisitAnswerUnfit),
        ({"result": "fine"}, VisitAnswerUnfit),
        ({"signature": "x"}, VisitAnswerUnfit),
        ({"rectify_by": "2026-01-01"}, VisitAnswerUnfit),
        ({"rectify_by": "soon"}, VisitAnswerUnfit),
        ({"rectify_by": "9999-12-31"}, VisitAnswerUnfit),
    ):
        with pytest.raises(refusal):
            filled(tx, market, number, "market", **bad)


def test_a_correction_after_signing_keeps_both_versions(chain, tx) -> None:
    market = of_market(tx, "li")
    number = opened(tx, market, "flying", inspectors=ALONE)
    filled(tx, market, number, "market")
    first = signed(chain, market, number)
    with pytest.raises(VisitStepUnfit):
        sign_visit(tx, market, key(), number, stands(tx, number)[0].version, "x")
    with tx.look() as reading:
        known = reading.now
    mended = {"answers": answers("market-12", FOUND), "result": "fails"}
    with pytest.raises(ReasonTooShort):
        filled(tx, market, number, "market", **mended, why="错")
    filled(tx, market, number, "market", **mended, why="漏记一项不符合")
    second = signed(chain, market, number)
    (visit,) = read_visits(tx, market, OCTOBER)
    assert (visit.records, visit.findings) == ((second,), 1)
    with tx.look() as reading:
        (frozen,) = visits_between(reading, "310151", OCTOBER, known)
    assert (frozen.records, frozen.findings) == ((first,), 0), "as known before the correction"
    told = [
        one for one in read_visit(tx, market, number).events if one.event in {"saved", "mended", "replaced"}
    ]
    assert [one.event for one in told] == ["saved", "mended", "replaced"]
    assert told[0].detail["result"] == "conforms"
    assert told[2].evidence == (second,)


@pytest.mark.requirement("S1-23")
@pytest.mark.requirement("S2-32")
def test_the_firm_sees_what_was_signed_answers_and_is_checked_again(chain, tx) -> None:
    market = of_market(tx, "li")
    number = opened(tx, market, "flying", inspectors=ALONE)
    due = {"result": "to_rectify", "rectify_by": "2026-10-20"}
    filled(tx, market, number, "market", answers=answers("market-12", FOUND), **due)
    assert list_visits_told(tx, HOME) == []
    with pytest.raises(VisitUnknown):
        read_visit_told(tx, HOME, number)
    signed(chain, market, number)
    (told,) = list_visits_told(tx, HOME)
    assert (told.parts[0].order, told.waits) == ("due", True)
    assert told.parts[0].findings == ("信息记录和追溯：台账缺 3 天",)
    with pytest.raises(PurposeMissing):
        answer_visit(tx, HOME, key(), number, "ok", [])
    answer_visit(tx, HOME, key(), number, "台账已补齐", [Paper("台账.pdf", PDF)])
    told = read_visit_told(tx, HOME, number)
    assert (told.parts[0].order, len(told.papers), told.answers[0].why) == ("answered", 1, "台账已补齐")
    with pytest.raises(VisitStepUnfit):
        answer_visit(tx, HOME, key(), number, "再说一次", [])
    stranger = replace(HOME, party=made.uscc(FARM))
    with pytest.raises(VisitUnknown):
        answer_visit(tx, stranger, key(), number, "不是我的", [])
    steps(tx, market, number, "rechecked", outcome="not-rectified")
    assert read_visit_told(tx, HOME, number).parts[0].order == "due"
    chain.clock.advance(timedelta(days=30))
    assert read_visit_told(tx, HOME, number).parts[0].order == "overdue"
    assert read_supervised(tx, market).orders == [(number, date(2026, 10, 20))]
    steps(tx, market, number, "rechecked", outcome="rectified")
    assert read_supervised(tx, market).orders == []
    assert read_visit_told(tx, HOME, number).parts[0].order == "settled"


def steps(transactions, actor: Actor, number: str, event: str, **more: str) -> None:
    row, _ = stands(transactions, number)
    step_visit(
        transactions, actor, key(), number, Step(event, row.version, more.pop("why", "按期办理"), **more)
    )


def test_an_absent_inspector_is_replaced_by_one_of_the_same_department(chain, tx) -> None:
    market, agri = of_market(tx, "li"), of_agriculture(tx, "wang", "case-officer")
    number = opened(tx, market)
    with pytest.raises(InspectorsTooFew):
        steps(tx, market, number, REPLACE, out=MARKET_CARD)
    with pytest.raises(VisitAnswerUnfit):
        steps(tx, market, number, REPLACE, out=AGRI_CARD, into="31011500777")
    with pytest.raises(PurposeMissing):
        steps(tx, market, number, REPLACE, out=MARKET_CARD, into="31011500777", why="")
    steps(tx, market, number, REPLACE, out=MARKET_CARD, into="31011500777", why="病假")
    row, _ = stands(tx, number)
    assert {one.card for one in row.inspectors} == {"31011500777", AGRI_CARD}
    filled(tx, agri, number, "agriculture")
    signed(chain, agri, number)
    with pytest.raises(VisitStepUnfit):
        steps(tx, agri, number, REPLACE, out=AGRI_CARD, into="31N0150002")
    with pytest.raises(VisitStepUnfit):
        steps(tx, agri, number, DROP)


def test_a_visit_is_published_once_and_dropped_only_unsigned(chain, tx) -> None:
    market = of_market(tx, "li")
    alone = {"inspectors": ALONE}
    number = opened(tx, market, "flying", **alone)
    with pytest.raises(VisitStepUnfit):
        steps(tx, market, number, PUBLISH)
    with pytest.raises(VisitStepUnfit):
        steps(tx, market, number, "rechecked", outcome="rectified")
    with pytest.raises(VisitStepUnfit):
        steps(tx, market, number, "fly")
    filled(tx, market, number, "market")
    signed(chain, market, number)
    (due,) = [one for one in duties_of_authority(tx, market) if one.slug == "visit-results"]
    assert (due.state, due.things, read_published_checks(tx).count) == ("due", (number,), 0)
    chain.clock.advance(timedelta(days=60))
    (late,) = [one for one in duties_of_authority(tx, market) if one.slug == "visit-results"]
    assert (late.state, late.overdue) == ("overdue", 1)
    assert [row.number for row, _ in read_supervised(tx, market).unpublished] == [number]
    steps(tx, market, number, PUBLISH)
    assert not [one for one in duties_of_authority(tx, market) if one.slug == "visit-results"]
    found = read_published_checks(tx, FIRM.removeprefix("urn:uscc:"))
    assert [(one.number, [each.result for each in one.results]) for one in found.listed] == [
        (number, ["conforms"])
    ]
    assert not read_published_checks(tx, FARM).listed
    assert read_visit(tx, market, number).due is None
    with pytest.raises(VisitStepUnfit):
        steps(tx, market, number, PUBLISH)
    other = opened(tx, market, "flying", **alone)
    steps(tx, market, other, DROP, why="企业停产")
    with pytest.raises(VisitStepUnfit):
        filled(tx, market, other, "market")
    assert len(read_visits_of(tx, market)) == 2


def test_an_inspection_signed_elsewhere_is_counted_by_itself(chain, tx) -> None:
    market = of_market(tx, "li")
    for matter in ("日常检查", "日常检查"):
        chain.state(
            made.BUREAU, "oversight.inspection", matter, orders.an_inspection(matter=matter), "20 10:00"
        )
    visits = read_visits(tx, market, OCTOBER)
    assert [(one.kind, one.party) for one in visits] == [("", FIRM)] * 2
    assert figures(visits).firms == (FIRM,)
    assert figures(visits, "joint").times == 0
    with pytest.raises(RightMissing):
        read_visits(tx, HOME, OCTOBER)


def test_a_form_sent_twice_opens_one_visit(chain, tx) -> None:
    market = of_market(tx, "li")
    of_agriculture(tx, "wang", "case-officer")
    form, new = key(), Opening("joint", FIRM, "", BOTH, plan="2026-17", cause="专项部署", partner=AGRI)
    assert open_visit(tx, market, form, new) == open_visit(tx, market, form, new)
    assert rows(tx)["visit"] == 1
