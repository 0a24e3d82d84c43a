"""A firm objects to a result that was delivered to it, the office answers, and the firm reads the verdict."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import OFFICER, PDF, REVIEWER, accredit, cases, fail, history, somebody, step
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.clock import SteppingClock
from tests.integration.usecases.test_kept_goods import CASE, NOW
from tests.servers.door import Door
from tests.servers.platform import TestPlatform
from trace.access.roles import OPERATOR
from trace.errors import CaseUnknown, ObjectionTooLate, StepUnfit
from trace.errors.orders import MicrobiologyFinal
from trace.parties import Actor
from trace.store.casework.cases import EventRow, add_case, add_event
from trace.store.transaction import Transactions
from trace.usecases.casework.objections import Objection, list_results, object_to
from trace.usecases.casework.take_step import Paper

FIRM = Actor("zhijian", made.uscc(made.MILL), person="zhijian")


@pytest.fixture
def chain(databases: Any) -> Iterator[TracedChain]:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        yield chain


def objected(tx: Transactions, ground: str, actor: Actor = FIRM, form: str = "") -> str:
    papers = [Paper("方法.pdf", PDF)]
    told = Objection(form or secrets.token_urlsafe(24), ground, "检验方法与标准不符", papers)
    return object_to(tx, actor, cases(tx)[0].number, told)


@pytest.mark.requirement("S3-05")
def test_a_firm_objects_within_its_window_and_reads_what_became_of_it(chain: TracedChain) -> None:
    fail(chain)
    tx = chain.platform.transactions
    assert list_results(tx, FIRM) == [], "nothing is known of it before it is delivered"
    with pytest.raises(CaseUnknown):
        objected(tx, "result")
    officer, reviewer = somebody(tx, "陈办", OFFICER), somebody(tx, "褚核", REVIEWER)
    step(tx, officer, "notify", paper=PDF)
    with pytest.raises(CaseUnknown):
        objected(tx, "result", replace(FIRM, party=made.uscc(made.TOFU)))
    form = secrets.token_urlsafe(24)
    assert objected(tx, "result", form=form) == objected(tx, "result", form=form), "sent twice it is once"
    (seen,) = list_results(tx, FIRM)
    assert (seen.row.state, seen.verdict, seen.may_object) == ("objected", "open", False)
    assert seen.decided_by is not None and seen.decided_by.rule.id == "R65"
    last = history(tx, seen.row.number)[-1]
    assert (last.event, last.party, last.detail) == ("objection-filed", FIRM.party, {"ground": "result"})
    assert last.why == "检验方法与标准不符" and len(last.evidence) == 1
    with pytest.raises(StepUnfit):
        objected(tx, "method")
    step(tx, reviewer, "reject-objection", paper=PDF, why="复检备份样品超过保质期")
    (seen,) = list_results(tx, FIRM)
    assert (seen.verdict, seen.may_object) == ("rejected", True)
    assert seen.rejected is not None and seen.rejected.why == "复检备份样品超过保质期"
    chain.clock.advance(timedelta(days=30))
    before = history(tx, seen.row.number)
    with pytest.raises(ObjectionTooLate):
        objected(tx, "result")
    assert history(tx, seen.row.number) == before
    objected(tx, "method")
    assert history(tx, seen.row.number)[-1].detail == {"ground": "method", "late": "1"}
    (seen,) = list_results(tx, FIRM)
    assert seen.decided_by is not None and seen.decided_by.rule.id == "R66"


def test_of_microbes_no_retest_is_asked_for_but_the_method_may_be_doubted(chain: TracedChain) -> None:
    fail(chain, items=[{"name": "沙门氏菌", "value": "1", "unit": "CFU/g", "verdict": "fail"}])
    tx = chain.platform.transactions
    step(tx, somebody(tx, "陈办", OFFICER), "notify", paper=PDF)
    with pytest.raises(MicrobiologyFinal):
        objected(tx, "result")
    objected(tx, "method")
    assert cases(tx)[0].state == "objected"


def test_the_page_shows_each_window_and_takes_an_objection(tmp_path: Any, databases: Any) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        tx = door.platform.transactions
        add_member(tx, OPERATOR, ["head"], "zhijian")
        with tx.begin("test") as writing:
            row = replace(CASE, party=FIRM.party or "", state="notified", version=1)
            add_case(writing.connection, row)
            told = EventRow(CASE.number, 1, "notify", "opened", "notified", NOW, "", "", "", "", (), {}, "")
            add_event(writing.connection, told)
        desk = signed_in(door.platform, door.client, "zhijian")
        waits = desk.get("/desk").text
        before = desk.get("/desk/objections").text
        refused = desk.post(f"/desk/objections/{CASE.number}", ground="method", why="")
        taken = desk.post(f"/desk/objections/{CASE.number}", ground="method", why="方法不适用于大米")
        after, home = desk.get("/desk/objections").text, desk.get("/desk").text
    assert "1 项不合格检验结果可以提出异议" in waits and "项不合格检验结果" not in home
    assert all(
        word in before for word in ("检验结论（申请复检）", "抽样过程", "标准适用", "没有抽样时间的记录")
    )
    assert refused.status_code == 422 and "checked" in refused.text
    assert (taken.status_code, taken.headers["Location"]) == (303, "/desk/objections")
    assert "部门正在处理" in after and "方法不适用于大米" in after and "<form" in before
    assert f'action="/desk/objections/{CASE.number}"' not in after
