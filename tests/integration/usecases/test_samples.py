"""Samples on a real platform: a sheet becomes a signed record, its clocks run, its failure opens a case."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import BUREAU, FAILED, OFFICER, REVIEWER, accredit, somebody
from tests.builders.traced_chain import K1, LAB, MILL, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    CheckedAbove,
    CustodyUnfit,
    FormStepUnfit,
    MonthlyFormUnknown,
    PaperUnfit,
    PlanItemUnfit,
    PlanItemUnknown,
    PurposeMissing,
    Refusal,
    RiskUnfit,
    SampledAbove,
    SampleNumberTaken,
    SampleUnknown,
    SamplingNotYours,
    SheetIncomplete,
    StepNotYours,
    SummaryTooEarly,
    SummaryUnchanged,
    UnknownLot,
)
from trace.oversight.sampling import summary_hash
from trace.parties import Actor
from trace.store.casework.sampling import summaries_of
from trace.usecases.casework.look import list_looks_at
from trace.usecases.casework.take_step import Paper
from trace.usecases.signing.batches import open_batch
from trace.usecases.supervision.build_form import Stepping
from trace.usecases.supervision.samples import (
    freeze_summary,
    list_samples,
    note_custody,
    read_photo,
    read_sample,
)
from trace.usecases.supervision.sampling_plan import give_up_item, plan_sampling, read_plan
from trace.usecases.supervision.sign_summary import take_summary_step
from trace.usecases.supervision.take_sample import Sheet, propose_sample

JPEG = b"\xff\xd8\xff a photograph"
TYPED = {
    "lot": K1,
    "place": "成品库 3 号货位",
    "medication": "未用药",
    "items": "镉、铅",
    "goods": "other",
    "sheetNo": "XC26310115001",
    "sampleNo": "YP20261018-001",
    "seal": "FQ-001",
    "officers": "31011500123 31011500124",
    "plan": "annual",
    "takenAt": "2026-10-18T10:00",
}


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        clock.advance(october("19 09:00") - clock())
        yield chain


def propose(chain: TracedChain, actor: Actor, photos: int = 1, **changed: str) -> str:
    sheet = Sheet(actor, secrets.token_urlsafe(24), "采样单", {**TYPED, **changed},
                  [Paper(f"{one}.jpg", JPEG + bytes([one])) for one in range(photos)])  # fmt: skip
    return propose_sample(chain.platform.transactions, sheet)


def sampled(chain: TracedChain, actor: Actor, **changed: str) -> str:
    """The record of a sample: what was proposed, signed by the bureau's key."""
    number = propose(chain, actor, **changed).rsplit("/", 1)[1]
    (draft,) = open_batch(chain.platform.transactions, BUREAU, number).drafts
    return chain.state(made.BUREAU, "oversight.sampling", K1, draft.content["data"], "18 10:00")


def result(chain: TracedChain, basis: str, conclusion: str = "fail", at: str = "25 10:00") -> str:
    when = october(at).isoformat()
    data = made.a_report(lot=K1, purpose="sampling", sampledAt=when, testedAt=when, basis=basis,
                         conclusion=conclusion, reportNo=f"SH-{at[:2]}")  # fmt: skip
    if conclusion == "fail":
        data["items"] = FAILED
    return chain.state(LAB, "lab.report", K1, data, at)


def refused(chain: TracedChain, error: type[Refusal], actor: Actor, **more: Any) -> Refusal:
    """A refusal, and nothing written: no batch, no look, no photograph."""
    before = [chain.platform.count(name) for name in ("signing_batch", "look_at_firm", "sampling_photo")]
    with pytest.raises(error) as caught:
        propose(chain, actor, **more)
    after = [chain.platform.count(name) for name in ("signing_batch", "look_at_firm", "sampling_photo")]
    assert after == before
    return caught.value


@pytest.fixture
def officer(chain) -> Actor:
    return somebody(chain.platform.transactions, "老周", OFFICER)


