"""附件2 of a told October: each cell beside what the story says, and a form's way from person to person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import HEAD, OFFICER, REVIEWER, somebody
from tests.builders.monthly import AGRI, Month, advance, agriculture, build
from tests.builders.traced_chain import K1, MILL, P1, SHOP, TOFU_MAKER, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    AppendOnly,
    CaseOutOfArea,
    FormStepUnfit,
    MonthlyFormNotYours,
    MonthlyFormSame,
    MonthMalformed,
    MonthNotOver,
    MonthsUnsent,
    OtherPersonNeeded,
    RevisionUnexplained,
    StepNotYours,
)
from trace.oversight.monthly.document import frozen_hash
from trace.oversight.monthly.figures import Figure
from trace.parties import REGULATOR_AGRI, Actor
from trace.store.casework.acts import publish_penalty
from trace.store.monthly.forms import find_form
from trace.usecases.casework.look import list_looks_at
from trace.usecases.signing.batches import open_batch
from trace.usecases.supervision.published_figures import read_published
from trace.usecases.supervision.read_form import list_forms, read_form, read_list, read_live
from trace.usecases.supervision.scorecard import read_score_list, read_scorecard

OTHER_DISTRICT, NOWHERE = "91310116XN0000TF3P", "91310151XN0000NW1A"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def told(request, databases):
    """A month is told once; the tests look at it, each with a form of its own."""
    clock = SteppingClock()
    with TestPlatform(databases.migrated(request.param), clock) as platform:
        chain = TracedChain(platform, clock)
        month = Month(chain)
        agriculture(platform.transactions)
        month.firm(MILL)
        month.firm(TOFU_MAKER)
        month.firm(OTHER_DISTRICT, "310116")
        month.mark(MILL, made.RICE_MARK)
        month.mark(MILL, "LB-01-26100001", productNames=["糯米"])
        month.mark(TOFU_MAKER, "LB-02-26100002", productNames=["豆腐"])
        month.mark(OTHER_DISTRICT, "LB-03-26100003")
        month.mark(NOWHERE, "LB-04-26100004")
        report = chain.packed_rice()
        month.coded("K2", 1000, P1, report, made.RICE_MARK)
        chain.ship("D1", 2000, K1, to=SHOP, report=report)
        month.uploaded(MILL)
        for day in ("15", "16", "17"):  # three times, by both departments: 3 家次, 1 家
            month.visit(MILL, f"{day} 09:00", "to_rectify", "conforms")
        month.visit(TOFU_MAKER, "18 09:00", "conforms", "conforms")
        month.visit(TOFU_MAKER, "19 09:00", "fails", None)  # one department alone is no joint visit
        month.visit(OTHER_DISTRICT, "19 10:00", "fails", "fails")
        month.penalty(MILL, "20 09:00", ["warning"], None)
        month.penalty(MILL, "21 09:00", ["fine", "confiscation"], "30000.50")
        month.penalty(TOFU_MAKER, "22 09:00", ["production_stopped", "fine"], "20000")
        month.mark(TOFU_MAKER, "LB-02-26100002", productNames=["豆腐"], status="cancelled")
        month.over()
        yield month


@pytest.fixture(scope="module")
def people(told) -> dict[str, Actor]:
    names = {"officer": (OFFICER,), "reviewer": (REVIEWER,), "head": (HEAD,)}
    transactions = told.platform.transactions
    return {name: somebody(transactions, name, *roles, area="310151") for name, roles in names.items()}


def numbers(frozen) -> dict[str, object]:
    return {name: one.number for name, one in frozen.figures.items()}


@pytest.mark.requirement("S0-31", "S0-39", "S0-40", "S0-41", "S0-43", "S0-49", "S0-50", "S0-51", "S0-52")
@pytest.mark.requirement("S0-53", "S0-54", "S0-55", "S0-56", "S0-57", "S0-58")
def test_each_cell_is_what_the_story_says(told, people):
    frozen = read_live(told.platform.transactions, people["officer"], "2026-10").frozen
    assert numbers(frozen) == {
        "producers": 1,  # the tofu maker left on the day of its cancellation; two are not of the district
        "products": 2,
        "coded": 1,  # the rice has codes, the glutinous rice no pack
        "systems": 0,
        "uploaders": 1,
        "uploaded": 1,
        "catalogued": None,
        "mechanism": False,
        "exchange": False,
        "exchanges": 0,
        "trainings": 0,
        "visits": 4,
        "found": 1,
        "rectify": 1,
        "penalised": 2,
        "warned": 1,
        "fined": 2,
        "amount": Decimal("5.00005"),
        "stopped": 1,
        "criminal": 0,
        "cancelled": 1,
    }
    assert frozen.header.unplaced == (made.uscc(NOWHERE),)
    assert frozen.header.area == "310151"


def test_each_number_is_the_length_of_its_list_and_opens_its_records(told, people):
    transactions, officer = told.platform.transactions, people["head"]
    key = build(transactions, officer, "2026-10", reason="先看明细")
    seen = read_list(transactions, officer, key, "visits", 1)
    assert len(seen.lines) == seen.figure.number == 4
    assert {len(line.records) for line in seen.lines} == {2}
    with transactions.look() as tx:
        for line in seen.lines:
            for record in line.records:
                (found,) = tx.connection.exec_driver_sql(f"SELECT typ FROM statement WHERE stmt = '{record}'")
                assert found[0] == "oversight.inspection"
    looks = list_looks_at(transactions, made.uscc(MILL))
    assert looks[0].what == "figure"
    assert "附件2 2026-10" in looks[0].purpose


@pytest.mark.requirement("S0-31")
def test_one_builds_another_reviews_and_the_log_says_that_it_is_signed(told, people):
    transactions = told.platform.transactions
    mine = build(transactions, people["reviewer"], reason="走完程序", highlights="联合检查四家次")
    with pytest.raises(OtherPersonNeeded):
        advance(transactions, people["reviewer"], mine, "approve")
    with pytest.raises(StepNotYours):
        advance(transactions, people["officer"], mine, "approve")
    with pytest.raises(FormStepUnfit):
        advance(transactions, people["head"], mine, "send")
    advance(transactions, people["head"], mine, "approve", "核对无误")
    batch = advance(transactions, people["reviewer"], mine, "sign").rpartition("/")[2]
    (draft,) = open_batch(transactions, people["reviewer"].party, batch).drafts
    with pytest.raises(FormStepUnfit):
        advance(transactions, people["head"], mine, "send")
    data = dict(draft.content["data"])
    assert data["sha256"] == mine
    signed = told.chain.state(made.BUREAU, "oversight.report", draft.content["sub"], data, "31 23:00")
    seen = read_form(transactions, people["officer"], mine)
    assert (seen.state, seen.signature.statement) == ("signed", signed)
    advance(transactions, people["officer"], mine, "send")
    page = list_forms(transactions, people["officer"])
    (listed,) = [one for one in page.forms if one.row.hash == mine]
    assert (listed.state, page.month.text, page.sent) == ("sent", "2026-10", True)
    assert not listed.late, "sent on 2 November, due at the end of the 5th (R35)"
    again = replace(listed, sent_at=listed.due + timedelta(days=4))
    assert not again.late, "a revision of what was sent in time"
    assert replace(again, first_sent=again.sent_at).late
    assert listed.due.isoformat() == "2026-11-06T00:00:00+08:00"
    city = somebody(transactions, "市局", OFFICER, area="310000", urn="urn:uscc:11310000XN0000SH01")
    summed = read_live(transactions, city, "2026-10").frozen
    assert summed.header.parts == (mine,)
    assert numbers(summed) == numbers(read_form(transactions, city, mine).frozen)
    city_form = build(transactions, city, reason="汇总")
    assert read_form(transactions, city, city_form).frozen.header.area == "31"


def sent(told, people, words: str) -> str:
    """A form of October that was built, approved, signed and sent; its hash."""
    transactions, officer = told.platform.transactions, people["officer"]
    key = build(transactions, officer, reason=words, highlights=words)
    sign_and_send(told, people, key)
    return key


def sign_and_send(told, people, key: str) -> Mapping[str, Any]:
    """Take a built form the rest of its way; the data of the record that was signed."""
    transactions = told.platform.transactions
    advance(transactions, people["head"], key, "approve")
    batch = advance(transactions, people["officer"], key, "sign").rpartition("/")[2]
    (draft,) = open_batch(transactions, people["officer"].party, batch).drafts
    data = dict(draft.content["data"])
    told.chain.state(made.BUREAU, "oversight.report", draft.content["sub"], data, "31 23:10")
    advance(transactions, people["officer"], key, "send")
    return data


@pytest.mark.requirement("S0-32")
def test_a_years_summary_sums_the_months_that_were_sent_and_names_the_others(told, people):
    transactions, officer = told.platform.transactions, people["officer"]
    with pytest.raises(MonthsUnsent):
        build(transactions, officer, "2025")
    with pytest.raises(MonthMalformed):
        build(transactions, officer, "20x6")
    month = sent(told, people, "供年度汇总")
    year = build(transactions, officer, "2026", highlights="全年联合检查情况", reason="汇总")
    seen = read_form(transactions, officer, year)
    assert seen.frozen.header.parts == (month,)
    assert seen.frozen.header.missing == tuple(f"2026-{number:02d}" for number in range(1, 10))
    assert numbers(seen.frozen) == numbers(read_form(transactions, officer, month).frozen)
    assert b'"format":"year-summary/1"' in find_form_bytes(transactions, year)
    data = sign_and_send(told, people, year)
    assert (data["month"], data["sha256"]) == ("2026-10", year)
    assert data["document"].endswith("年度工作总结")
    (listed,) = [one for one in list_forms(transactions, officer).forms if one.row.hash == year]
    assert (listed.state, listed.late, listed.after_derived) == ("sent", False, True), "15 October is derived"
    with pytest.raises(MonthlyFormSame):
        build(transactions, officer, "2026", highlights="全年联合检查情况", reason="没有变化")
    later = sent(told, people, "又有新版")
    assert [(one.month, one.later) for one in read_form(transactions, officer, year).months] == [
        ("2026-10", later)
    ]
    again = build(transactions, officer, "2026", highlights="全年联合检查情况", reason="十月有新版")
    assert read_form(transactions, officer, again).frozen.header.parts == (later,)
    assert not [one for one in read_published(transactions).forms if one.row.month == "2026"]


def find_form_bytes(transactions, key: str) -> bytes:
    with transactions.look() as tx:
        return find_form(tx.connection, key)[1]


@pytest.mark.requirement("S0-31")
def test_a_late_record_makes_a_revision_with_its_difference_and_changes_no_byte_before(told, people):
    transactions = told.platform.transactions
    first = build(transactions, people["officer"], reason="更正之前", highlights="一")
    with transactions.look() as tx:
        _, kept = find_form(tx.connection, first)
    with pytest.raises(MonthlyFormSame):
        build(transactions, people["officer"], reason="没有变化", highlights="一")
    with pytest.raises(RevisionUnexplained):
        build(transactions, people["officer"], reason=" ")
    told.over("2026-11-09")
    told.visit(MILL, "30 09:00", "conforms", "fails", matter="迟报的联合检查")
    second = build(transactions, people["officer"], reason="补录 10 月 30 日的检查", highlights="一")
    seen = read_form(transactions, people["officer"], second)
    assert [one.figure for one in seen.changes] == ["visits", "found"]
    visits = seen.changes[0]
    assert (visits.before.number, visits.after.number) == (4, 5)
    assert [line.label for line in visits.added] == ["迟报的联合检查"]
    assert seen.changes[1].before.number == seen.changes[1].after.number == 1
    assert seen.frozen.header.replaces == first
    with transactions.look() as tx:
        _, still = find_form(tx.connection, first)
    assert still == kept
    assert frozen_hash(still) == first
    assert read_form(transactions, people["officer"], first).later.hash == second


def test_a_form_is_the_market_bureaus_of_its_district_and_of_a_month_that_is_over(told, people):
    transactions = told.platform.transactions
    with pytest.raises(MonthNotOver) as early:
        build(transactions, people["officer"], "2026-11", reason="还没过完")
    assert early.value.params["ends"] == "2026-12-01", "a day, as people write it"
    officer = people["officer"]
    agri = Actor(
        "a", made.uscc("11310151XN0000AG8X"), frozenset({REGULATOR_AGRI}), officer.scopes, "310151", "a"
    )
    far = somebody(transactions, "远方", OFFICER, area="310116", urn="urn:uscc:11310116XN0000BB42")
    before = told.platform.count("monthly_form")
    with pytest.raises(MonthlyFormNotYours):
        build(transactions, agri, reason="不是本部门")
    key = build(transactions, officer, reason="另一个区看不到", highlights="二")
    assert read_form(transactions, agri, key).open == (), "the other department reads and does nothing"
    with pytest.raises(CaseOutOfArea):
        read_form(transactions, far, key)
    with pytest.raises(MonthlyFormNotYours):
        advance(transactions, far, key, "return", "不是本区")
    assert told.platform.count("monthly_form") == before + 1
    with pytest.raises(AppendOnly), transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("UPDATE monthly_form SET month = '2026-09'")


@pytest.mark.requirement("S0-08")
def test_a_city_sums_what_its_districts_sent_and_names_those_that_did_not(told, people):
    transactions = told.platform.transactions
    city = somebody(transactions, "市局", OFFICER, area="310000", urn="urn:uscc:11310000XN0000SH01")
    live = read_live(transactions, city, "2026-10").frozen
    assert live.header.missing, "a district that has not sent is named"
    assert live.header.area == "31"


@pytest.mark.requirement("S4-09")
@pytest.mark.requirement("S4-14")
@pytest.mark.requirement("S4-15")
@pytest.mark.requirement("S0-01", "S0-03", "S0-29", "S2-25")
def test_each_score_is_a_part_of_a_whole_and_both_open(told, people):
    transactions, officer = told.platform.transactions, people["officer"]
    (first, *_) = read_score_list(transactions, officer, "published", "whole", "2026").lines
    with transactions.begin("test") as tx:
        publish_penalty(tx.connection, first.key, date(2026, 10, 30), "公示系统", ("p", tx.now))
    card = read_scorecard(transactions, officer, "2026")
    shown = {
        one.name: (len(one.ratio.part), len(one.ratio.whole)) if one.ratio is not None else None
        for one in card.scores
    }
    visits = shown["findings"][1]
    assert shown["objects"] == (1, 1)
    assert shown["content"] == (0, 0), "of records alone nobody knows which heads a visit covered"
    assert shown["enforcement"] == (visits, visits + 1), "one visit was one department's alone"
    assert shown["coded"] == (1, 1), "the glutinous rice is licensed, and nobody made any"
    assert shown["data"] == (1, 1)
    assert shown["process"] == (0, 0)
    assert (shown["online"], shown["published"]) == ((0, 3), (1, 3)), "no matter of theirs is a case here"
    assert shown["filed"] == (0, 0)
    for one in card.scores:
        if one.ratio is not None:
            assert {line.key for line in one.ratio.part} <= {line.key for line in one.ratio.whole}
            for side, lines in (("part", one.ratio.part), ("whole", one.ratio.whole)):
                assert read_score_list(transactions, officer, one.name, side, "2026").lines == lines
    assert {one.firm for one in card.quality} == {made.uscc(MILL)}
    (mill,) = card.quality
    assert 0 <= mill.late <= mill.stated


def test_a_visit_counts_on_its_day_however_late_a_department_signs_or_mends_its_part(told, people):
    transactions, officer = told.platform.transactions, people["officer"]
    told.over("2026-11-12")

    def signed(code: str, at: datetime, **changed: Any) -> str:
        data = orders.a_visit(party=made.uscc(MILL), matter="XC2026-00009", day="2026-10-30", **changed)
        statement = told.chain.signers[code].state("oversight.inspection", data["matter"], data, at=at)
        told.platform.log(statement)
        return statement.statement_id

    def figures(month: str = "2026-10") -> Mapping[str, Figure]:
        return read_live(transactions, officer, month).frozen.figures

    visits = figures()["visits"].number
    signed(made.BUREAU, october("30 16:00"), result="conforms")
    assert figures()["visits"].number == visits, "one department alone"
    first = signed(AGRI, october("30 16:00") + timedelta(days=4), result="to_rectify")
    found = figures()
    assert found["visits"].number == visits + 1, "signed on another day, in another month"
    mine = next(one for one in found["visits"].lines if "XC2026-00009" in one.key)
    assert first in mine.records
    assert figures("2026-11")["visits"].number == 0
    mended = signed(
        AGRI, october("31 09:00") + timedelta(days=8), result="conforms", replaces=first, reason="笔误"
    )
    found = figures()
    mine = next(one for one in found["visits"].lines if "XC2026-00009" in one.key)
    assert mended in mine.records and first not in mine.records, "what was taken back accuses nobody"
    assert found["visits"].number == visits + 1
