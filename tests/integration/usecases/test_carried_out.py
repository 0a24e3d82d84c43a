"""A plan with its visits and results, and what cases ask to be visited for, on a real platform."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.traced_chain import TracedChain
from tests.builders.visits import (
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
    signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import JointItemsMissing, RightMissing, RiskMoved, RiskUnfit
from trace.oversight.casework.table import CLOSED, DISMISSED
from trace.oversight.visits.makers import Inspector
from trace.parties import Actor
from trace.store.casework.cases import CaseRow, add_case
from trace.store.risk.warnings import WarningRow, add_warnings
from trace.usecases.supervision.check_plan import Room, give_up_check, read_check_plan, take_over
from trace.usecases.supervision.credit import read_credit
from trace.usecases.supervision.data_checks import Concluding, conclude_check
from trace.usecases.supervision.oddities import read_oddities
from trace.usecases.supervision.sampling_plan import plan_sampling, read_plan
from trace.usecases.visits.carried_out import read_carried_out

ROOM = Room({"market": 2, "agriculture": 2}, 4)
ALONE = (BOTH[0], Inspector("31011500777", "market"))


@pytest.fixture
def chain(databases) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


@pytest.mark.requirement("S0-24", "S2-33", "S4-05", "S0-20")
def test_an_item_stands_with_its_visit_and_what_was_signed(chain) -> None:
    of = chain.platform.transactions
    market, agri = of_market(of, "li"), of_agriculture(of, "wang", "case-officer")
    take_over(of, market, "f" * 32, "2026", ROOM)
    (item,) = [one.item for one in read_check_plan(of, market, "2026", ROOM).items]
    seen = read_carried_out(of, market)
    assert [(one.planned, one.visited, one.concluded) for one in seen.districts] == [(1, 0, 0)]
    number = opened(of, market, plan=f"{item.number}、农2026-3")
    due = {"result": "to_rectify", "rectify_by": "2026-10-20"}
    filled(of, market, number, "market", answers=answers("market-12", ["market-check-11"]), **due)
    assert read_carried_out(of, market).problems == [], "nobody signed it yet"
    signed(chain, market, number)
    filled(of, agri, number, "agriculture")
    signed(chain, agri, number)
    seen = read_carried_out(of, agri)
    (task,) = seen.tasks
    assert (task.visits, dict(task.results)) == (
        (number,),
        {"agriculture": "conforms", "market": "to_rectify"},
    )
    assert [(one.code, one.planned, one.visited, one.concluded) for one in seen.districts] == [
        (task.district, 1, 1, 1)
    ]
    assert {(one.card, one.visits) for one in seen.loads} == {(MARKET_CARD, 1), (AGRI_CARD, 1)}
    assert (len(seen.findings.part), len(seen.findings.whole)) == (1, 1)
    (problem,) = seen.problems
    assert (problem.item, problem.firms) == ("market-12/market-check-11", (FIRM,))
    assert [count for _, count in problem.products] == [1] * len(problem.products) != []
    assert "追溯" in seen.items[problem.item].zh
    with pytest.raises(RightMissing):
        read_carried_out(of, Actor("firm", FIRM))


@pytest.mark.requirement("S0-17")
def test_a_joint_visit_without_cause_names_running_items_of_both_plans_for_its_firm(chain) -> None:
    of = chain.platform.transactions
    market, agri = of_market(of, "li"), of_agriculture(of, "wang", "case-officer")
    for actor, form in ((market, "f" * 32), (agri, "g" * 32)):
        take_over(of, actor, form, "2026", ROOM)
    pages = [read_check_plan(of, one, "2026", ROOM) for one in (market, agri)]
    ours, theirs = (page.items[0].item.number for page in pages)
    months = [{one.item.month for one in page.items if one.item.party == FIRM} for page in reversed(pages)]
    assert [set(page.elsewhere[FIRM]) for page in pages] == months, "each sees what the other has planned"
    for named, lacks in ((ours, "agriculture"), (theirs, "market"), (f"{ours} JC2026-0", "agriculture")):
        with pytest.raises(JointItemsMissing) as refused:
            opened(of, market, plan=named, cause="")
        assert refused.value.params["missing"] == [lacks]
    number = opened(of, market, plan=f"{ours}、{theirs}", cause="")
    assert [one.visits for one in read_carried_out(of, agri).tasks] == [(number,)] * 2, (
        "it answers both items"
    )
    give_up_check(of, agri, "h" * 32, theirs, "企业停产")
    with pytest.raises(JointItemsMissing):
        opened(of, market, plan=f"{ours} {theirs}", cause="")
    assert opened(of, market, plan=ours, cause="投诉举报")


@pytest.mark.requirement("S0-30")
def test_a_check_of_a_firms_data_stands_beside_the_visits_of_its_authority(chain) -> None:
    of = chain.platform.transactions
    market, agri = of_market(of, "li"), of_agriculture(of, "wang", "case-officer")
    opened(of, market, "flying", inspectors=ALONE)
    read_oddities(of, market, FIRM, "数据核查")
    (one,) = read_carried_out(of, market).looked_only
    assert (one.party, one.purpose) == (FIRM, "数据核查")
    assert read_carried_out(of, agri).looked_only == [], "looks are those of one's own authority"


@pytest.mark.requirement("S0-30")
def test_a_check_of_data_is_concluded_by_who_saw_its_rows(chain) -> None:
    of = chain.platform.transactions
    market, agri = of_market(of, "li"), of_agriculture(of, "wang", "case-officer")
    number = opened(of, market, "flying", inspectors=ALONE)
    with of.begin("x") as tx:
        warned = WarningRow(
            "YJ2026-00001", "k", "W05", "2024-05-08", FIRM, "310151", "market", "2026-10", ("r",), {}, tx.now,
            tx.now,
        )  # fmt: skip
        add_warnings(tx.connection, [warned])
    seen = read_oddities(of, market, FIRM, "数据核查")
    assert "YJ2026-00001" in seen.rows
    told = Concluding(market, key(), FIRM, "数据核查", seen.digest, "followed", "缺口待核", number)
    refused = [
        ({"seen": "0" * 64}, RiskMoved),
        ({"note": ""}, RiskUnfit),
        ({"result": "nothing"}, RiskUnfit),
        ({"act": ""}, RiskUnfit),
        ({"act": "XC2026-09999"}, RiskUnfit),
        ({"actor": Actor("firm", FIRM)}, RightMissing),
    ]
    for changed, refusal in refused:
        with pytest.raises(refusal):
            conclude_check(of, replace(told, form=key(), **changed))
    assert chain.platform.count("data_check") == 0
    conclude_check(of, told)
    for reader in (market, agri):
        (check,) = read_carried_out(of, reader).data_checks
        assert (check.number, check.rows, check.result) == ("HC310151-2026-0001", seen.rows, "followed")
        assert read_carried_out(of, reader).acts[number].kind == "visit"
        assert read_carried_out(of, reader).looked_only == []
    far = replace(of_market(of, "far"), region="310115")
    assert read_carried_out(of, far).data_checks == []


@pytest.mark.requirement("S3-03", "S3-29")
def test_what_a_visit_found_speaks_for_a_sampling_and_a_clean_visit_does_not(chain) -> None:
    of = chain.platform.transactions
    market = of_market(of, "li")
    for found in ([], ["market-check-11"]):
        number = opened(of, market, "flying", inspectors=ALONE)
        result = {"result": "to_rectify", "rectify_by": "2026-10-20"} if found else {}
        filled(of, market, number, "market", answers=answers("market-12", found), **result)
        signed(chain, market, number)
    assert read_plan(of, market, "0000").year == 2026, "no year"
    (signal,) = read_plan(of, market, "").signals
    assert (signal.signal, signal.kind, signal.party, signal.refs) == ("daily", "special", FIRM, (number,))
    typed = {
        "kind": signal.kind, "signal": signal.signal, "product": "", "party": signal.party, "items": "镉",
        "count": "1", "year": "2026", "quarter": "4", "reason": number,
    }  # fmt: skip
    plan_sampling(of, market, "s" * 32, typed)
    (planned,) = read_plan(of, market, "2026").items
    assert (planned.item.signal, planned.item.reason) == ("daily", number)


@pytest.mark.requirement("S3-28", "S2-32", "S4-11")
def test_a_major_problem_and_a_closed_case_ask_for_a_visit_until_one_names_them(chain) -> None:
    of = chain.platform.transactions
    market = of_market(of, "li")
    row = CaseRow(
        "AJ2026-00001", "urn:lot:x:1", "r1", "SH-1", "镉", "sampling", FIRM, "market", "310151", False,
        ("years",), CLOSED, 1, "", "", "", chain.clock(), chain.clock(),
    )  # fmt: skip
    plain = replace(row, number="AJ2026-00002", report="r2", major=(), state="opened")
    gone = replace(row, number="AJ2026-00003", report="r3", state=DISMISSED)
    own = replace(plain, number="AJ2026-00004", report="r4", basis="own")
    unasked = replace(plain, number="AJ2026-00005", report="r5", basis="unasked")
    with of.begin("test") as tx:
        for one in (row, plain, gone, own, unasked):
            add_case(tx.connection, one)
    seen = read_carried_out(of, market)
    assert [(one.case, one.why) for one in seen.wanted] == [
        ("AJ2026-00001", "major"), ("AJ2026-00001", "closed"),
    ]  # fmt: skip
    failed = ("AJ2026-00001", "AJ2026-00002")
    assert seen.failed == [(FIRM, failed)], "neither a dismissed case nor a firm's own or an unasked test"
    for year in ("2026" + "0" * 30, "２０２６", "1999", "x"):
        assert read_carried_out(of, market, year).year == 2026, "what is no year shows this one"
    assert seen.names[FIRM] == read_credit(of, market, FIRM).names[FIRM], "named where nothing stands of it"
    alone = {"inspectors": ALONE, "plan": ""}
    opened(of, market, "flying", cause="连续两年不合格 AJ2026-00001", **alone)
    assert [one.why for one in read_carried_out(of, market).wanted] == ["closed"]
    opened(of, market, "recheck", cause="结案回访 AJ2026-00001", **alone)
    assert read_carried_out(of, market).wanted == []
