"""Facts: what is read, and what is refused with the path of the member that is wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.every_kind import STATED
from trace.chain.facts import KINDS, GoodsShipped, Loss, MaterialReceived, parse_fact
from trace.chain.facts.corrections import named_in
from trace.chain.facts.oversight import OVERSIGHT
from trace.chain.facts.reading import Shape, read_quantity
from trace.errors.food import FactMalformed, KindUnknown, QuantityNotPositive

AT = datetime(2026, 10, 6, 1, tzinfo=UTC)
OVERSIGHT_TYPES = [kind.typ for kind in OVERSIGHT]


def receipt(**changed: Any) -> MaterialReceived:
    fact = parse_fact("food.receipt", made.a_receipt(**changed), made.lot(made.MILL, "R1"), AT)
    assert isinstance(fact, MaterialReceived)
    return fact


@pytest.mark.parametrize("typ", sorted(KINDS))
def test_every_kind_reads_what_its_builder_states(typ):
    sub, data = STATED[typ]
    fact = parse_fact(typ, data, sub, AT)
    assert fact.sub == sub
    assert fact.occurred_at == AT
    assert fact.needs() | fact.needs() == fact.needs()


OPEN = {
    "party.key.register",
    "party.key.revoke",
    "link.change",
    "epcis.event",
}
CLOSED = sorted(typ for typ in KINDS if typ not in OPEN and typ not in OVERSIGHT_TYPES)


@pytest.mark.parametrize("typ", CLOSED)
def test_a_member_of_the_wrong_type_is_named(typ):
    sub, data = STATED[typ]
    for member in data:
        with pytest.raises(FactMalformed) as refused:
            parse_fact(typ, {**data, member: 7.5}, sub, AT)
        assert refused.value.params["path"] == f"$.data.{member}"


@pytest.mark.parametrize("typ", sorted(OPEN))
def test_an_open_kind_wants_the_members_that_the_chain_reads(typ):
    sub, data = STATED[typ]
    for broken in ({}, dict.fromkeys(data, 7.5)):
        with pytest.raises(FactMalformed):
            parse_fact(typ, broken, sub, AT)


def test_a_missing_member_is_named():
    with pytest.raises(FactMalformed) as refused:
        receipt(receivedAt=made.ABSENT)
    assert refused.value.params["path"] == "$.data.receivedAt"


def test_an_unknown_member_is_refused_by_its_path():
    with pytest.raises(FactMalformed) as refused:
        receipt(colour="red")
    assert refused.value.params["path"] == "$.data.colour"


def test_a_wrong_member_deep_inside_is_named_with_its_position():
    data = made.a_production()
    data["inputs"].append(
        {"lot": made.lot(made.MILL, "R9"), "quantity": {"value": 3, "unit": "kg"}, "role": "main"}
    )
    with pytest.raises(FactMalformed) as refused:
        parse_fact("food.production", data, data["batch"], AT)
    assert refused.value.params["path"] == "$.data.inputs[1].quantity"


@pytest.mark.parametrize("value", ["0", "-5", "0.000"])
def test_nothing_or_less_is_not_a_quantity(value):
    with pytest.raises(QuantityNotPositive) as refused:
        receipt(quantity=made.kg(value))
    assert refused.value.params["path"] == "$.data.quantity"


@pytest.mark.parametrize(
    "written", ["2026-10-06T09:00:00", "2026-10-06 09:00:00+08:00", "2026-13-06T09:00:00Z", 5]
)
def test_a_time_without_offset_or_outside_the_calendar_is_refused(written):
    with pytest.raises(FactMalformed):
        receipt(receivedAt=written)


def test_concealed_members_may_be_absent():
    hidden = ("supplier", "supplierName", "supplierAddress", "supplierContact")
    fact = receipt(**dict.fromkeys(hidden, made.ABSENT), _sd=["x" * 43] * 4)
    assert fact.supplier_name is None


def test_digests_inside_an_inner_object_are_tolerated():
    assert receipt(shelfLife={"value": 12, "unit": "month", "_sd": ["x" * 43]}).shelf_life is not None


def test_the_subject_must_be_the_lot_that_the_data_names():
    with pytest.raises(FactMalformed) as refused:
        parse_fact("food.receipt", made.a_receipt(), made.lot(made.MILL, "R2"), AT)
    assert refused.value.params["path"] == "$.sub"


def test_more_outputs_than_row_ids_are_refused():
    outputs = [
        {"lot": made.lot(made.MILL, f"O{n}"), "productName": "稻谷", "quantity": made.kg(1)}
        for n in range(256)
    ]
    with pytest.raises(FactMalformed) as refused:
        parse_fact("food.split", made.a_split(outputs=outputs), made.lot(made.MILL, "S1"), AT)
    assert refused.value.params["path"] == "$.data.outputs"


@pytest.mark.parametrize(
    ("member", "value", "wanted"),
    [
        ("gtin", "9521234100011", "GTIN with check digit 0"),
        ("product", "urn:gtin:09521234100011", "GTIN with check digit 0"),
    ],
)
def test_a_wrong_check_digit_is_refused_with_the_right_one(member, value, wanted):
    with pytest.raises(FactMalformed) as refused:
        parse_fact("food.pack", made.a_pack(**{member: value}), made.lot(made.MILL, "K1"), AT)
    assert refused.value.params["path"] == f"$.data.{member}"
    assert refused.value.params["expected"] == wanted


WRONG = [
    ("farm.operation", {"input": {**made.an_operation()["input"], "phiDays": "7"}}, ".input.phiDays"),
    ("farm.operation", {"usedOn": "2026-02-30"}, ".usedOn"),
    ("food.receipt", {"_sd": "digest"}, "._sd"),
    ("food.receipt", {"quantity": {"value": "1e3", "unit": "kg"}}, ".quantity"),
    ("food.receipt", {"quantity": {"value": "1", "unit": "stone"}}, ".quantity"),
    ("food.receipt", {"shelfLife": "12 months"}, ".shelfLife"),
    ("food.pack", {"label": {"enterprise": {"name": 7}}}, ".label.enterprise.name"),
    ("food.pack", {"label": {"colour": "red"}}, ".label.colour"),
    ("master.place", {"gln": "9521234000014"}, ".gln"),
    ("master.place", {"outline": [["121.9", "31.3"], ["121.9"], ["121.8", "31.3"]]}, ".outline[1]"),
    ("master.place", {"sketch": [[0, 0], [1000, 1001], [0, 500]]}, ".sketch[1][1]"),
    ("master.place", {"sketch": [["121.9", "31.3"], [0, 0], [5, 5]]}, ".sketch[0][0]"),
    ("master.place", {"north": 360}, ".north"),
    ("master.place", {"beside": [{"at": 90, "what": "neighbour Li"}]}, ".beside[0].what"),
]


@pytest.mark.parametrize(("typ", "changed", "path"), WRONG)
def test_what_is_wrong_is_refused_by_its_path(typ, changed, path):
    sub, data = STATED[typ]
    with pytest.raises(FactMalformed) as refused:
        parse_fact(typ, {**data, **changed}, sub, AT)
    assert refused.value.params["path"] == f"$.data{path}"


def test_master_data_are_about_a_thing_of_their_kind():
    with pytest.raises(FactMalformed) as refused:
        parse_fact("master.party", made.a_party(), made.plot(1), AT)
    assert refused.value.params["path"] == "$.sub"


def test_a_class_and_a_table_that_differ_are_seen_at_import():
    with pytest.raises(TypeError, match="reason"):
        Shape(Loss, {"quantity": read_quantity})


def test_names_are_found_however_deep_but_not_for_ever():
    deep: Any = "urn:lot:a:b"
    for _ in range(30):
        deep = [deep]
    assert named_in({"a": ["urn:lot:a:c", 7], "_sd": ["x" * 43], "deep": deep}) == {"urn:lot:a:c"}


def test_an_unknown_kind_is_refused():
    with pytest.raises(KindUnknown):
        parse_fact("food.magic", {}, "x", AT)


def test_facts_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        receipt().lot = "x"  # type: ignore[misc]


def test_a_declaration_is_found_by_its_rule():
    fact = receipt(declared=[{"rule": "R18", "reason": "磅秤故障，已复核"}])
    assert fact.declaration("R18") == "磅秤故障，已复核"
    assert fact.declaration("R07") is None


@pytest.mark.parametrize(("low", "high"), [("2", "6.5"), ("-18.25", "-18.25"), ("0", "0"), ("-100", "100")])
def test_a_temperature_is_kept_as_it_was_read(low, high):
    read = receipt(temperature=made.degrees(low, high)).temperature
    assert read is not None and read.as_json() == made.degrees(low, high)
    sent = parse_fact(
        "food.shipment",
        made.a_shipment(temperature=made.degrees(low, high)),
        made.lot(made.MILL, "X1"),
        AT,
    )
    assert isinstance(sent, GoodsShipped) and sent.temperature == read


@pytest.mark.parametrize(
    ("stated", "path"),
    [
        (made.degrees("7", "6.5"), ".max"),
        (made.degrees("-0", "1"), ".min"),
        (made.degrees("01", "1"), ".min"),
        (made.degrees("1", "100.01"), ".max"),
        (made.degrees("1", "1.125"), ".max"),
        ({**made.degrees("1", "2"), "min": 1}, ".min"),
        ({**made.degrees("1", "2"), "unit": "°F"}, ".unit"),
        ({"min": "1", "unit": "°C"}, ".max"),
        ({**made.degrees("1", "2"), "mean": "1"}, ".mean"),
    ],
)
def test_a_temperature_of_another_form_is_refused_by_its_member(stated, path):
    with pytest.raises(FactMalformed) as refused:
        receipt(temperature=stated)
    assert refused.value.params["path"] == f"$.data.temperature{path}"
