"""A run over the disposal ledger: handed in, kept by its hash, and what was mended is gone from the next."""

from __future__ import annotations

import io
from datetime import timedelta

import orjson
import pytest

from scanner_web import create_pages
from tests.builders.cases import BUREAU, OFFICER, PDF, accredit, cases, fail, somebody, step
from tests.builders.members import PASSWORD, signed_in
from tests.builders.traced_chain import MILL, TracedChain
from tests.servers.door import Door
from trace.store.analyses.runs import WORK
from trace.store.jobs import claim_job
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.inquiries.questions import LEDGER
from trace.usecases.inquiries.runs import Opened, answer, ask, open_run
from trace.usecases.inquiries.write_analysis import write_analysis
from trace.wording import say


def run(chain: TracedChain, key: str) -> Opened:
    tx = chain.platform.platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    number = ask(tx, officer, LEDGER, {}, "月度对账", key)
    with tx.begin("test") as writing:
        claim = claim_job(writing.connection, [WORK], writing.now, timedelta(minutes=1))
    answer(tx, claim)
    return open_run(tx, officer, number)


def findings(opened: Opened) -> set[tuple[str, str]]:
    return {
        (one["finding"], one["about"]) for one in orjson.loads(opened.kept.document)["answer"]["findings"]
    }


@pytest.mark.requirement("S3-24")
def test_flags_are_held_against_what_lies_behind_them(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain, tx, clock = TracedChain(door, door.clock), door.platform.transactions, door.clock
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        officer = somebody(tx, "陈办", OFFICER)
        assert findings(run(chain, "1")) == set()
        step(tx, officer, "investigate")
        for proof in ("control_ok", "penalty_ok", "publish_ok"):
            step(tx, officer, "prove", proof=proof, paper=PDF)
        told = run(chain, "2")
        assert findings(told) == {("no-decision", "penalty_ok"), ("not-published", "publish_ok")}
        (line,) = orjson.loads(told.kept.document)["answer"]["cases"]
        assert (line["case"], line["party"]) == (cases(tx)[0].number, chain.signers[MILL].iss)
        assert set(line["flags"]) == {"control_ok", "penalty_ok", "publish_ok"}
        assert all(flag["at"] and flag["evidence"] for flag in line["flags"].values())
        used = orjson.loads(told.kept.document)["records"]
        assert [one["statement"] for one in used] == [cases(tx)[0].report], "what it began with was signed"
        clock.advance(timedelta(days=91))
        late = run(chain, "3")
        assert ("overdue", "") in findings(late) and late.kept.hash != told.kept.hash
        target = io.BytesIO()
        write_analysis(late, target, lambda name, **given: say("zh-CN", name, **given))
        assert target.getvalue().startswith(b"PK")
        with tx.begin("test") as writing:
            token = invite(writing, BUREAU, "jingban", [OFFICER], None)
        join(tx, token, "jingban", PASSWORD, Device("192.0.2.1", "test"))
        desk = signed_in(door.platform, door.client, "jingban")
        page, form, listed = (
            desk.get(f"/office/analyses{at}").text for at in (f"/{late.run.number}", "/ask/ledger", "")
        )
    assert "处罚到位，没有处罚决定记录" in page and "逾期未办结" in page
    assert f'href="/office/cases/{line["case"]}"' in page
    assert 'name="purpose"' in form and 'name="firm"' not in form
    assert f'href="/office/analyses/{late.run.number}"' in listed
