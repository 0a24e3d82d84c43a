"""Cases of supervision on a real platform: opened by a failing result, moved by people and by records."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.builders import facts as made
from tests.builders.cases import (
    BUREAU,
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
from tests.builders.traced_chain import K1, LAB, P1, SHOP, NotTaken, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    ActUnfit,
    AppendOnly,
    CaseMoved,
    CaseOutOfArea,
    CaseUnknown,
    ObjectionTooLate,
    OtherPersonNeeded,
    PaperUnfit,
    PaperUnknown,
    ProofsMissing,
    PurposeMissing,
    ReceiverUnknown,
    Refusal,
    SampledAbove,
    ScopeUnsettled,
    StepNotYours,
    StepUnfit,
)
from trace.errors.orders import MicrobiologyFinal
from trace.oversight.casework.table import PROOFS
from trace.parties import Actor
from trace.store.casework.cases import find_case
from trace.usecases.casework.find_in_area import find_in_area
from trace.usecases.casework.goods_of_case import goods_of_case
from trace.usecases.casework.list_cases import read_desk
from trace.usecases.casework.look import list_looks_at
from trace.usecases.casework.read_case import read_case
from trace.usecases.casework.take_step import Acting, take_step
from trace.usecases.casework.write_receivers import write_receivers
from trace.usecases.signing.batches import open_batch


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        yield chain


@pytest.fixture
def platform(chain: TracedChain) -> TestPlatform:
    return chain.platform


@pytest.mark.requirement("S1-11", "S2-20", "S2-24", "S3-06", "S3-42")
def test_a_failing_result_opens_a_case_in_its_transaction(chain, platform) -> None:
    report = fail(chain)
    (row,) = cases(platform.transactions)
    assert (row.report, row.lot, row.state, row.version) == (report, K1, "opened", 1)
    assert (row.department, row.basis, row.report_no) == ("market", "sampling", "SH-2026-J-1")
    assert row.items == "镉 0.27 mg/kg（0.2 mg/kg）"
    assert row.result_at < row.received_at
    assert row.opened_at is None
    (event,) = history(platform.transactions, row.number)
    assert (event.event, event.evidence, event.party) == ("open", (report,), made.uscc(LAB))


def test_a_refused_record_opens_none(chain, platform) -> None:
    with pytest.raises(NotTaken):
        fail(chain, lot=made.lot(made.MILL, "unknown"))
    assert cases(platform.transactions) == []


def test_a_second_failure_of_the_lot_joins_the_open_case(chain, platform) -> None:
    fail(chain)
    second = fail(chain, at="21 10:00", reportNo="SH-2026-J-2", hazard="urgent")
    assert (row := cases(platform.transactions)[0]).urgent, "the worse hazard counts"
    assert history(platform.transactions, row.number)[-1].evidence == (second,)


def test_a_failure_that_nobody_asked_for_is_a_case_by_notice(chain, platform) -> None:
    fail(chain, basis=made.statement_id("nothing"))
    (row,) = cases(platform.transactions)
    assert row.basis == "unasked"


def test_a_makers_own_failing_test_can_be_dismissed_with_reason(chain, platform) -> None:
    data = made.a_report(lot=K1, conclusion="fail", items=[{
        "name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}])  # fmt: skip
    chain.state(made.MILL, "lab.report", K1, data, "20 10:00")
    (row,) = cases(platform.transactions)
    assert row.basis == "own"
    reviewer = somebody(platform.transactions, "褚核", REVIEWER)
    step(platform.transactions, reviewer, "dismiss", paper=PDF)
    assert cases(platform.transactions)[0].state == "dismissed"


def test_who_first_saw_it_is_noted_once(chain, platform) -> None:
    fail(chain)
    officer = somebody(platform.transactions, "陈办", OFFICER)
    number = cases(platform.transactions)[0].number
    first = read_case(platform.transactions, officer, number)
    again = read_case(platform.transactions, officer, number)
    assert first.row.opened_at == again.row.opened_at is not None
    assert [one.event for one in again.events] == ["open", "first-seen"]


def walk(chain: TracedChain, platform: TestPlatform) -> tuple:
    """To where a case is ready to be closed: five proofs, submitted by the officer."""
    fail(chain)
    tx = platform.transactions
    officer, reviewer = somebody(tx, "陈办", OFFICER), somebody(tx, "褚核", REVIEWER)
    step(tx, officer, "notify", paper=PDF)
    step(tx, officer, "investigate")
    for proof in PROOFS:
        step(tx, officer, "prove", proof=proof, paper=PDF + proof.encode())
    step(tx, officer, "submit")
    return officer, reviewer


@pytest.mark.requirement("S3-24", "S4-10")
def test_a_case_is_closed_by_a_signed_record_that_names_its_proofs(chain, platform) -> None:
    officer, reviewer = walk(chain, platform)
    number = cases(platform.transactions)[0].number
    with pytest.raises(StepNotYours):
        step(platform.transactions, officer, "prepare-closing")
    address = step(platform.transactions, reviewer, "prepare-closing", why="五项均已到位，可以结案")
    batch = open_batch(platform.transactions, BUREAU, address.rsplit("/", 1)[1])
    (draft,) = batch.drafts
    assert [one["ref"] for one in draft.content["data"]["proofs"]] == list(PROOFS)
    assert cases(platform.transactions)[0].state == "reviewing", "a draft closes nothing"
    stmt = chain.state(made.BUREAU, "oversight.closing", K1, dict(draft.content["data"]), "24 10:00")
    row = cases(platform.transactions)[0]
    assert row.state == "closed"
    assert history(platform.transactions, number)[-1].evidence == (stmt,)


@pytest.mark.requirement("S3-24", "S4-10")
def test_a_closing_without_proofs_is_noted_and_closes_nothing(chain, platform) -> None:
    fail(chain)
    number = cases(platform.transactions)[0].number
    data = {"matter": number, "orders": [], "proofs": [{"kind": "paper", "ref": "x"}], "lots": [K1]}
    chain.state(made.BUREAU, "oversight.closing", K1, data, "24 10:00")
    row = cases(platform.transactions)[0]
    assert row.state == "opened"
    last = history(platform.transactions, number)[-1]
    assert (last.event, last.detail["refused"]) == ("act-signed", "step-unfit")


def test_microbes_are_never_tested_again(chain, platform) -> None:
    fail(chain, items=[{"name": "沙门氏菌", "value": "1", "unit": "CFU/g", "verdict": "fail"}])
    officer = somebody(platform.transactions, "陈办", OFFICER)
    step(platform.transactions, officer, "notify", paper=PDF)
    step(platform.transactions, officer, "object", paper=PDF)
    with pytest.raises(MicrobiologyFinal):
        step(platform.transactions, officer, "prepare-retest", lab=made.uscc(made.TOFU))


WRITTEN = ("case_event", "case_paper", "form_use", "signing_batch")


def refused(chain: TracedChain, refusal: type[Refusal], actor: Actor, event: str, **more: object) -> None:
    """The step is refused, and nothing at all has changed."""
    tx = chain.platform.transactions
    before, row = [chain.platform.count(table) for table in WRITTEN], cases(tx)[0]
    with pytest.raises(refusal):
        step(tx, actor, event, **more)
    assert cases(tx)[0] == row
    assert [chain.platform.count(table) for table in WRITTEN] == before


def test_what_is_refused_changes_nothing(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    elsewhere = somebody(tx, "外区", OFFICER, area="310120", urn=made.uscc(made.MARKET))
    refused(chain, StepUnfit, officer, "submit")
    refused(chain, StepNotYours, officer, "assign", person=officer.person)
    refused(chain, PurposeMissing, officer, "investigate", why="  ")
    refused(chain, PaperUnfit, officer, "notify", paper=b"no form that is kept")
    refused(chain, PaperUnknown, officer, "notify", evidence=["sha256:" + "0" * 64])
    refused(chain, CaseMoved, officer, "investigate", seen=7)
    refused(chain, ActUnfit, officer, "prepare-hold", why="太短")
    refused(chain, ActUnfit, officer, "prepare-sampling", officers="one", sheetNo="1")
    head = somebody(tx, "卫局", HEAD)
    refused(chain, ReceiverUnknown, head, "transfer", receiver="urn:uscc:nobody", paper=PDF)
    refused(chain, ReceiverUnknown, head, "assign", person="nobody")
    refused(chain, ReceiverUnknown, head, "assign", person=somebody(tx, "登记员", "registrar").person)
    refused(chain, CaseUnknown, head, "join", case="AJ2026-99999")
    if cases(tx)[0].area:
        refused(chain, CaseOutOfArea, elsewhere, "investigate")


def test_who_was_quicker_is_told_to_who_comes_after(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    first, second = somebody(tx, "陈办", OFFICER), somebody(tx, "李办", OFFICER)
    seen = cases(tx)[0].version
    step(tx, first, "take", seen=seen)
    with pytest.raises(CaseMoved) as told:
        step(tx, second, "take", seen=seen)
    assert (told.value.params["event"], told.value.params["by"]) == ("take", "陈办")
    assert cases(tx)[0].officer == first.person


@pytest.mark.requirement("S3-20")
def test_who_submits_does_not_publish_alone(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    both = somebody(tx, "双职", OFFICER, REVIEWER)
    step(tx, both, "notify", paper=PDF)
    step(tx, both, "propose-publication")
    refused(chain, OtherPersonNeeded, both, "publish")
    step(tx, somebody(tx, "褚核", REVIEWER), "publish")


def test_a_lower_level_samples_nothing_that_a_higher_one_did(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    somebody(tx, "市局", OFFICER, area="310000")
    county = somebody(tx, "区局", OFFICER, area="310151", urn=made.uscc(made.MARKET))
    refused(chain, SampledAbove, county, "prepare-sampling", sheetNo="1", officers="31011500123 31011500124")


def test_proofs_are_asked_for_before_a_case_is_submitted(chain, platform) -> None:
    fail(chain)
    officer = somebody(platform.transactions, "陈办", OFFICER)
    step(platform.transactions, officer, "investigate")
    refused(chain, ProofsMissing, officer, "submit")


def test_history_can_be_neither_changed_nor_removed(chain, platform) -> None:
    fail(chain)
    for text in ("UPDATE case_event SET why = 'x'", "DELETE FROM case_event", "DELETE FROM case_paper"):
        if "paper" in text:
            step(platform.transactions, somebody(platform.transactions, "陈办", OFFICER), "attach", paper=PDF)
        with pytest.raises(AppendOnly), platform.transactions.begin("test") as tx:
            tx.connection.exec_driver_sql(text)


def test_joined_cases_keep_their_numbers_and_papers(chain, platform) -> None:
    fail(chain)
    tx, first = platform.transactions, cases(platform.transactions)[0]
    head = somebody(tx, "卫局", HEAD)
    step(tx, head, "attach", paper=PDF)
    fail(chain, lot=made.lot(made.MILL, "P1"), at="22 10:00", reportNo="SH-2026-J-9")
    with tx.look() as look:
        second = next(row for row in cases(tx) if row.number != first.number)
        assert find_case(look.connection, first.number) is not None

    acting = Acting(
        head, "k" * 24, cases_version(tx, first.number), "join", "同一批原料", (), {"case": second.number}
    )
    take_step(tx, first.number, acting)
    joined = read_case(tx, head, first.number)
    assert (joined.row.state, joined.row.joined_to) == ("joined", second.number)
    assert len(joined.papers) == 1


def cases_version(tx, number: str) -> int:
    with tx.look() as look:
        return find_case(look.connection, number).version


def test_a_recall_is_settled_or_explained_before_its_case_closes(chain, platform) -> None:
    _, reviewer = walk(chain, platform)
    number = cases(platform.transactions)[0].number
    order = {"matter": number, "level": "2", "reason": "镉超过限量", "lots": [K1], "foundOn": "2026-10-20"}
    chain.state(made.BUREAU, "oversight.recall", K1, order, "22 08:00")
    with pytest.raises(ScopeUnsettled) as told:
        step(platform.transactions, reviewer, "prepare-closing", why="五项均已到位")
    assert told.value.params["amount"] == "7000 kg", "what was not packed is to be settled too"
    step(platform.transactions, reviewer, "prepare-closing", why="五项均已到位", unsettled="已售出，无法追回")
    for lot, kilos in ((K1, 5000), (P1, 2000)):
        destroyed = made.a_disposal(lot=lot, quantity=made.kg(kilos), manner="destroyed")
        chain.state(made.MILL, "food.disposal", lot, destroyed, "23 08:00")
    step(platform.transactions, reviewer, "prepare-closing", why="五项均已到位")


@pytest.mark.requirement("S4-08", "S1-13")
def test_every_look_is_written_with_its_purpose_and_told_when_the_rule_says(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    with pytest.raises(PurposeMissing):
        find_in_area(tx, officer, "K1", " ")
    assert platform.count("look_at_firm") == 0
    found = find_in_area(tx, officer, "M1", "日常监督检查")
    assert K1 in {one.urn for one in found.lots}
    assert [row.lot for row in found.cases] == [K1]
    (seen,) = list_looks_at(tx, made.uscc(made.MILL))
    assert (seen.what, seen.purpose, seen.person) == ("search", "日常监督检查", officer.person)
    row = cases(tx)[0]
    goods = goods_of_case(tx, officer, row)
    assert K1 in goods.graph.boxes
    assert len(list_looks_at(tx, made.uscc(made.MILL))) == 1, "what a case needed is told later"
    chain.clock.advance(timedelta(days=30))
    assert {one.what for one in list_looks_at(tx, made.uscc(made.MILL))} == {"search", "page"}
    with pytest.raises(AppendOnly), tx.begin("test") as writing:
        writing.connection.exec_driver_sql("DELETE FROM look_at_firm")


def test_another_district_finds_and_sees_nothing_of_it(chain, platform) -> None:
    registrar = platform.registrar
    party = made.a_party(region="310151000")
    platform.log(registrar.state("master.party", made.uscc(made.MILL), party, at=chain.clock()))
    fail(chain)
    tx = platform.transactions
    row = cases(tx)[0]
    assert row.area == "310151"
    own = somebody(tx, "崇明", OFFICER, area="310151", urn=made.uscc(made.MARKET))
    elsewhere = somebody(tx, "外区", OFFICER, area="310120", urn=made.uscc(made.TOFU))
    assert read_case(tx, own, row.number).row.number == row.number
    with pytest.raises(CaseOutOfArea):
        read_case(tx, elsewhere, row.number)
    refused(chain, CaseOutOfArea, elsewhere, "investigate")
    assert find_in_area(tx, elsewhere, row.number, "日常监督检查").nothing
    assert [one.row.number for one in read_desk(tx, own).open] == [row.number]
    assert read_desk(tx, elsewhere).count == 0


@pytest.mark.requirement("S3-17")
def test_clocks_stand_with_their_rule_and_day_kind(chain, platform) -> None:
    fail(chain)
    tx = platform.transactions
    officer = somebody(tx, "陈办", OFFICER)
    number = cases(tx)[0].number
    due = {one.duty: one for one in read_case(tx, officer, number).clocks}
    assert (due["deliver"].rule.id, due["deliver"].ends.counting) == ("R63", "working")
    assert due["start"].state == "uncounted", "及时 is no number"
    step(tx, officer, "notify", paper=PDF)
    due = {one.duty: one for one in read_case(tx, officer, number).clocks}
    assert due["deliver"].state == "met"
    assert due["window"].rule.id == "R31"
    chain.clock.advance(timedelta(days=20))
    with pytest.raises(ObjectionTooLate):
        step(tx, officer, "object", paper=PDF)
    assert read_desk(tx, officer).overdue


def test_the_file_of_receivers_holds_every_line_and_its_count(chain, platform) -> None:
    report = chain.release(K1)
    sent = chain.ship("D1", 2000, K1, to=SHOP, report=report)
    chain.receive("S1", 2000, sent, by=SHOP, at="15 09:00")
    chain.ship("D2", 300, K1, to=SHOP, report=report)
    fail(chain)
    officer = somebody(platform.transactions, "陈办", OFFICER)
    target, number = BytesIO(), cases(platform.transactions)[0].number
    write_receivers(
        platform.transactions, officer, number, target, lambda key, **more: f"{key} {more or ''}".strip()
    )
    rows = list(load_workbook(BytesIO(target.getvalue())).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + 2 + 1
    assert {(row[9], row[10]) for row in rows[1:3]} == {("2000", "2000"), ("0", "300")}
    assert [(row[4], row[6]) for row in rows[1:3]] == [("大米", "(01)9521234100010(10)M1")] * 2
    assert rows[-1][0].startswith("office.file.end {'count': 2, 'digest': '")
    about: dict[object, object] = dict(
        load_workbook(BytesIO(target.getvalue())).worksheets[1].iter_rows(min_row=2, values_only=True)
    )
    assert f"'{about['office.file.rows-digest']}'" in rows[-1][0]
