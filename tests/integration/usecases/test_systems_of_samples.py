"""沪农安 gets samples of agriculture, their reports, the signed summary of a month, and penalties."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import REVIEWER, accredit, fail
from tests.builders.connected import World, sent_to
from tests.builders.traced_chain import K1, LAB, MILL, october
from tests.builders.two_bureaus import AGRI, agriculture, signed
from trace.usecases.supervision.build_form import Stepping
from trace.usecases.supervision.samples import freeze_summary, list_samples
from trace.usecases.supervision.sign_summary import take_summary_step

HUNONGAN = "hunongan"


@pytest.mark.requirement("S1-28", "S1-31", "S1-11")
def test_samples_reports_the_summary_and_penalties_of_agriculture_go_and_the_market_s_do_not(databases):
    with ExitStack() as stack:
        world = World(stack, databases.migrated("sqlite"), "CN-31", HUNONGAN)
        chain, transactions = world.chain, world.transactions
        officer, reviewer = agriculture(chain), agriculture(chain, "second", REVIEWER)
        accredit(chain)
        chain.packed_rice()
        fail(chain)  # the market bureau's
        sheet = chain.state(AGRI, "oversight.sampling", K1, orders.a_sheet(K1), "20 11:00")
        number, when = orders.a_penalty()["documentNo"], october("21 10:00").isoformat()
        chain.state(AGRI, "oversight.penalty", number, orders.a_penalty(party=made.uscc(MILL)), "21 09:00")
        world.month.penalty(MILL, "21 09:30", ["fine"], "100")
        there = world.simulators[HUNONGAN]
        world.round()
        (sample,) = sent_to(there, "sample")
        assert (sample["record"], sample["code"], sample["sampleNo"]) == (sheet, MILL, "YP20261018-001")
        assert not {"officers", "seal", "accompanied"} & set(sample)
        assert [one["documentNo"] for one in sent_to(there, "penalty")] == [number]
        assert sent_to(there, "test_report") == []

        data = made.a_report(
            lot=K1, purpose="sampling", sampledAt=when, testedAt=when, basis=sheet, reportNo="NA-1"
        )
        report = chain.state(LAB, "lab.report", K1, data, "21 10:00")
        world.round()
        (told,) = sent_to(there, "test_report")
        assert (told["sample"], told["record"], told["conclusion"]) == (sheet, report, "pass")
        (job,) = [one.job for one in world.documents("test_report")]
        assert job.due_at.isoformat() == "2026-10-30T16:00:00+00:00", "ten days from the sampling"

        chain.clock.advance(october("25 08:00") - chain.clock())
        freeze_summary(transactions, officer, secrets.token_urlsafe(24), "2026-10")
        row = list_samples(transactions, officer).summaries[-1].row

        def take(actor, step):
            stepping = Stepping(actor, secrets.token_urlsafe(24), step, "核对无误", "检测月汇总")
            return take_summary_step(transactions, row.digest, stepping)

        take(reviewer, "approve")
        batch = take(officer, "sign")
        world.round()
        assert sent_to(there, "test_summary") == [], "approved is not signed"
        record = signed(chain, AGRI, batch)
        world.round()
        (summary,) = sent_to(there, "test_summary")
        assert (summary["sha256"], summary["record"], summary["taken"]) == (row.digest, record, 1)
        assert [one["report"] for one in summary["results"]] == [report]
        before = len(world.documents())
        world.round()
        assert len(world.documents()) == before, "nothing is made twice"
        assert all(one.delivered for one in world.documents())
