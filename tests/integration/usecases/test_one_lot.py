"""Questions about one lot: what is known, what is marked, its records as EPCIS; each to those concerned."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from tests.builders import facts as made
from tests.builders.documents import whole
from tests.builders.signed_rice import H1, K1, SHIPPED, SignedRice
from tests.servers.platform import TestPlatform
from trace.chain.editions import ADMITTED
from trace.epcis.documents import read_document
from trace.errors import LotOutOfSight, UnknownLot
from trace.parties import GROWER, PROCESSOR, REGULATOR_MARKET, VISITOR, Actor
from trace.quantities import Quantity
from trace.store.lots.details import read_lots
from trace.usecases.lots.export_epcis import export_epcis
from trace.usecases.lots.find_lot import PackOf, find_lot
from trace.usecases.lots.list_disposals import list_disposals
from trace.usecases.lots.read_marks import MarksSeen, read_marks
from trace.usecases.lots.trace_lineage import trace_lineage

REGULATOR = Actor("g1", made.uscc(made.BUREAU), frozenset({REGULATOR_MARKET}), region="CN")
MILLER = Actor("p1", made.uscc(made.MILL), frozenset({PROCESSOR}))
FARMER = Actor("f1", made.uscc(made.COOPERATIVE), frozenset({GROWER}))
STRANGER = Actor("x", made.uscc(made.TOFU), frozenset({PROCESSOR}))


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return SignedRice(platform, clock).tell()


def test_the_holder_and_the_regulator_see_the_whole_lot(story, platform):
    for actor in (REGULATOR, MILLER):
        found = find_lot(platform.transactions, K1, actor)
        assert (found.view, found.kind, found.batch_no) == ("whole", "pack", "M20261012A")
        assert found.quantity == Quantity.of("8000", "kg")
        assert found.available == Quantity.of("2000", "kg")
        assert found.packs == (PackOf("9521234100010", "M20261012A", "batch", "active"),)
        assert {each.role for each in found.mentions} == {"activated"}


def test_a_neighbour_sees_what_it_delivered_and_a_stranger_what_a_shopper_may_know(story, platform):
    delivered = find_lot(platform.transactions, made.lot(made.MILL, "R1"), FARMER)
    assert (delivered.view, delivered.side) == ("partner", "delivered")
    for actor in (STRANGER, VISITOR):
        found = find_lot(platform.transactions, H1, actor)
        assert found.view == "public"
        assert found.region == "崇明区"
        assert "16900" not in repr(found)
    with pytest.raises(UnknownLot):
        find_lot(platform.transactions, "urn:lot:nobody:1", REGULATOR)


def test_a_named_gap_is_seen_downstream_with_figures_for_those_concerned_only(platform, clock):
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make_with_a_declared_gap, told.pack):
        step()
    whole = read_marks(platform.transactions, K1, REGULATOR)
    gap = next(mark for mark in whole.marks if mark.declared)
    assert (gap.rule, gap.own, gap.declared) == ("R18", False, "地磅维修，按估算")
    assert gap.lot == made.lot(made.MILL, "S1")
    assert gap.params
    public = read_marks(platform.transactions, K1, VISITOR)
    seen = next(mark for mark in public.marks if mark.declared)
    assert seen.declared == gap.declared
    assert not hasattr(seen, "lot")
    assert not hasattr(seen, "params")


def test_an_unmarked_lot_has_no_closed_gates(story, platform):
    assert read_marks(platform.transactions, K1, VISITOR) == MarksSeen(K1, (), (), (), truncated=False)


def test_a_harvest_inside_its_interval_closes_its_gates(platform, clock):
    told = SignedRice(platform, clock)
    told.begin()
    spray = made.an_operation(usedOn="2026-10-01")
    told.log("spray", told.farm.state("farm.operation", made.plot(1), spray, at=clock()), "agri")
    data = made.a_harvest()
    told.log("H1", told.farm.state("farm.harvest", H1, data, at=story_time()), "agri")
    found = read_marks(platform.transactions, H1, FARMER)
    assert [mark.rule for mark in found.marks] == ["R08"]
    assert found.gates == ("certificate", "release", "code", "shipment")


def story_time():
    from tests.builders.signed_rice import at

    return at("2026-10-05T17:00:00+08:00")


def test_the_records_of_a_lot_are_an_epcis_document_by_its_gs1_class(story, platform):
    text = export_epcis(platform.transactions, K1, MILLER)
    document = read_document(text)
    kinds = {event.biz_step for event in document.events}
    assert {"packing", "shipping"} <= kinds
    assert "https://id.gs1.org/01/09521234100010/10/M20261012A" in text
    assert [event.time for event in document.events] == sorted(event.time for event in document.events)
    assert "无何有之乡" not in text
    ids = {event["eventID"] for event in json.loads(text)["epcisBody"]["eventList"]}
    assert f"ni:///sha-256;{story.receipts['pack'].statement_id}" in ids


def test_records_are_exported_to_those_concerned_only(story, platform):
    assert export_epcis(platform.transactions, SHIPPED, REGULATOR)
    for actor in (STRANGER, VISITOR):
        with pytest.raises(LotOutOfSight):
            export_epcis(platform.transactions, K1, actor)


def test_disposals_are_listed_for_those_who_may_see_the_lot_each_as_it_was_corrected(story, platform, clock):
    gone = made.a_disposal(quantity=made.kg("60"))
    story.log("gone", story.mill.state("food.disposal", K1, gone, at=clock()))
    weighed = made.a_correction(story.receipts["gone"].statement_id, made.a_disposal(quantity=made.kg("80")))
    story.log("weighed", story.mill.state("correction", K1, weighed, at=clock()))
    (one,) = list_disposals(platform.transactions, K1, MILLER).disposals
    assert (one.manner, one.quantity) == ("destroyed", Quantity.of("80", "kg"))
    assert one.statement.statement == story.receipts["weighed"].statement_id
    with pytest.raises(LotOutOfSight):
        list_disposals(platform.transactions, K1, STRANGER)


def test_what_an_edition_took_is_told_to_the_holder_and_the_authority_alone(story, platform):
    """In every answer that lists marks: of the lot itself, of what is above it, in traces."""
    with platform.transactions.begin("intruder") as tx:
        (held,) = read_lots(tx.connection, [H1])
        row = {"id": held.id + 77, "lot": held.id, "rule": "P25", "code": f"{ADMITTED}-1"}
        values = "(:id, :rule, :code, :lot, '', '{}')"
        tx.connection.execute(
            text(f"INSERT INTO mark (id, rule, code, lot, gates, params) VALUES {values}"), row
        )

    def codes(actor, lot=K1, direction="upstream"):
        found = {mark.code for each in (H1, K1) for mark in marks_seen(platform, each, actor)}
        found |= {mark.code for mark in find_lot(platform.transactions, H1, actor).marks}
        document = whole(trace_lineage(platform.transactions, lot, direction, actor))
        found |= {mark["code"] for each in document.get("lots", ()) for mark in each["marks"]}
        return {code for code in found if code.startswith(ADMITTED)}

    assert codes(REGULATOR) == codes(FARMER, H1, "downstream") == {f"{ADMITTED}-1"}
    assert codes(MILLER) == codes(VISITOR) == set()


def marks_seen(platform, lot, actor):
    return read_marks(platform.transactions, lot, actor).marks
