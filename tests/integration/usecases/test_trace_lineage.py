"""Traces as documents: the right lots, amounts and exact shares, and only what the reader may see."""

from __future__ import annotations

import orjson
import pytest

from tests.builders import rice
from tests.builders.counted import counted, lines_run
from tests.builders.documents import whole
from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.errors import LotOutOfSight, UnknownLot
from trace.ledger.canonical import b64u
from trace.ledger.disclosure import make_disclosure
from trace.parties import PROCESSOR, REGULATOR_MARKET, VISITOR, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.log.disclosures import put_disclosures
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots import trace_lineage as tracing

TRACING = tuple(f"usecases/lots/{name}.py" for name in ("trace_lineage", "lineage_document", "lineage_parts"))
REGULATOR = Actor("g1", "urn:uscc:G1", frozenset({REGULATOR_MARKET}), region="CN")
MILLER = Actor("p1", rice.P1, frozenset({PROCESSOR}))
FARMER = Actor("f1", rice.F1, frozenset({"grower"}))
STRANGER = Actor("x", "urn:uscc:XXX", frozenset({PROCESSOR}))


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    made_of = Transactions(engine, clock, load(), rice.FOOD_LOG)
    with made_of.begin("test") as tx:
        write_effects(tx.connection, rice.rice_story())
    yield made_of
    engine.dispose()


def trace_lineage(*question, **options):
    return whole(tracing.trace_lineage(*question, **options))


def upstream(transactions, lot=rice.K1, actor=REGULATOR):
    return trace_lineage(transactions, lot, "upstream", actor)


@pytest.mark.requirement("S0-18")
def test_the_failing_pack_comes_from_both_plots_in_exact_shares(transactions):
    document = upstream(transactions)
    shares = {source["lot"]: (source["share"], source["percent"]) for source in document["sources"]}
    assert shares == {rice.H1: ("169/353", "47.9"), rice.H2: ("184/353", "52.1")}
    assert [source["plots"][0]["place"] for source in document["sources"]] == [rice.PLOTS[1], rice.PLOTS[0]]
    assert document["sources"][0]["plots"][0]["region"] == "崇明区"
    assert document["sources"][0]["quantity"] == {"value": "18400", "unit": "kg"}
    assert sum(float(source["partOfStart"]["value"]) for source in document["sources"]) == 13600
    assert document["openEnds"] == []
    assert document["truncated"] is False


@pytest.mark.requirement("S0-02", "S3-31")
def test_every_lot_of_the_answer_has_a_witness_path_of_statements(transactions):
    document = upstream(transactions)
    lots = {each["lot"]: each for each in document["lots"]}
    assert len(lots) == 8
    assert lots[rice.K1]["path"] == []
    assert len(lots[rice.H1]["path"]) == 5
    used = {record["statement"] for record in document["records"]}
    assert set(lots[rice.H1]["path"]) <= used


def test_downstream_of_one_harvest_reaches_both_batches_and_names_the_receiver(transactions):
    shipment = next(one for one in rice.rice_story() if one.typ == "food.shipment")
    name = make_disclosure("receiverName", "（演示）无何有之乡生鲜超市有限公司", b"s" * 16)
    with transactions.begin("test") as tx:
        put_disclosures(tx.connection, [(shipment.entry.statement_id, name.digest, name.encoded)])
    document = trace_lineage(transactions, rice.H2, "downstream", REGULATOR)
    lots = {each["lot"]: each for each in document["lots"]}
    assert {rice.MILLED_A, rice.MILLED_B, rice.K1, rice.KB, rice.SHIPPED} <= lots.keys()
    assert lots[rice.KB]["share"]["low"] == "184/353"
    assert lots[rice.KB]["share"]["highPercent"] == "52.1"
    (receiver,) = document["receivers"]
    assert (receiver["lot"], receiver["name"]) == (rice.SHIPPED, "（演示）无何有之乡生鲜超市有限公司")
    assert receiver["quantity"] == {"value": "6000", "unit": "kg"}
    assert {(end["lot"], end["reason"]) for end in document["openEnds"]} == {(rice.KB, "no-receivers")}
    assert [mark["rule"] for mark in lots[rice.KB]["marks"]] == ["R15"]


def test_a_lot_that_was_never_shipped_says_so(transactions):
    document = trace_lineage(transactions, rice.KB, "downstream", REGULATOR)
    assert document["receivers"] == "none"
    assert [end["lot"] for end in document["openEnds"]] == [rice.KB]


def test_the_same_question_on_the_same_records_has_the_same_digest(transactions):
    first = upstream(transactions)
    assert upstream(transactions) == first
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [EffectsOf(rice.FOOD_LOG, 99).done()])
    assert upstream(transactions)["digest"] != first["digest"]


def test_a_shopper_sees_regions_and_days_and_nothing_else(transactions):
    document = upstream(transactions, actor=VISITOR)
    assert set(document) == {"format", "view", "query", "lot", "steps", "truncated"}
    assert {step["region"] for step in document["steps"]} == {"崇明区"}
    assert {step["kind"] for step in document["steps"]} >= {"harvest", "merged", "pack"}
    text = orjson.dumps(document).decode()
    for private in (rice.H1, rice.F1, "乌有乡", "16900", "310151999299"):
        assert private not in text


