"""Shipping and receiving as events: one class for both sides, both amounts, and by whose word."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import facts as build
from trace.chain.facts import parse_fact
from trace.chain.interchange import NAMESPACES, Handed, event_of, sent_with, taken_back, told_of
from trace.chain.interchange.handed import both_amounts
from trace.epcis.documents import document_of, read_document, write_json
from trace.epcis.events import QuantityElement, Reference
from trace.quantities import Quantity

NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
STATEMENT = build.statement_id("stated")
MILL, MARKET = build.uscc(build.MILL), build.uscc(build.MARKET)
K1, X1 = build.lot(build.MILL, "K1"), build.lot(build.MILL, "X1")
CLASS = "https://id.gs1.org/01/09521234100010/10/M20261012A"
FIVE_KILOS = {"件": Quantity(Decimal(5), "kg")}


def told(typ: str, data: dict[str, Any], iss: str, handed: Handed, **names: str):
    fact = parse_fact(typ, data, data["lot"], NOON)
    event = event_of(fact, STATEMENT, iss, lambda lot: names.get(lot.rsplit(":", 1)[-1], lot), handed)
    again = read_document(write_json(document_of([event], NOON, NAMESPACES)))
    assert again.events == (event,)
    return event


def amounts(event) -> set[tuple[str, str, str | None]]:
    return {(each.epc_class, format(each.quantity.normalize(), "f"), each.uom) for each in event.quantities}


def test_goods_leave_under_their_class_with_both_amounts_to_whom_may_be_known():
    handed = Handed(state="confirmed", receiver=MARKET, content=FIVE_KILOS, place="urn:place:X-1")
    event = told("food.shipment", build.a_shipment(), MILL, handed, K1=CLASS)
    assert (event.type, event.action, event.biz_step, event.disposition) == (
        "ObjectEvent", "OBSERVE", "shipping", "in_transit",
    )  # fmt: skip
    assert amounts(event) == {(CLASS, "1200", None), (CLASS, "6000", "KGM")}
    assert event.sources == (Reference(MILL, "possessing_party"), Reference("urn:place:X-1", "location"))
    assert event.destinations == (Reference(MARKET, "possessing_party"),)
    assert (event.read_point, event.biz_location) == ("urn:place:X-1", None)
    assert event.biz_transactions == (Reference(X1, "desadv"),)
    assert event.other["greentrace:linkState"] == "confirmed"


@pytest.mark.parametrize("stated", ["6000 kg", "1200 件", "both"])
def test_whichever_amount_is_stated_the_other_follows_on_either_side(stated):
    kilos, packs = {"value": "6000", "unit": "kg"}, {"value": "1200", "unit": "件"}
    said = {"quantity": packs if stated == "1200 件" else kilos}
    shipment = build.a_shipment(**said, packs=packs if stated == "both" else build.ABSENT)
    sent = told("food.shipment", shipment, MILL, Handed(content=FIVE_KILOS), K1=CLASS)
    receipt = build.a_receipt(lot=build.lot(build.MARKET, "R9"), **said)
    got = told("food.receipt", receipt, MARKET, Handed(content=FIVE_KILOS, paired=True), R9=CLASS)
    assert amounts(sent) == amounts(got) == {(CLASS, "1200", None), (CLASS, "6000", "KGM")}


@pytest.mark.parametrize(("low", "high"), [("-18.5", "-16"), ("4.25", "4.25")])
def test_a_stated_temperature_is_told_as_a_sensor_element_by_either_side(low, high):
    said = {"temperature": build.degrees(low, high)}
    sent = told("food.shipment", build.a_shipment(**said), MILL, Handed(), K1=CLASS)
    receipt = build.a_receipt(lot=build.lot(build.MARKET, "R9"), **said)
    got = told("food.receipt", receipt, MARKET, Handed(), R9=CLASS)
    report = {"type": "Temperature", "minValue": Decimal(low), "maxValue": Decimal(high), "uom": "CEL"}
    for event in (sent, got):
        assert event.other["sensorElementList"] == [{"sensorReport": [report]}]
    unsaid = told("food.shipment", build.a_shipment(), MILL, Handed(), K1=CLASS)
    assert "sensorElementList" not in unsaid.other


def test_a_pair_is_received_under_the_class_that_it_left_under():
    data = build.a_receipt(lot=build.lot(build.MARKET, "R9"), place="urn:place:X-2")
    handed = Handed(state="disputed", shipper=MILL, paired=True)
    event = told("food.receipt", data, MARKET, handed, R9=CLASS)
    assert (event.type, event.action, event.biz_step) == ("ObjectEvent", "OBSERVE", "receiving")
    assert {each.epc_class for each in event.quantities} == {CLASS}
    assert event.sources == (Reference(MILL, "possessing_party"),)
    assert event.destinations == (
        Reference(MARKET, "possessing_party"),
        Reference("urn:place:X-2", "location"),
    )
    assert (event.read_point, event.biz_location) == ("urn:place:X-2", "urn:place:X-2")
    assert event.other["greentrace:linkState"] == "disputed"


@pytest.mark.parametrize("state", ["claimed", "lapsed", None])
def test_what_is_no_pair_begins_under_its_own_name_from_nobody(state):
    data = build.a_receipt(lot=build.lot(build.MARKET, "R9"))
    event = told("food.receipt", data, MARKET, Handed(state=state))
    assert event.action == "ADD"
    assert {each.epc_class for each in event.quantities} == {build.lot(build.MARKET, "R9")}
    assert event.sources == ()
    assert data["supplierLot"] not in write_json(document_of([event], NOON, NAMESPACES))
    assert event.other.get("greentrace:linkState") == state


def test_the_other_side_is_told_no_place_and_no_use():
    data = build.a_receipt(lot=build.lot(build.MARKET, "R9"), place="urn:place:X-2")
    event = told(
        "food.receipt", data, MARKET, Handed(state="confirmed", shipper=MILL, paired=True, narrow=True)
    )
    assert (event.read_point, event.biz_location) == (None, None)
    assert event.destinations == (Reference(MARKET, "possessing_party"),)
    assert "greentrace:role" not in event.other


def test_goods_that_come_back_are_told_as_such():
    data = build.a_receipt(supplierLot=build.ABSENT, supplier=build.ABSENT, returns=STATEMENT)
    assert told("food.receipt", data, MILL, Handed()).disposition == "returned"


def test_a_certificate_that_goes_with_goods_is_two_events():
    data = build.a_certificate(consignment=build.lot(build.COOPERATIVE, "C1"), to="party", buyer=build.ABSENT)
    fact = parse_fact("farm.certificate", data, data["lot"], NOON)
    certified = event_of(fact, STATEMENT, build.uscc(build.COOPERATIVE))
    sent = sent_with(fact, STATEMENT, build.uscc(build.COOPERATIVE))
    assert (certified.biz_step, sent.biz_step) == ("inspecting", "shipping")
    assert certified.event_id != sent.event_id
    assert told_of(certified) == told_of(sent) == STATEMENT
    assert sent.quantities == (QuantityElement(data["lot"], Decimal(16900), "KGM"),)
    plain = parse_fact("farm.certificate", build.a_certificate(), build.a_certificate()["lot"], NOON)
    assert sent_with(plain, STATEMENT, MILL) is None


def test_what_was_taken_back_says_so_and_names_what_corrects_it():
    first = told("food.shipment", build.a_shipment(), MILL, Handed())
    other = parse_fact("food.shipment", build.a_shipment(quantity=build.kg("5000")), X1, NOON)
    anew = event_of(other, build.statement_id("anew"), MILL)
    corrected = taken_back(first, NOON, anew, withdrawn=False)
    assert corrected.event_id == first.event_id
    assert corrected.other["errorDeclaration"] == {
        "declarationTime": "2026-10-20T12:00:00.000+08:00",
        "reason": "incorrect_data",
        "correctiveEventIDs": [anew.event_id],
    }
    withdrawn = taken_back(first, NOON, None, withdrawn=True).other["errorDeclaration"]
    assert withdrawn == {"declarationTime": "2026-10-20T12:00:00.000+08:00", "reason": "did_not_occur"}


def test_a_container_has_its_gs1_name():
    data = build.an_aggregation()
    fact = parse_fact("code.aggregate", data, data["container"], NOON)
    event = event_of(fact, STATEMENT, MILL)
    assert event.parent == f"https://id.gs1.org/00/{data['container'].removeprefix('urn:sscc:')}"


@pytest.mark.parametrize(
    ("stated", "content", "found"),
    [
        (["7 kg"], {}, ["7 kg"]),
        (["7 kg"], {"件": "5 kg"}, ["7 kg"]),
        (["10 kg"], {"件": "5 kg"}, ["2 件", "10 kg"]),
        (["0.01 t"], {"袋": "5 kg"}, ["2 袋", "0.01 t"]),
        (["10 kg"], {"瓶": "5 L"}, ["10 kg"]),
        (["3 袋"], {"件": "5 kg"}, ["3 袋"]),
        (["3 袋"], {"袋": "2.5 kg"}, ["3 袋", "7.5 kg"]),
        (["3 袋", "8 kg"], {"袋": "2.5 kg"}, ["3 袋", "8 kg"]),
        ([None, "3 瓶"], {"瓶": "500 mL"}, ["3 瓶", "1.5 L"]),
    ],
)
def test_an_amount_is_told_both_ways_only_where_it_follows(stated, content, found):
    def read(text: str) -> Quantity:
        return Quantity.of(*text.split(" "))

    got = both_amounts(
        [None if one is None else read(one) for one in stated], {k: read(v) for k, v in content.items()}
    )
    assert [(one.base, one.base_unit) for one in got] == [
        (each.base, each.base_unit) for each in map(read, found)
    ]


@pytest.mark.parametrize(
    "event_id", [None, "urn:uuid:1", f"ni:///sha-256;{'0' * 64}?ver=CBV2.0", "ni:///sha-256;x"]
)
def test_an_event_of_somebody_else_is_none_of_ours(event_id):
    event = told("food.shipment", build.a_shipment(), MILL, Handed())
    object.__setattr__(event, "event_id", event_id)
    assert told_of(event) is None
