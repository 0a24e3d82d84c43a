"""Warnings on a real platform: run, seen again, decided by an officer, never raised for the same twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import visits
from tests.builders.cases import FAILED, PDF, accredit, cases, fail, step
from tests.builders.traced_chain import MILL, TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.access.roles import rights_of
from trace.errors import (
    AppendOnly,
    PurposeMissing,
    ReopenedByOne,
    RightMissing,
    RiskItemUnknown,
    RiskMoved,
    RiskOutOfArea,
    RiskUnfit,
    VisitNotYours,
    VisitObjectUnknown,
    WarningOfAnother,
)
from trace.oversight.visits.makers import Inspector
from trace.oversight.warnings import CASE, DISMISSED, IN_DOUBT, SAMPLE, TASK, TURNED, VISIT
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.casework.cases import add_case
from trace.store.transaction import Transactions
from trace.usecases.casework.look import list_looks_at
from trace.usecases.codes.coded_lot import CodedLot
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.messages.complaints import Complaint, file_complaint
from trace.usecases.supervision.find_warnings import find_warnings
from trace.usecases.supervision.oddities import read_oddities
from trace.usecases.supervision.outcomes import Outcome
from trace.usecases.supervision.scorecard import read_scorecard
from trace.usecases.supervision.triage import Deciding, decide, read_triage, reopen
from trace.usecases.visits.read_visit import read_visit


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.hand_over(1, 10_000)
        milled = made.a_production(
            batch=made.lot(MILL, "M1"),
            inputs=[{"lot": made.lot(MILL, "R1"), "quantity": made.kg(10_000), "role": "main"}],
            outputs=[
                {
                    "lot": made.lot(MILL, "P1"),
                    "productName": "大米",
                    "quantity": made.kg(9_900),  # more than paddy can yield
                    "kind": "product",
                }
            ],
            loss={"quantity": made.kg(100), "reason": "稻壳"},
            startedAt=october("12 08:00").isoformat(),
            finishedAt=october("12 17:00").isoformat(),
            productionDate="2026-10-12",
            declared=[{"rule": "R18", "reason": "磅秤故障"}],
        )
        chain.state(MILL, "food.production", made.lot(MILL, "M1"), milled, "12 17:00")
        yield chain


def run(chain: TracedChain):
    chain.clock.advance(timedelta(minutes=1))
    return find_warnings(chain.platform.transactions)


@pytest.mark.requirement("S0-07")
@pytest.mark.requirement("S0-26")
@pytest.mark.requirement("S0-23")
def test_an_excess_is_warned_of_with_its_records_once(chain):
    found = run(chain)
    assert found.fresh == found.fired >= 1
    assert run(chain) == type(found)(found.fired, 0, 0)
    ju = market(chain)
    (one,) = [one for one in read_triage(chain.platform.transactions, ju).open if one.row.rule == "W02"]
    assert one.row.party == made.uscc(MILL)
    assert one.row.records and all(len(record) == 43 for record in one.row.records)
    assert "kg" in one.row.figures["excess"]
    assert one.due is not None and not one.overdue(chain.clock())


def decided(chain: TracedChain, actor: Actor, number: str, reason: str = "已现场核实", **more: str) -> str:
    return decide(chain.platform.transactions, Deciding(actor, key(), number, reason, **more))


def test_late_records_are_a_part_of_those_that_came_in_the_same_time(chain):
    """Brought in long after: of a firm's records none may have happened in these days, and all be late."""
    chain.clock.advance(october("31 09:00") + timedelta(days=20) - chain.clock())
    for number in range(5):
        chain.harvest(f"L{number}", 100)
    run(chain)
    (late,) = [one.row for one in read_triage(chain.platform.transactions, agriculture(chain)).open
               if one.row.rule == "W01"]  # fmt: skip
    assert (late.figures["late"], late.figures["of"]) == ("5", "5")


