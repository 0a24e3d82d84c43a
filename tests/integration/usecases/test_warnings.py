"""Warnings on a real platform: run, seen again, decided by an officer, never raised for the same twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import accredit, cases, fail
from tests.builders.traced_chain import MILL, TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import AppendOnly, PurposeMissing, RiskItemUnknown, RiskMoved, RiskOutOfArea, RiskUnfit
from trace.oversight.warnings import CASE, DISMISSED, TURNED
from trace.parties import REGULATOR_MARKET, Actor
from trace.usecases.casework.look import list_looks_at
from trace.usecases.supervision.find_warnings import find_warnings
from trace.usecases.supervision.oddities import read_oddities
from trace.usecases.supervision.triage import Deciding, decide, read_triage


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
