"""The way of goods between firms as EPCIS: on one class, to the receiver, by whose word; and home again."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import H1, K1, SHIPPED, SUPPLIED, SignedRice, at
from tests.builders.signers import Signer, opening
from tests.servers.platform import TestPlatform
from trace.epcis.documents import read_document, write_json
from trace.ledger.disclosure import parse_disclosure
from trace.parties import COUNTRY, PROCESSOR, REGULATOR_MARKET, Actor
from trace.store.log.disclosures import erase_disclosures, read_disclosures
from trace.usecases.lots.export_epcis import export_epcis
from trace.usecases.lots.find_lot import find_lot

REGULATOR = Actor("g1", made.uscc(made.BUREAU), frozenset({REGULATOR_MARKET}), region=COUNTRY)
MILLER = Actor("p1", made.uscc(made.MILL), frozenset({PROCESSOR}))
SHOP = Actor("m1", made.uscc(made.MARKET), frozenset({PROCESSOR}))
FARMER = Actor("f1", made.uscc(made.COOPERATIVE), frozenset({PROCESSOR}))
CLASS = "https://id.gs1.org/01/09521234100010/10/M20261012A"
SOLD = made.lot(made.MARKET, "R9")


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return SignedRice(platform, clock).tell()


@pytest.fixture
def shop(story, platform):
    signer = Signer(made.MARKET, "retailer")
    platform.register(signer)
    return signer


def receive(story: SignedRice, shop: Signer, **said: Any) -> None:
    data = {
        "lot": SOLD,
        "role": "goods",
        "quantity": made.kg("6000"),
        "supplier": made.uscc(made.MILL),
        "supplierLot": SHIPPED,
        "receivedAt": "2026-10-14T15:00:00+08:00",
        "handover": opening(story.statements["shipment"]),
        **said,
    }
    stated = made.a_receipt(**data)
    inputs = [story.ref("shipment")] if "handover" in stated else []
    when = at("2026-10-14T15:00:00+08:00")
    story.log("sold", shop.state("food.receipt", SOLD, stated, at=when, conceal=SUPPLIED, inputs=inputs))


def events(platform: TestPlatform, lot: str, actor: Actor, step: str | None = None) -> list[dict[str, Any]]:
    text = export_epcis(platform.transactions, lot, actor)
    read_document(text)
    found = json.loads(text, parse_float=Decimal)["epcisBody"]["eventList"]
    return [one for one in found if step is None or one.get("bizStep") == step]


def parties(event: dict[str, Any], side: str) -> list[str]:
    return [one[side] for one in event.get(f"{side}List", []) if one["type"] == "possessing_party"]


def test_whoever_follows_the_class_of_a_pack_comes_to_its_receiver(story, shop, platform):
    receive(story, shop)
    for actor in (REGULATOR, MILLER):
        (sent,) = events(platform, K1, actor, "shipping")
        (got,) = events(platform, K1, actor, "receiving")
        for one in (sent, got):
            assert one["type"] == "ObjectEvent"
            assert one["action"] == "OBSERVE"
            amounts = {(each["epcClass"], each["quantity"], each.get("uom")) for each in one["quantityList"]}
            assert amounts == {(CLASS, 1200, None), (CLASS, 6000, "KGM")}
            assert one["greentrace:linkState"] == "confirmed"
            assert parties(one, "source") == [made.uscc(made.MILL)]
            assert parties(one, "destination") == [made.uscc(made.MARKET)]


def test_the_receiver_follows_the_class_back_and_is_told_no_more_of_the_shipper(story, shop, platform):
    receive(story, shop)
    (sent,) = events(platform, SOLD, SHOP, "shipping")
    (got,) = events(platform, SOLD, SHOP, "receiving")
    assert {each["epcClass"] for one in (sent, got) for each in one["quantityList"]} == {CLASS}
    assert parties(sent, "destination") == parties(got, "destination") == [SHOP.party]
    assert parties(got, "source") == [made.uscc(made.MILL)]
    assert "readPoint" not in sent


def test_bulk_keeps_the_name_of_its_harvest_until_it_is_made_into_something(story, platform):
    sent, got = (events(platform, H1, FARMER, step) for step in ("shipping", "receiving"))
    assert {each["epcClass"] for one in (*sent, *got) for each in one["quantityList"]} == {H1}
    merged = events(platform, made.lot(made.MILL, "S1"), MILLER, "creating_class_instance")
    assert H1 in {each["epcClass"] for one in merged for each in one.get("inputQuantityList", [])}


def test_a_shipment_that_nobody_answered_is_told_with_the_receiver_to_its_shipper(story, platform):
    (sent,) = events(platform, K1, MILLER, "shipping")
    assert parties(sent, "destination") == [made.uscc(made.MARKET)]
    assert "greentrace:linkState" not in sent
    assert events(platform, K1, MILLER, "receiving") == []
    with platform.transactions.begin("erasure") as tx:
        stmt = story.receipts["shipment"].statement_id
        held = read_disclosures(tx.connection, [stmt])[stmt]
        erase_disclosures(tx.connection, stmt, [parse_disclosure(one).digest for one in held])
    (sent,) = events(platform, K1, MILLER, "shipping")
    assert parties(sent, "destination") == []


def test_a_claim_leads_to_nobodys_goods(story, shop, platform):
    receive(story, shop, handover=made.ABSENT, supplierLot=K1)
    (got,) = events(platform, SOLD, SHOP, "receiving")
    assert got["action"] == "ADD"
    assert {each["epcClass"] for each in got["quantityList"]} == {SOLD}
    assert got["greentrace:linkState"] == "claimed"
    assert "sourceList" not in got
    assert events(platform, SOLD, SHOP, "shipping") == []
    assert events(platform, K1, MILLER, "receiving") == [], "nor does its holder's document know of it"


def test_a_correction_is_told_with_what_it_took_back(story, shop, platform, clock):
    receive(story, shop)
    weighed = made.a_receipt(
        lot=SOLD,
        role="goods",
        quantity=made.kg("5995"),
        supplier=made.ABSENT,
        supplierLot=SHIPPED,
        receivedAt="2026-10-14T15:00:00+08:00",
        handover=opening(story.statements["shipment"]),
    )
    first = story.receipts["sold"].statement_id
    correction = made.a_correction(first, weighed)
    hidden = [f"replacement.{name}" for name in SUPPLIED if name in weighed]
    story.log("weighed", shop.state("correction", SOLD, correction, at=clock(), conceal=hidden))
    told = events(platform, SOLD, SHOP, "receiving")
    wrong, right = sorted(told, key=lambda one: "errorDeclaration" not in one)
    assert wrong["eventID"] == f"ni:///sha-256;{first}"
    assert wrong["errorDeclaration"]["reason"] == "incorrect_data"
    assert wrong["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    assert right["eventID"] == f"ni:///sha-256;{story.receipts['weighed'].statement_id}"
    assert {each["quantity"] for each in right["quantityList"]} == {1199, 5995}
    assert {each["quantity"] for each in wrong["quantityList"]} == {1200, 6000}


def test_a_withdrawn_shipment_did_not_occur(story, platform, clock):
    withdrawal = {"amends": story.receipts["shipment"].statement_id, "reason": "客户取消", "withdraws": True}
    story.log("cancelled", story.mill.state("correction", SHIPPED, withdrawal, at=clock()))
    (sent,) = events(platform, K1, MILLER, "shipping")
    assert sent["errorDeclaration"]["reason"] == "did_not_occur"
    assert "correctiveEventIDs" not in sent["errorDeclaration"]


def test_inputs_that_a_correction_took_away_are_told_as_taken_back(story, platform, clock):
    """The document of the lot that is no input any more still says that it was named as one."""
    silo = made.lot(made.MILL, "S1")
    merge = made.a_merge(
        inputs=[{"lot": made.lot(made.MILL, "R2"), "quantity": made.kg("18400")}],
        declared=[{"rule": "R18", "reason": "地磅维修，按估算"}],
    )
    correction = made.a_correction(story.receipts["merge"].statement_id, merge)
    story.log("corrected", story.mill.state("correction", silo, correction, at=clock()))
    told = events(platform, made.lot(made.MILL, "R1"), MILLER, "creating_class_instance")
    wrong, right = sorted(told, key=lambda one: "errorDeclaration" not in one)
    assert H1 in {each["epcClass"] for each in wrong["inputQuantityList"]}
    assert wrong["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    assert H1 not in {each["epcClass"] for each in right["inputQuantityList"]}


def test_our_own_document_comes_home_without_doubling_anything(story, shop, platform, clock):
    receive(story, shop)
    lots = [K1, made.lot(made.MILL, "S1"), made.lot(made.MILL, "R1"), SHIPPED]
    before = [find_lot(platform.transactions, lot, MILLER).available for lot in lots]
    rows = [platform.count(table) for table in ("lot", "link", "handover", "claim")]
    told = [event for lot in lots for event in events(platform, lot, MILLER)]
    assert len(told) > 8
    for event in told:
        story.log("home", story.mill.state("epcis.event", K1, {"event": write_json(event)}, at=clock()))
    assert [find_lot(platform.transactions, lot, MILLER).available for lot in lots] == before
    assert [platform.count(table) for table in ("lot", "link", "handover", "claim")] == rows


def test_a_platform_that_knows_none_of_it_gets_each_class_once(story, shop, platform, databases, clock):
    """In any order of its events; what was taken back makes nothing there."""
    receive(story, shop)
    told = events(platform, K1, MILLER)
    url = databases.migrated("sqlite")
    clock.advance(timedelta(minutes=10))
    found = []
    with TestPlatform(url, clock, origin="trace.test/other") as other:
        mill = Signer("91310000MA1FL8XQ30", "processor")
        other.register(mill)
        for event in told:
            if any("urn:lot:" in str(value) for value in event.values()):
                continue  # lots in another's namespace are not ours to make
            other.log(mill.state("epcis.event", "urn:x:1", {"event": write_json(event)}, at=clock()))
        with other.transactions.look() as tx:
            found = [row[0] for row in tx.connection.exec_driver_sql("SELECT urn FROM lot").fetchall()]
    databases.discard(url)
    assert found.count(CLASS) == 1


def test_a_concealed_member_never_leaves(story, shop, platform):
    receive(story, shop)
    for lot, actor in ((K1, MILLER), (K1, REGULATOR), (SOLD, SHOP)):
        text = json.dumps(events(platform, lot, actor), default=str, ensure_ascii=False)
        for private in ("无何有之乡", "浦东", "000-0000", "乌有乡"):
            assert private not in text