@pytest.mark.requirement("S0-26")
def test_what_was_dismissed_with_a_reason_is_not_raised_again(chain):
    run(chain)
    ju = market(chain)
    numbers = [one.row.number for one in read_triage(chain.platform.transactions, ju).open]
    with pytest.raises(RiskUnfit):
        decided(chain, ju, numbers[0], reason=" ")
    for number in numbers:
        decided(chain, ju, number)
    assert run(chain).fresh == 0
    triage = read_triage(chain.platform.transactions, ju)
    assert triage.open == [] and {one.row.state for one in triage.decided} == {DISMISSED}
    assert all(one.turned == 0 and one.decided for one in triage.precision)
    with pytest.raises(RiskMoved):
        decided(chain, ju, numbers[0])
    with pytest.raises(AppendOnly), chain.platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("DELETE FROM risk_event")


@pytest.mark.requirement("S1-02")
@pytest.mark.requirement("S1-10")
@pytest.mark.requirement("S4-07")
def test_a_warning_becomes_a_case_that_exists(chain):
    run(chain)
    fail(chain, made.lot(MILL, "P1"))
    ju = market(chain)
    number = read_triage(chain.platform.transactions, ju).open[0].row.number
    with pytest.raises(RiskUnfit):
        decided(chain, ju, number, became=CASE)
    with pytest.raises(RiskUnfit):
        decided(chain, ju, number, became="punishment", reference="1")
    decided(chain, ju, number, became=CASE, reference=cases(chain.platform.transactions)[0].number)
    (one,) = [
        one.row for one in read_triage(chain.platform.transactions, ju).decided if one.row.number == number
    ]
    assert (one.state, one.became) == (TURNED, CASE)
    came = read_triage(chain.platform.transactions, ju).outcomes
    assert came[number] == Outcome(CASE, "opened"), "the case says what came of the warning"
    step(chain.platform.transactions, market(chain, "经办", "case-officer"), "notify", paper=PDF)
    came = read_triage(chain.platform.transactions, ju).outcomes
    assert came[number].value != "opened", "and says it anew as it goes on"
    card = {one.name: one.ratio for one in read_scorecard(chain.platform.transactions, ju, "").scores}
    assert (len(card["filed"].part), len(card["filed"].whole)) == (1, 1), "the same records, evaluated"


def test_a_decided_warning_is_opened_again_by_another_person_and_every_decision_stays(chain):
    run(chain)
    of, first, second = chain.platform.transactions, market(chain), market(chain, "second")
    number = read_triage(of, first).open[0].row.number
    waits = {one.slug: (one.state, one.count) for one in duties_of_authority(of, first)}
    assert waits["warnings"] == ("open", len(read_triage(of, first).open)), "our own days make nobody late"
    for became in (SAMPLE, TASK):
        with pytest.raises(RiskItemUnknown):
            decided(chain, first, number, became=became, reference="随便写的")
    decided(chain, first, number, "磅秤故障")
    with pytest.raises(ReopenedByOne):
        reopen(of, first, key(), number, "再看一下")
    with pytest.raises(RiskUnfit):
        reopen(of, second, key(), number, " ")
    reopen(of, second, key(), number, "磅单对不上")
    with pytest.raises(RiskMoved):
        reopen(of, second, key(), number, "磅单对不上")
    again = run(chain)
    seen = read_triage(of, first)
    (open_,) = [one.row for one in seen.open if one.row.number == number]
    assert (again.fresh, open_.person, open_.decided_at) == (0, "", None), "found again, and not as another"
    decided(chain, second, number, "已查清")
    seen = read_triage(of, first)
    assert [(one.event, one.name, one.why) for one in seen.again[number]] == [
        (DISMISSED, "market", "磅秤故障"),
        ("reopened", "second", "磅单对不上"),
        (DISMISSED, "second", "已查清"),
    ]
    rule = next(one.row.rule for one in seen.decided if one.row.number == number)
    assert seen.reopened[rule] == 1
    assert next(one.dismissed for one in seen.precision if one.rule == rule) == 1, "by the last decision"