def test_an_enterprise_sees_its_own_links_and_one_step_beyond(transactions):
    miller = upstream(transactions, actor=MILLER)
    assert {rice.H1, rice.H2} <= {each["lot"] for each in miller["lots"]}
    farmer = trace_lineage(transactions, rice.H1, "downstream", FARMER)
    assert {each["lot"] for each in farmer["lots"]} == {rice.H1, rice.lot(rice.P1, "R1")}
    assert farmer["receivers"] == "none"


def test_a_stranger_and_an_unknown_lot_are_refused(transactions):
    with pytest.raises(LotOutOfSight):
        upstream(transactions, actor=STRANGER)
    with pytest.raises(UnknownLot):
        upstream(transactions, lot="urn:lot:nobody:1")


def test_a_truncated_trace_says_so_and_names_where_it_stopped(transactions):
    document = trace_lineage(transactions, rice.K1, "upstream", REGULATOR, max_lots=4)
    assert document["truncated"] is True
    assert document["unexplored"]


def test_shares_downstream_do_not_depend_on_how_much_lies_above_the_rest(transactions):
    """The other harvest gets five hundred lots above it; only what was reached is calculated."""
    many = []
    below = next(one for one in rice.rice_story() if one.sub == rice.H1)
    harvest = next(change.id for change in below.changes if isinstance(change, made.NewLot))
    for index in range(100, 600):
        one = EffectsOf(rice.FOOD_LOG, index)
        one.link(one.lot(f"urn:lot:X:{index}", kg("1")), harvest, kg("1"), kg("1"))
        many.append(one.done())
    with transactions.begin("test") as tx:
        write_effects(tx.connection, many)
    document = trace_lineage(transactions, rice.H2, "downstream", REGULATOR)
    shares = {each["lot"]: each["share"] for each in document["lots"] if each["share"]}
    assert shares[rice.K1]["low"] == shares[rice.K1]["high"] == "184/353"
    assert document["sharesKnown"] is True


def test_a_disputed_link_is_named_and_can_be_left_out(transactions):
    story = rice.rice_story()
    merge = next(one for one in story if one.typ == "food.merge")
    second = [change for change in merge.changes if isinstance(change, made.NewLink)][1]
    opened = EffectsOf(rice.FOOD_LOG, 50, "dispute.open")
    opened.keep(
        made.LinkState.of(second, "disputed"),
        made.NewDispute(opened.next_id(), second.to_lot, ("a" * 43,), "quantity", ("18400 kg", "18550 kg")),
    )
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [opened.done()])
    whole = upstream(transactions)
    assert [link["state"] for link in whole["links"]].count("disputed") == 1
    assert whole["disputes"][0]["values"] == ["18400 kg", "18550 kg"]
    assert merge.entry.statement_id in {r["statement"] for r in whole["records"] if r["state"] == "disputed"}
    without = trace_lineage(transactions, rice.K1, "upstream", REGULATOR, ignore_disputed=True)
    assert [source["lot"] for source in without["sources"]] == [rice.H1]


def test_a_source_of_unknown_amount_has_a_range_of_shares(transactions):
    extra = EffectsOf(rice.FOOD_LOG, 60, "food.merge", rice.P1)
    unknown = extra.lot(rice.lot(rice.P1, "R9"), kg("100"), "material")
    mixed = extra.lot(rice.lot(rice.P1, "MX"), kg("1100"), "merged")
    known = extra.lot(rice.lot(rice.P1, "R8"), kg("1000"), "material")
    extra.link(unknown, mixed, None, None, "merge")
    extra.link(known, mixed, kg("1000"), kg("1000"), "merge")
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [extra.done()])
    document = upstream(transactions, lot=rice.lot(rice.P1, "MX"))
    assert all(".." in source["share"] for source in document["sources"])
    assert {end["reason"] for end in document["openEnds"]} == {"supplier-unknown"}


def test_the_statement_ids_of_the_builder_are_of_the_right_form():
    assert len(b64u(b"x" * 32)) == len(rice.rice_story()[0].entry.statement_id)


def marked_harvests(transactions, count):
    """A heap of so many harvests, each with two open marks; returns its urn."""
    story = [EffectsOf(rice.FOOD_LOG, 10_000 * count)]
    heap = story[0].lot(urn := f"urn:lot:X:heap-{count}", kg("1000000"))
    for at in range(count):
        one = EffectsOf(rice.FOOD_LOG, 10_000 * count + at + 1)
        harvest = one.lot(f"urn:lot:X:{count}-{at}", kg("10"), "harvest")
        one.link(harvest, heap, kg("10"), kg("10"))
        for rule in ("R18", "R09"):
            one.keep(made.Mark(one.next_id(), rule, "declared", harvest, (), {}))
        story.append(one)
    with transactions.begin("test") as tx:
        write_effects(tx.connection, [one.done() for one in story])
    return urn


def test_marks_are_looked_up_by_lot_not_searched_once_a_lot(transactions):
    costs, lines = [], []
    for count in (100, 400):
        urn = marked_harvests(transactions, count)
        with counted(transactions.engine) as cost, lines_run(*TRACING) as run:
            document = upstream(transactions, urn)
        assert sorted(len(lot["marks"]) for lot in document["lots"]) == [0] + [2] * count
        assert all(mark["rule"] in {"R18", "R09"} for lot in document["lots"] for mark in lot["marks"])
        costs.append(len(cost.asked))
        lines.append(run[0])
    assert costs[0] == costs[1]
    assert lines[1] < 4.5 * lines[0]
