"""The page behind a batch code: complete, honest about what is missing, and nothing private on it."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import event

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signed_rice import H2, K1, SignedRice, at
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.simulators.witnesses import NAMES, publish
from trace.errors import BatchUnknown, FailedTestStands, GateClosed
from trace.ledger.statement import label_digest
from trace.parties import VISITOR
from trace.usecases.batch_page.list_batches import list_batches
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.lots.packs import gtin_forms
from trace.usecases.lots.read_marks import read_marks
from trace.usecases.printing.print_label import print_label
from trace.wording import LOCALES, say

GTIN, BATCH = "09521234100010", "M20261012A"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    told = SignedRice(platform, clock).tell()
    publish(platform)
    return told


def page_of(platform, **how):
    return show_batch(platform.transactions, gtin=GTIN, batch_no=BATCH, witnesses=NAMES, **how)


def test_the_four_legal_groups_are_there(story, platform):
    page = page_of(platform)
    assert page.enterprise.name == "（演示）子虚米业有限公司"
    assert page.enterprise.sc_no == "SC10131015199019"
    assert page.enterprise.business_licence == made.MILL
    assert (page.ingredients, page.additives) == (("稻谷",), ())
    assert (page.product.name, page.product.spec) == ("子虚牌绿色大米", "5kg")
    assert (page.product.standard, page.product.shelf_life) == ("GB/T 1354", "12个月")
    assert (page.product.production_date, page.product.batch_no) == ("2026-10-12", BATCH)
    assert page.release_conclusion == "合格"
    (test,) = page.tests
    assert (test.purpose, test.conclusion, test.items[0]["name"]) == ("release", "pass", "镉")
    assert test.laboratory == made.LAB
    assert page.green_mark is not None
    assert (page.green_mark.state, page.green_mark.valid_to) == ("valid", "2027-05-19")
    assert page.banner == "normal"


def test_the_time_line_goes_from_the_plot_to_the_shipment(story, platform):
    page = page_of(platform)
    field = ["plot", "harvest", "plot", "harvest", "certificate"]
    mill = [
        "dispatch",
        "dispatch",
        "receipt",
        "receipt",
        "merge",
        "production",
        "test",
        "pack",
        "activation",
        "shipment",
    ]
    assert [step.kind for step in page.timeline] == field + mill
    assert {step.custody for step in page.timeline} == {"file"}
    assert not any(step.late for step in page.timeline)
    assert {origin.region for origin in page.origins} == {"崇明区"}
    assert page.receivers == "shipped"
    assert len(page.signers) == 3


def test_a_step_tells_the_temperature_that_its_record_states_and_no_other(platform, clock):
    SignedRice(
        platform,
        clock,
        received={"temperature": made.degrees("-0.5", "4.25")},
        shipped={"temperature": made.degrees("3", "3")},
    ).tell()
    told = {
        (step.kind, step.detail["temperatureMin"], step.detail["temperatureMax"])
        for step in page_of(platform).timeline
        if "temperatureMin" in step.detail
    }
    assert told == {("receipt", "-0.5", "4.25"), ("shipment", "3", "3")}


def test_nothing_private_is_on_the_page(story, platform):
    text = orjson.dumps(page_of(platform).as_dict()).decode()
    for private in ("无何有之乡", "浦东", made.MARKET, "000-00000008", "16900", "18400", "310151999299"):
        assert private not in text


def test_the_proof_names_both_witnesses_or_says_one_of_two(platform, clock):
    SignedRice(platform, clock).tell()
    assert (page_of(platform).proof.state, page_of(platform).proof.present) == ("pending", 0)
    publish(platform, NAMES[:1])
    waiting = page_of(platform)
    assert (waiting.proof.state, waiting.proof.present, waiting.proof.needed) == ("pending", 1, 2)
    publish(platform)
    done = page_of(platform)
    assert done.proof.state == "cosigned"
    assert [name for name, _ in done.proof.witnesses] == list(NAMES)
    assert done.version != waiting.version


def test_the_same_page_has_the_same_version_and_the_label_digest_is_that_of_the_pack(story, platform):
    assert page_of(platform).version == page_of(platform).version
    assert page_of(platform).label_digest == label_digest(story.statements["pack"].compact)


def test_the_banner_follows_activation_expiry_and_void(platform, clock):
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make, told.pack):
        step()
    assert page_of(platform).banner == "inactive"
    told.sell()
    assert page_of(platform).banner == "normal"
    clock.advance(at("2027-09-01T08:00:00+08:00") - clock())
    assert page_of(platform).banner == "near-expiry"
    clock.advance(timedelta(days=41))
    assert page_of(platform).banner == "expired"
    told.log("void", told.mill.state("code.void", K1, made.a_void(), at=clock()))
    assert page_of(platform).banner == "withdrawn"


def ordered(told, platform, clock, typ: str, lot: str, name: str) -> None:
    """The bureau states an order about one lot, with its own key."""
    bureau = Signer(made.BUREAU, "regulator_market")
    if name == "first":
        platform.register(bureau)
    else:
        bureau = told.bureau
    told.bureau = bureau
    data = {"matter": "案1", "lots": [lot]}
    told.log(name, bureau.state(typ, "urn:case:1", data, at=clock()))


@pytest.mark.parametrize("lot", [K1, made.lot(made.MILL, "M20261012A"), made.lot(made.MILL, "S1")])
def test_a_held_batch_shows_as_stopped_until_the_matter_is_closed(story, platform, clock, lot):
    ordered(story, platform, clock, "oversight.hold", lot, "first")
    assert page_of(platform).banner == "withdrawn"
    assert ("P05", "lot-held") in [(mark.rule, mark.code) for mark in page_of(platform).marks]
    with pytest.raises(GateClosed) as refused:
        print_label(platform.transactions, K1, "svg", "https://food.example")
    assert (refused.value.params["rule"], refused.value.params["mark"]) == ("P05", "lot-held")
    ordered(story, platform, clock, "oversight.closing", lot, "second")
    assert page_of(platform).banner == "normal"
    assert print_label(platform.transactions, K1, "svg", "https://food.example").content


@pytest.mark.parametrize("lot", [K1, made.lot(made.MILL, "S1"), H2])
def test_a_recall_of_anything_in_the_pack_shows_on_its_page(story, platform, clock, lot):
    ordered(story, platform, clock, "oversight.recall", lot, "first")
    assert page_of(platform).banner == "recalled"
    with pytest.raises(GateClosed) as refused:
        print_label(platform.transactions, K1, "svg", "https://food.example")
    assert (refused.value.params["mark"], refused.value.params["gate"]) == ("lot-recalled", "code")
    assert "code" in read_marks(platform.transactions, K1, VISITOR).gates


def test_a_test_of_the_silo_that_passes_too_much_is_doubted_and_one_that_fails_stops_the_printing(
    story, platform, clock
):
    silo = made.lot(made.MILL, "S1")
    lax = [{"name": "镉（以Cd计）", "value": "270 μg/kg", "verdict": "pass"}]
    passed = made.a_report(lot=silo, reportNo="J-lax", purpose="retained", items=lax)
    story.log("passed", story.lab.state("lab.report", silo, story.asked(passed), at=clock()))
    doubted = [(test.report_no, test.doubts[0].kind) for test in page_of(platform).tests if test.doubted]
    assert doubted == [("J-lax", "law")]
    items = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
    failed = made.a_report(lot=silo, purpose="sampling", items=items, conclusion="fail")
    story.log("failed", story.lab.state("lab.report", silo, story.asked(failed), at=clock()))
    with pytest.raises(FailedTestStands) as refused:
        print_label(platform.transactions, K1, "svg", "https://food.example")
    assert (refused.value.params["rule"], refused.value.params["limit"]) == ("R05", "镉 0.2 mg/kg")
    assert "0.27" in refused.value.params["value"]
    right = made.a_correction(
        story.receipts["failed"].statement_id, made.a_report(lot=silo, purpose="sampling")
    )
    story.log("right", story.lab.state("correction", silo, right, at=clock()))
    assert print_label(platform.transactions, K1, "svg", "https://food.example").content


def test_an_unknown_code_is_refused_and_a_product_lists_its_batches(story, platform):
    with pytest.raises(BatchUnknown):
        show_batch(platform.transactions, gtin=GTIN, batch_no="NIE")
    with pytest.raises(BatchUnknown):
        show_batch(platform.transactions, platform_code="AAAABBBBCCCC")
    (batch,) = list_batches(platform.transactions, "9521234100010")[0]
    assert (batch.batch_no, batch.day, batch.state) == (BATCH, "2026-10-12", "normal")
    assert batch.digest == page_of(platform).label_digest


def test_a_late_upload_shows_with_its_hours(platform, clock):
    told = SignedRice(platform, clock)
    told.begin()
    told.harvests()
    told.receive()
    clock.advance(timedelta(days=7))
    told.make()
    told.pack()
    late = {step.kind: step.late_hours for step in page_of(platform).timeline if step.late}
    assert late.keys() >= {"merge"}
    assert late["merge"] > 24


def test_a_named_gap_upstream_is_seen_on_the_page(platform, clock):
    told = SignedRice(platform, clock)
    told.begin()
    told.harvests()
    told.receive()
    told.make_with_a_declared_gap()
    told.pack()
    marks = page_of(platform).marks
    gaps = [mark for mark in marks if mark.declared]
    assert [(gap.rule, gap.declared) for gap in gaps] == [("R18", "地磅维修，按估算")]
    assert not gaps[0].own


def test_a_page_costs_a_bounded_number_of_queries(story, platform):
    asked = []
    event.listen(platform.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    page_of(platform)
    assert len(asked) <= 36, len(asked)


def test_a_gtin_is_found_however_it_was_written():
    assert gtin_forms("9521234100010") == ["09521234100010", "9521234100010"]
    assert gtin_forms("00000096385074")[-1] == "96385074"


def test_the_batchs_own_disposals_stand_on_its_time_line_and_no_others(story, platform):
    for name, batch in (("of the pack", "K1"), ("of the silo", "S1")):
        gone = made.a_disposal(lot=made.lot(made.MILL, batch), quantity=made.kg("10"))
        story.log(
            name, story.mill.state("food.disposal", gone["lot"], gone, at=at("2026-10-20T10:00:00+08:00"))
        )
    (step,) = [step for step in page_of(platform).timeline if step.kind == "disposal"]
    assert step.statement == story.receipts["of the pack"].statement_id
    assert [say(locale, "scan.phase.disposal") for locale in LOCALES] == [
        "处理",
        "Taken out of the batch",
    ]


def test_an_official_sampling_is_a_step_with_its_sheet_and_nobody_who_took_it(story, platform, clock):
    bureau = Signer(made.BUREAU, "regulator_market")
    platform.register(bureau)
    free = {
        "matter": "案1",
        "lots": [K1],
        "sheetNo": {"takenBy": "某人"},
        "items": "镉",
    }  # of the first edition
    for name, data in (("sheet", orders.a_sheet(K1)), ("free", free)):
        story.log(name, bureau.state("oversight.sampling", "urn:case:1", data, at=clock()))
    steps = [step for step in page_of(platform).timeline if step.kind == "sampling"]
    told = {step.statement: dict(step.detail) for step in steps}
    assert told[story.receipts["sheet"].statement_id] == {"sheetNo": "XC26310115001", "items": "镉"}
    assert told[story.receipts["free"].statement_id] == {"sheetNo": None, "items": None}