@pytest.mark.requirement("S2-21", "S3-01")
@pytest.mark.requirement("S3-04")
@pytest.mark.requirement("S1-28", "S1-31", "S1-11", "S2-18", "S2-19")
def test_a_sample_goes_from_its_sheet_to_its_case(chain, officer):
    transactions = chain.platform.transactions
    record = sampled(chain, officer, accompanied="31011500125", lab=LAB)
    (looked,) = list_looks_at(transactions, made.uscc(MILL))
    assert looked.purpose == "抽样 YP20261018-001"
    (one,) = list_samples(transactions, officer).samples
    assert (one.sample.record, one.sample.number, one.sample.items) == (
        record,
        TYPED["sampleNo"],
        ("镉", "铅"),
    )
    assert one.sample.data["accompanied"] == "31011500125"
    media, body = read_photo(transactions, officer, one.sample.data["photos"][0])
    assert (media, body) == ("image/jpeg", JPEG + b"\0")
    assert read_photo(transactions, Actor("x", made.uscc(MILL)), one.sample.data["photos"][0]) is None
    assert read_sample(transactions, officer, record)[0].visits == []
    visit = chain.state(made.BUREAU, "oversight.inspection", "日常检查", orders.an_inspection(), "18 15:00")
    (met,) = read_sample(transactions, officer, record)[0].visits
    assert (met.visit.record, met.visit.party) == (visit, made.uscc(MILL)), "an inspection of the same firm"
    chain.clock.advance(october("20 09:00") - chain.clock())
    step(chain, officer, record, "received")
    report = result(chain, record)
    seen, _ = read_sample(transactions, officer, record)
    assert (seen.sample.result, seen.sample.report) == ("fail", report)
    assert seen.case == "AJ2026-00001"
    assert [(one.duty, one.state) for one in seen.clocks] == [("to-lab", "met"), ("lab-report", "met")]


def step(chain: TracedChain, actor: Actor, record: str, event: str, at: str = "") -> str:
    typed = {"event": event, "at": at, "note": ""}
    return note_custody(chain.platform.transactions, actor, secrets.token_urlsafe(24), record, typed)


@pytest.mark.requirement("S1-29")
def test_a_laboratory_that_is_late_is_shown_first(chain, officer):
    """Twenty working days from its receipt on (R30); before, five to bring it there (R61)."""
    record = sampled(chain, officer)
    step(chain, officer, record, "received", "2026-10-19T08:00")
    (one,) = list_samples(chain.platform.transactions, officer).samples
    assert not one.overdue
    ends = one.clocks[1].ends.last_day.isoformat()
    assert ends == "2026-11-16"
    chain.clock.advance(timedelta(days=29))
    assert [one.overdue for one in list_samples(chain.platform.transactions, officer).samples] == [True]


def test_steps_follow_each_other(chain, officer):
    record = sampled(chain, officer)
    step(chain, officer, record, "handed_over", "2026-10-18T12:00")
    for event, at in (
        ("handed_over", ""),
        ("received", "2026-10-18T11:00"),
        ("received", "2026-10-30T11:00"),
        ("received", "yesterday"),
        ("burnt", ""),
    ):
        with pytest.raises(CustodyUnfit):
            step(chain, officer, record, event, at)
    step(chain, officer, record, "seal_broken", "2026-10-18T13:00")
    step(chain, officer, record, "received", "2026-10-18T14:00")
    seen, _ = read_sample(chain.platform.transactions, officer, record)
    assert [one.event for one in seen.steps] == ["handed_over", "seal_broken", "received"]
    other = somebody(chain.platform.transactions, "外", OFFICER, urn="urn:uscc:11310151XN0000CC98")
    with pytest.raises(SampleUnknown):
        step(chain, other, record, "received")
    (listed,) = list_samples(chain.platform.transactions, other).samples
    opened, _ = read_sample(chain.platform.transactions, other, listed.sample.record)  # what is listed opens
    assert (opened.own, seen.own) == (False, True)
    with pytest.raises(SampleUnknown):
        read_sample(chain.platform.transactions, other, "x")