@pytest.mark.requirement("S4-07")
def test_a_case_of_another_firm_is_none_that_a_warning_became_unless_somebody_says_why(chain):
    run(chain)
    fail(chain, made.lot(MILL, "P1"))
    tx, ju = chain.platform.transactions, market(chain)
    (own,), listed = cases(tx), read_triage(tx, ju).open[0].row
    tofu = made.uscc(made.TOFU), made.lot(made.TOFU, "T1"), made.statement_id("t")
    case = replace(own, number="AJ2026-09999", party=tofu[0], lot=tofu[1], report=tofu[2])
    with tx.begin("test") as writing:
        add_case(writing.connection, case)
    assert own.party == listed.party != case.party
    for apart in ("", " 无 "):
        with pytest.raises(WarningOfAnother) as refused:
            decided(chain, ju, listed.number, became=CASE, reference=case.number, apart=apart)
        assert refused.value.params["party"] == case.party
    assert read_triage(tx, ju).open[0].row == listed, "refused with nothing changed"
    decided(chain, ju, listed.number, became=CASE, reference=case.number, apart="同一批稻谷的供货方")
    (row,) = [one.row for one in read_triage(tx, ju).decided]
    assert (row.reference, row.reason) == (case.number, "已现场核实\n同一批稻谷的供货方")
    with tx.look() as read:
        told = read.connection.exec_driver_sql("SELECT detail FROM risk_event").scalars().all()
    assert any('"apart"' in one for one in told)


@pytest.mark.requirement("S4-07")
def test_a_visit_for_its_cause_is_opened_from_a_warning_and_binds_it(chain):
    visits.registered(chain)
    run(chain)
    transactions, inspector = chain.platform.transactions, visits.of_market(chain.platform.transactions, "li")
    (listed,) = [one for one in read_triage(transactions, inspector).open if one.row.rule == "W02"]
    special = {"cause": "风险预警", "inspectors": (visits.BOTH[0], Inspector("31011500124", "market"))}
    before = visits.rows(transactions)
    for wrong, refusal in (("none", RiskItemUnknown), (listed.row.number, RiskUnfit)):
        elsewhere = {"party": made.uscc(made.COOPERATIVE)} if refusal is RiskUnfit else {}
        with pytest.raises((refusal, VisitObjectUnknown, VisitNotYours)):
            visits.opened(transactions, inspector, "special", warning=wrong, **special, **elsewhere)
    alone = replace(inspector, scopes=rights_of(("inspector",), "authority"))
    with pytest.raises(RightMissing):
        visits.opened(transactions, alone, "special", warning=listed.row.number, **special)
    assert visits.rows(transactions) == before, "refused with nothing changed"
    number = visits.opened(transactions, inspector, "special", warning=listed.row.number, **special)
    (row,) = [one.row for one in read_triage(transactions, inspector).decided]
    assert (row.became, row.reference, row.reason) == (VISIT, number, "风险预警")
    assert read_visit(transactions, inspector, number).warning == row.number
    with pytest.raises(RiskMoved):
        visits.opened(transactions, inspector, "special", warning=row.number, **special)
    other = next(iter(read_triage(transactions, inspector).open), None)
    if other is not None:
        with pytest.raises(RiskUnfit):
            decided(chain, inspector, other.row.number, became=VISIT, reference="XC2026-99999")


@pytest.mark.requirement("S1-09", "S3-16")
def test_lots_of_one_area_and_product_that_fail_together_are_warned_of_as_doubt(chain):
    packs = [chain.pack(f"K{number}", 200, made.lot(MILL, "P1"), at="14 12:00") for number in range(1, 4)]
    chain.hand_over(2, 1_000)
    others = [made.lot(made.COOPERATIVE, "H1"), made.lot(made.COOPERATIVE, "H2"), made.lot(MILL, "R1"),
              made.lot(MILL, "R2")]  # fmt: skip
    passed = [{**FAILED[0], "value": "0.05", "verdict": "pass"}]
    for number, lot in enumerate(others):
        report = made.a_report(lot=lot, purpose="sampling", items=passed, reportNo=f"P-{number}")
        chain.state(made.LAB, "lab.report", lot, report, "19 10:00")
    failing = [fail(chain, lot, reportNo=f"F-{number}") for number, lot in enumerate(packs)]
    run(chain)
    ju = market(chain)
    (one,) = [one for one in read_triage(chain.platform.transactions, ju).open if one.row.rule == "W07"]
    assert set(one.row.records) == set(failing)
    assert (one.row.figures["failed"], one.row.figures["elsewhere"]) == ("3", "0/4")
    assert "W07" in IN_DOUBT


