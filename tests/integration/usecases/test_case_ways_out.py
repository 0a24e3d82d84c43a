"""Ways of a case to others: another department, the police, a legal review; and what waits for an outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import (
    FAILED,
    HEAD,
    OFFICER,
    PDF,
    REVIEWER,
    accredit,
    cases,
    fail,
    history,
    somebody,
    step,
)
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, LAB, SHOP, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import ActUnfit, CaseMoved, CaseOutOfArea, RetestRunning, StepNotYours
from trace.errors.orders import RetestSameLab
from trace.parties import REGULATOR_AGRI, Actor
from trace.store.accounts.people import Organisation, add_membership, add_organisation, add_person
from trace.usecases.casework.list_cases import read_desk
from trace.usecases.casework.read_case import read_case
from trace.usecases.signing.batches import open_batch
from trace.wording import say

COMMISSION = made.uscc(made.MARKET)
SECOND_LAB = "91310104XN0000BBXE"


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        yield chain


def _of_agriculture(chain: TracedChain) -> Actor:
    with chain.platform.transactions.begin("test") as tx:
        of = Organisation(COMMISSION, "农业农村委（测试）", "authority", "agriculture", "310000")
        add_organisation(tx.connection, of, tx.now)
        person = add_person(tx.connection, "蒋农委", "蒋农委", tx.now)
        add_membership(tx.connection, person, COMMISSION, (OFFICER,), None, tx.now)
    return Actor(
        person, COMMISSION, frozenset({REGULATOR_AGRI}), frozenset(), "31", person, frozenset((OFFICER,))
    )


@pytest.mark.requirement("S0-13")
def test_a_case_goes_to_the_competent_department_which_says_that_it_came(chain) -> None:
    tx, receiver = chain.platform.transactions, _of_agriculture(chain)
    head = somebody(tx, "卫局", HEAD)
    step(tx, head, "transfer", receiver=COMMISSION, paper=PDF)
    row = cases(tx)[0]
    assert (row.state, row.receiver, row.department) == ("transferring", COMMISSION, "market")
    with pytest.raises(StepNotYours):
        step(tx, head, "receive-transfer", paper=PDF)
    step(tx, receiver, "receive-transfer", paper=PDF + b" receipt")
    assert cases(tx) == [], "the market bureau has handed it over"
    case = read_case(tx, receiver, row.number)
    assert (case.row.state, case.row.department) == ("investigating", "agriculture")
    assert [one.event for one in case.events][-2:] == ["transfer", "receive-transfer"]
    assert case.events[-1].evidence[0].startswith("sha256:"), "the receipt is kept by its digest"


@pytest.mark.requirement("S3-43")
def test_what_may_be_a_crime_goes_to_the_police_by_the_head_with_its_paper(chain) -> None:
    tx = chain.platform.transactions
    officer, head = somebody(tx, "陈办", OFFICER), somebody(tx, "卫局", HEAD)
    step(tx, officer, "investigate")
    with pytest.raises(StepNotYours):
        step(tx, officer, "refer-criminal", paper=PDF)
    step(tx, head, "refer-criminal", paper=PDF)
    assert cases(tx)[0].state == "referred"
    assert history(tx, cases(tx)[0].number)[-1].evidence[0].startswith("sha256:")


def test_a_penalty_is_drafted_with_its_kinds_and_refused_without_its_amount(chain) -> None:
    tx = chain.platform.transactions
    officer, head = somebody(tx, "陈办", OFFICER), somebody(tx, "卫局", HEAD)
    decision = {"documentNo": "沪市监处罚〔2026〕17号", "kinds": "warning fine", "basis": "条款一\n\n条款二 "}
    step(tx, officer, "investigate")
    with pytest.raises(StepNotYours):
        step(tx, head, "prepare-penalty", **decision, amount="5000.00")
    for amount in ("", "0", "0.00", "1" + "0" * 30, "1e3"):
        with pytest.raises(ActUnfit) as refused:
            step(tx, officer, "prepare-penalty", **decision, amount=amount)
        assert "“罚款与没收金额”" in say("zh-CN", "problem.act-unfit.detail", **refused.value.params)
    batch = step(tx, officer, "prepare-penalty", **decision, amount="5000.00").rpartition("/")[2]
    (draft,) = open_batch(tx, officer.party, batch).drafts
    said = draft.content["data"]
    assert draft.content["typ"] == "oversight.penalty"
    assert (said["kinds"], said["amount"], said["basis"]) == (
        ["warning", "fine"],
        "5000.00",
        ["条款一", "条款二"],
    )
    assert said["matter"] == cases(tx)[0].number
    assert "lots" not in said, "what stands on the time line of a coded lot anybody may read"
    mended = step(tx, officer, "prepare-penalty", **decision, amount="6000.00").rpartition("/")[2]
    other = {**decision, "documentNo": "沪市监处罚〔2026〕18号"}
    beside = step(tx, officer, "prepare-penalty", **other, amount="1.00").rpartition("/")[2]
    assert read_case(tx, officer, said["matter"]).waiting == {mended, beside}, "one draft a decision"


@pytest.mark.requirement("S2-10", "S3-09")
def test_an_interview_is_kept_with_its_record_and_moves_nothing(chain) -> None:
    tx = chain.platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    step(tx, officer, "investigate")
    step(tx, officer, "interview", why="约谈主要负责人", paper=PDF)
    row = cases(tx)[0]
    last = history(tx, row.number)[-1]
    assert (row.state, last.event, last.why) == ("investigating", "interview", "约谈主要负责人")
    assert last.evidence[0].startswith("sha256:")


@pytest.mark.requirement("S1-12")
def test_cases_without_an_outcome_are_listed_with_who_has_them(chain) -> None:
    tx = chain.platform.transactions
    officer, reviewer = somebody(tx, "陈办", OFFICER), somebody(tx, "褚核", REVIEWER)
    step(tx, officer, "investigate")
    step(tx, reviewer, "assign", person=officer.person)
    desk = read_desk(tx, reviewer)
    assert [(one.row.number, one.officer) for one in desk.open] == [("AJ2026-00001", "陈办")]
    assert [(one.name, one.open) for one in desk.loads] == [("陈办", 1)]


@pytest.mark.requirement("S3-05")
def test_a_retest_takes_its_way_by_records(chain) -> None:
    tx = chain.platform.transactions
    report = cases(tx)[0].report
    officer = somebody(tx, "陈办", OFFICER)
    step(tx, officer, "notify", paper=PDF)
    step(tx, officer, "object", paper=PDF)
    with pytest.raises(RetestSameLab):
        step(tx, officer, "prepare-retest", lab=made.uscc(LAB))
    chain.signers[SECOND_LAB] = Signer(SECOND_LAB, "lab")
    chain.platform.register(chain.signers[SECOND_LAB])
    accredit(chain, holder=made.uscc(SECOND_LAB), number="231011341299")
    other = made.uscc(SECOND_LAB)
    step(tx, officer, "prepare-retest", lab=other)
    ordered = chain.state(
        made.BUREAU, "oversight.retest", K1, {"report": report, "lab": other}, "22 10:00"
    )  # fmt: skip
    row = cases(tx)[0]
    assert row.state == "retesting"
    assert history(tx, row.number)[-1].evidence == (ordered,)
    with pytest.raises(RetestRunning):
        step(tx, officer, "retest-overdue")
    chain.clock.advance(timedelta(days=20))
    seen, second = cases(tx)[0].version, somebody(tx, "楚办", OFFICER)
    with pytest.raises(CaseOutOfArea):
        step(tx, _of_agriculture(chain), "retest-overdue")
    step(tx, officer, "retest-overdue", why="复检机构逾期未报")
    with pytest.raises(CaseMoved) as quicker:
        step(tx, second, "retest-declined", seen=seen, paper=PDF)
    assert quicker.value.params["by"] == "陈办", "who was quicker is named, and nothing is changed"
    assert cases(tx)[0].state == "objected", "another laboratory may be ordered"
    step(tx, officer, "prepare-retest", lab=SHOP)
    found = {"items": FAILED, "conclusion": "fail", "basis": ordered, "reportNo": "SH-2026-F-1"}
    when = october("31 10:00").isoformat()
    data = made.a_report(lot=K1, purpose="sampling", sampledAt=when, testedAt=when, **found)
    chain.state(SECOND_LAB, "lab.report", K1, data, "31 10:00")
    assert cases(tx)[0].state == "investigating", "what comes late under the order counts after all"
    assert history(tx, row.number)[-1].event == "retest-failed"