@pytest.mark.requirement("S1-28")
@pytest.mark.parametrize("member", ["place", "medication", "items", "sampleNo", "seal", "officers"])
def test_a_sheet_that_lacks_something_is_refused(chain, officer, member):
    assert refused(chain, SheetIncomplete, officer, **{member: " "}).params["members"] == [member]


def test_other_sheets_that_are_refused(chain, officer):
    assert refused(chain, SheetIncomplete, officer, photos=0).params["members"] == ["photos"]
    refused(chain, SheetIncomplete, officer, takenAt="2026-10-30T10:00")
    refused(chain, SheetIncomplete, officer, takenAt="0206-10-18T10:00")
    refused(chain, SheetIncomplete, officer, officers="31011500123")
    refused(chain, SheetIncomplete, officer, lab="123")
    refused(chain, UnknownLot, officer, lot="urn:lot:x:y")
    party = chain.platform.registrar.state("master.party", made.uscc(MILL), made.a_party(), at=chain.clock())
    chain.platform.log(party)
    refused(chain, UnknownLot, somebody(chain.platform.transactions, "远", OFFICER, area="440300"))
    refused(chain, PlanItemUnknown, officer, planItem="CJ2026-0")
    sheet = Sheet(officer, secrets.token_urlsafe(24), "x", TYPED, [Paper("a.gif", b"GIF89a")])
    with pytest.raises(PaperUnfit):
        propose_sample(chain.platform.transactions, sheet)
    sampled(chain, officer)
    refused(chain, SampleNumberTaken, officer)


def test_growers_goods_are_the_other_department_s(chain, officer):
    refusal = refused(chain, SamplingNotYours, officer, lot=made.lot(made.COOPERATIVE, "H1"))
    assert refusal.params["department"] == "agriculture"


def test_what_a_higher_authority_did_is_not_done_again(chain, officer):
    """The same goods never (农产品质量安全法 §47); the same items within three months for cause (R44)."""
    sampled(chain, officer)
    lower = somebody(
        chain.platform.transactions, "区", OFFICER, area="310151", urn="urn:uscc:11310151XN0000CC98"
    )
    refused(chain, SampledAbove, lower, sampleNo="YP-2")
    other = {"lot": made.lot(MILL, "P1"), "sampleNo": "YP-2"}
    assert refused(chain, CheckedAbove, lower, **other).params["items"] == sorted(["镉", "铅"])
    assert propose(chain, lower, **other, cause="涉嫌使用陈化粮").startswith("/desk/sign/")
    assert propose(chain, lower, **{**other, "sampleNo": "YP-3", "items": "铬"}).startswith("/desk/sign/")
    chain.clock.advance(timedelta(days=93))
    late = {**other, "sampleNo": "YP-4", "takenAt": ""}
    assert propose(chain, lower, **late).startswith("/desk/sign/")


@pytest.mark.requirement("S1-30")
def test_a_month_is_frozen_from_its_25th_and_a_change_is_a_revision(chain, officer):
    transactions = chain.platform.transactions
    record = sampled(chain, officer)
    freeze = lambda: freeze_summary(transactions, officer, secrets.token_urlsafe(24), "2026-10")  # noqa: E731
    with pytest.raises(SummaryTooEarly):
        freeze()
    chain.clock.advance(october("25 08:00") - chain.clock())
    freeze()
    with pytest.raises(SummaryUnchanged):
        freeze()
    report = result(chain, record, at="26 10:00")
    freeze()
    with transactions.look() as tx:
        first, second = summaries_of(tx.connection, BUREAU, "2026-10")
    assert (first.document["waiting"], first.document["results"]) == ([record], [])
    assert [one["report"] for one in second.document["results"]] == [report]
    assert (first.revision, second.revision) == (1, 2)
    assert first.digest == summary_hash(first.document)