@pytest.mark.requirement("S2-12")
def test_a_firm_with_many_complaints_is_pointed_to_dispute_resolution_where_a_place_asks(chain):
    of, ju = chain.platform.transactions, market(chain)
    wuhan = Transactions(chain.platform.engine, chain.clock, load("CN-42"), of.origin)
    least = int(wuhan.rules.at("W10", chain.clock().date()).number)

    def complained(*numbers: int) -> bool:
        for number in numbers:
            about = CodedLot(made.lot(MILL, f"M{number}"), f"M{number}", made.uscc(MILL), made.RICE)
            given = Complaint(topic="quality", text="有异味", code=f"01/09521234100010/10/{number}")
            file_complaint(of, given, about)
        find_warnings(wuhan, balance=False)
        return any(one.row.rule == "W10" for one in read_triage(of, ju).open)

    assert not complained(*range(1, least))
    assert complained(least)
    assert of.rules.find("W10", chain.clock().date()) is None, "nobody asks for it here"


def test_what_a_passed_test_found_of_a_banned_pesticide_or_above_a_limit_is_asked_about_as_doubt(chain):
    lot = made.lot(MILL, "R1")
    clean = {"method": "GB 23200.113", "limit": "0.01", "unit": "mg/kg", "verdict": "pass"}
    told = {"甲胺磷": "0.004", "克百威": "<0.005", "六六六": "未检出", "吡虫啉": "0.02"}
    items = [{**clean, "name": name, "value": value} for name, value in told.items()]
    items.append({"name": "镉（以Cd计）", "value": "270 μg/kg", "verdict": "pass"})
    passed = made.a_report(lot=lot, purpose="incoming", items=items, reportNo="P-1", standard=made.ABSENT)
    record = chain.state(MILL, "lab.report", lot, passed, "13 10:30")
    run(chain)
    asked = read_triage(chain.platform.transactions, market(chain)).open
    (one,) = [one for one in asked if one.row.rule == "W11"]
    assert (one.row.party, one.row.subject, one.row.records) == (made.uscc(MILL), "甲胺磷", (record,))
    assert (one.row.figures["value"], one.row.figures["notice"]) == ("0.004 mg/kg", "农业部公告第322号")
    assert "W11" in IN_DOUBT
    exceeded = {one.row.subject: one.row for one in asked if one.row.rule == "W15"}
    assert sorted(exceeded) == ["吡虫啉", "镉（以Cd计）"]  # more than its own limit, more than the law's
    high = exceeded["镉（以Cd计）"]
    assert (high.party, high.records) == (made.uscc(MILL), (record,))
    assert (high.figures["value"], high.figures["limit"]) == ("270 μg/kg", "0.2 mg/kg")
    assert high.figures["source"] == "GB 2762-2022（待核实）"
    assert "W15" in IN_DOUBT


def test_another_department_or_district_decides_nothing(chain):
    run(chain)
    ju, wei = market(chain), agriculture(chain)
    number = read_triage(chain.platform.transactions, ju).open[0].row.number
    assert number not in {one.row.number for one in read_triage(chain.platform.transactions, wei).listed}
    with pytest.raises(RiskOutOfArea):
        decided(chain, wei, number)
    with pytest.raises(RiskItemUnknown):
        decided(chain, ju, "YJ1999-000001")
    firm = Actor("m", made.uscc(MILL), frozenset({REGULATOR_MARKET}), frozenset(), "", "m")
    assert read_triage(chain.platform.transactions, firm).listed == []


@pytest.mark.requirement("S4-08")
def test_a_firms_oddities_are_shown_to_who_says_what_for_and_the_firm_sees_it(chain):
    run(chain)
    ju = market(chain)
    with pytest.raises(PurposeMissing):
        read_oddities(chain.platform.transactions, ju, made.uscc(MILL), " ")
    assert list_looks_at(chain.platform.transactions, made.uscc(MILL)) == []
    found = read_oddities(chain.platform.transactions, ju, made.uscc(MILL), "数据监管")
    assert found.excesses and found.warnings
    (look,) = list_looks_at(chain.platform.transactions, made.uscc(MILL))
    assert (look.subject, look.purpose) == ("oddities", "数据监管")
    assert chain.platform.count("analysis") == 0  # looking is no request to the firm
