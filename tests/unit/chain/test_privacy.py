"""Private members: which they are, where they are refused, and data without them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, FOOD_LOG, GROWER, LABORATORY, Chain
from trace.chain.facts import KINDS
from trace.chain.facts.base import holds, without
from trace.chain.privacy import exposed, hidden, masked
from trace.errors.privacy import PrivateInClear

PLACE = {"name": "一号田", "kind": "plot", "region": "310151"}


def of_edition(number: int) -> Chain:
    chain = Chain(conceals=False)
    if number > 1:
        begun = {"log": FOOD_LOG, "edition": number}
        chain.state("platform.edition", begun, by=made.BUREAU, roles=BUREAU | {"platform"}, sub=FOOD_LOG)
    return chain


EVENT = {
    "type": "ObjectEvent",
    "action": "OBSERVE",
    "eventTime": "2026-10-07T08:00:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "epcList": ["urn:epc:id:sgtin:6901234.500001.1"],
}
STATED: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    ("master.place", {**PLACE, "grid": "51R-1"}, {"roles": GROWER, "sub": made.plot(1)}, ("grid",)),
    ("master.place", {**PLACE, "areaMu": "28.6"}, {"roles": GROWER, "sub": made.plot(1)}, ("areaMu",)),
    (
        "master.party",
        made.a_party(contact="138-0000", legalPerson="某某"),
        {"by": made.BUREAU, "roles": BUREAU, "sub": made.uscc(made.MILL)},
        ("contact", "legalPerson"),
    ),
    (
        "food.receipt",
        made.a_receipt(supplierLot=made.ABSENT),
        {},
        ("supplierAddress", "supplierContact", "supplierName"),
    ),
    (
        "master.party",
        made.a_party(kind="smallholder", address="某村一组12号"),
        {"by": made.BUREAU, "roles": BUREAU, "sub": made.uscc(made.MILL)},
        ("address",),
    ),
]
FOREIGN: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"event": {**EVENT, "readPoint": {"id": "geo:31.2304,121.4737"}}}, ("event.readPoint",)),
    ({"event": {**EVENT, "ex:Driver": "王某"}}, ("event.ex:Driver",)),
    ({"event": {**EVENT, "ilmd": {"ex:farm": [{"ex:unit-price": "3.20"}]}}}, ("event.ilmd",)),
    ({"event": {**EVENT, "ex.cn:gps": {"lat": "31.2"}}}, ("event.ex.cn:gps",)),
    ({"event": EVENT, "phone": "138"}, ("phone",)),
]


@pytest.mark.parametrize(("data", "members"), FOREIGN)
def test_a_foreign_event_says_nothing_of_persons_places_and_prices(data, members) -> None:
    how = {"sub": "urn:epc:id:sgtin:6901234.500001.1", "at": "2026-10-07T08:00:00+08:00"}
    with pytest.raises(PrivateInClear) as told:
        of_edition(2).state("epcis.event", data, **how)
    assert told.value.params == {"typ": "epcis.event", "members": list(members)}
    assert not [mark for mark in of_edition(1).state("epcis.event", data, **how).marks if mark.rule == "P25"]
    assert masked("epcis.event", data) == {"event": EVENT}


def test_whom_a_foreign_event_names_is_for_the_parties() -> None:
    sent = {**EVENT, "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:1.2"}]}
    of_edition(2).state("epcis.event", {"event": sent}, sub="urn:x", at="2026-10-07T08:00:00+08:00")
    assert exposed("epcis.event", {"event": sent}) == ()
    assert hidden("epcis.event", {"event": sent}) == ("event.destinationList",)
    assert masked("epcis.event", {"event": sent}) == {"event": sent}
    assert hidden("epcis.event", {"event": json.dumps(sent)}) == ("event.destinationList",)
    beyond = json.dumps({**EVENT, "ilmd": {"ex:driver": "x"}, "ex:size": 0}).replace('": 0}', '": 1e400}')
    shown = json.loads(str(masked("epcis.event", {"event": beyond})["event"]), parse_constant=pytest.fail)
    assert (shown["ex:size"], "ilmd" in shown) == ("1E+400", False)
    assert hidden("epcis.event", {"event": EVENT}) == hidden("unknown.kind", {}) == ()
    assert hidden("correction", {"replacement": {"vehicle": "沪A12345"}}) == ("replacement.vehicle",)
    assert exposed("epcis.event", {"event": "none"}) == ()
    assert masked("epcis.event", {"event": "none"}) == {"event": "none"}


def test_a_plate_is_private() -> None:
    assert "vehicle" in exposed("food.shipment", made.a_shipment(vehicle="沪A12345"))
    assert "vehicle" not in masked("food.shipment", made.a_shipment(vehicle="沪A12345"))


def test_a_foreign_event_is_looked_through_to_a_depth_that_ends() -> None:
    deep: Any = {"ex:driver": "王某"}
    for _ in range(40):
        deep = [deep]
    assert exposed("epcis.event", {"event": {**EVENT, "ex:a": deep}}) == ()
    assert exposed("epcis.event", {"event": {**EVENT, "ex:a": deep[0][0][0][0][0][0][0][0][0][0]}}) != ()


def test_nested_members_are_found_and_left_out_by_their_path() -> None:
    data = {"input": {"name": "a", "source": "b"}, "n": 1}
    assert holds(data, "input.source") and not holds(data, "input.dose") and not holds(data, "n.source")
    assert without(data, ["input.source", "n"]) == {"input": {"name": "a"}}
    assert data["n"] == 1


def test_a_company_stands_by_its_address() -> None:
    assert exposed("master.party", made.a_party(kind="company", address="某路1号")) == ()


@pytest.mark.parametrize(("typ", "data", "how", "members"), STATED)
def test_what_is_private_is_refused_in_clear_since_the_second_edition(typ, data, how, members) -> None:
    with pytest.raises(PrivateInClear) as told:
        of_edition(2).state(typ, data, **how)
    assert told.value.params == {"typ": typ, "members": list(members)}
    effects = of_edition(1).state(typ, data, **how)
    assert not [mark for mark in effects.marks if mark.rule == "P25"]
    concealing = of_edition(2)
    concealing.conceals = True
    concealing.state(typ, data, **how)


def test_a_correction_is_asked_like_what_it_amends() -> None:
    chain = of_edition(2)
    chain.conceals = True
    report = {"roles": LABORATORY, "by": made.LAB}
    chain.state("food.receipt", made.a_receipt(supplierLot=made.ABSENT))
    lot = made.lot(made.MILL, "R1")
    first = chain.state("lab.report", made.a_report(lot=lot), **report)
    chain.conceals = False
    wrong = made.a_correction(first.entry.statement_id, made.a_report(lot=lot, reviewer="某某"))
    with pytest.raises(PrivateInClear) as told:
        chain.state("correction", wrong, sub=lot, **report)
    assert told.value.params == {"typ": "lab.report", "members": ["reviewer"]}
    assert exposed("correction", wrong) == ("replacement.reviewer",)
    assert "reviewer" not in masked("correction", wrong)["replacement"]
    assert masked("correction", wrong)["amends"] == wrong["amends"]


def test_masked_data_lack_what_is_exposed_and_nothing_else() -> None:
    place = {**PLACE, "areaMu": "28.6", "grid": "51R-1", "sketch": [[0, 0]]}
    assert exposed("master.place", place) == ("areaMu", "grid")
    assert masked("master.place", place) == {**PLACE, "sketch": [[0, 0]]}
    assert masked("master.place", {**PLACE, "areaMu": "28"})["areaMu"] == "28"
    assert exposed("unknown.kind", {"receiver": "x"}) == ()
    assert masked("unknown.kind", {"receiver": "x"}) == {"receiver": "x"}
    assert exposed("correction", {"withdraws": True}) == ()
    assert masked("correction", {"withdraws": True}) == {"withdraws": True}


def test_a_buyer_is_private_wherever_goods_are_handed_over() -> None:
    names = set().union(*(kind.private for kind in KINDS.values()))
    assert names >= {"receiver", "receiverName", "receiverAddress", "receiverContact", "buyer"}


def test_no_member_that_must_be_stated_is_private() -> None:
    assert [typ for typ, kind in KINDS.items() if (kind.private | kind.coarse) & kind.needed.keys()] == []


def test_an_event_that_came_as_a_text_is_as_private_as_its_members():
    driven = {**EVENT, "ex:driver": "张三", "ex:moisture": 14.5}
    data = {"event": json.dumps(driven)}
    assert exposed("epcis.event", data) == hidden("epcis.event", data) == ("event.ex:driver",)
    with pytest.raises(PrivateInClear):
        of_edition(2).state("epcis.event", data, sub="urn:x", at="2026-10-07T08:00:00+08:00")
    assert json.loads(masked("epcis.event", data)["event"]) == {**EVENT, "ex:moisture": 14.5}
    plain = {"event": json.dumps({**EVENT, "ex:moisture": 14.5})}
    assert exposed("epcis.event", plain) == hidden("epcis.event", plain) == ()
    assert masked("epcis.event", plain) == plain
    sent = {**EVENT, "destinationList": [{"type": "possessing_party", "destination": "urn:x:y"}]}
    told = {"event": json.dumps(sent)}
    assert exposed("epcis.event", told) == ()
    assert hidden("epcis.event", told) == ("event.destinationList",)
    of_edition(2).state("epcis.event", told, sub="urn:x", at="2026-10-07T08:00:00+08:00")