@pytest.mark.requirement("S1-30")
def test_a_frozen_summary_is_approved_by_another_and_signed(chain, officer):
    transactions = chain.platform.transactions
    sampled(chain, officer)
    reviewer = somebody(transactions, "复核", REVIEWER, area=officer.region)
    chain.clock.advance(october("25 08:00") - chain.clock())
    freeze_summary(transactions, officer, secrets.token_urlsafe(24), "2026-10")

    def seen():
        return list_samples(transactions, reviewer).summaries[-1]

    def take(actor: Actor, step: str, why: str = "核对无误") -> str:
        stepping = Stepping(actor, secrets.token_urlsafe(24), step, why, "检测月汇总")
        return take_summary_step(transactions, digest, stepping)

    digest = seen().row.digest
    assert (seen().state, list(seen().open)) == ("built", ["approve", "return"])
    for actor, step, refusal in (
        (officer, "approve", StepNotYours),
        (reviewer, "sign", FormStepUnfit),
        (reviewer, "send", FormStepUnfit),
    ):
        with pytest.raises(refusal):
            take(actor, step)
    with pytest.raises(RiskUnfit):
        take(reviewer, "return", " ")
    take(reviewer, "approve")
    batch = take(officer, "sign").rpartition("/")[2]
    (draft,) = open_batch(transactions, officer.party, batch).drafts
    data = dict(draft.content["data"])
    assert (data["sha256"], data["month"], data["document"]) == (digest, "2026-10", "检测月汇总")
    signed = chain.state(made.BUREAU, "oversight.report", draft.content["sub"], data, "25 10:00")
    assert (seen().state, seen().signature.statement, list(seen().open)) == ("signed", signed, [])
    far = somebody(transactions, "远方", REVIEWER, area="310116", urn="urn:uscc:11310116XN0000BB42")
    with pytest.raises(MonthlyFormUnknown):
        take(far, "approve")
    chain.clock.advance(timedelta(days=20))
    assert list_samples(transactions, officer).month == "2026-10", "until the next 25th"
    chain.clock.advance(timedelta(days=12))
    assert list_samples(transactions, officer).month == "2026-11"


@pytest.mark.requirement("S3-18", "S3-40")
def test_a_plan_is_made_from_signals_and_counts_signed_sheets(chain, officer):
    transactions = chain.platform.transactions
    result(chain, sampled(chain, officer))
    (signal,) = read_plan(transactions, officer, "").signals
    assert (signal.signal, signal.kind, signal.party, signal.refs) == (
        "sampling", "follow_up", made.uscc(MILL), ("AJ2026-00001",),
    )  # fmt: skip
    typed = {
        "kind": signal.kind, "signal": signal.signal, "product": signal.product, "party": signal.party,
        "items": "镉", "count": "1", "year": "2026", "quarter": "4", "reason": "跟踪",
    }  # fmt: skip
    for _ in range(2):  # planned twice it stands once
        plan_sampling(transactions, officer, secrets.token_urlsafe(24), typed)
    (planned,) = read_plan(transactions, officer, "2026").items
    assert not planned.done
    sheet = orders.a_sheet(K1, sampleNo="YP-9", planItem=planned.item.number)
    chain.state(made.BUREAU, "oversight.sampling", K1, sheet, "27 10:00")
    (planned,) = read_plan(transactions, officer, "2026").items
    assert (planned.done, [one.number for one in planned.samples]) == (True, ["YP-9"])
    for member, text in (("kind", "x"), ("count", "0"), ("quarter", "5"), ("reason", ""), ("year", "a")):
        with pytest.raises(PlanItemUnfit):
            plan_sampling(transactions, officer, secrets.token_urlsafe(24), {**typed, member: text})
    number = planned.item.number
    with pytest.raises(PurposeMissing):
        give_up_item(transactions, officer, secrets.token_urlsafe(24), number, "")
    with pytest.raises(PlanItemUnknown):
        give_up_item(transactions, officer, secrets.token_urlsafe(24), "CJ0", "不抽了")
    give_up_item(transactions, officer, secrets.token_urlsafe(24), number, "企业停产")
    (planned,) = read_plan(transactions, officer, "2026").items
    assert planned.item.ended_why == "企业停产"
