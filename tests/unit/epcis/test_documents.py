from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trace.chain.facts import parse_fact
from trace.epcis.documents import document_of, event_members, read_document, read_event, write_json
from trace.epcis.event_hash import event_hash
from trace.epcis.events import ObjectEvent, QuantityElement, Reference, TransformationEvent
from trace.epcis.members import exact_number
from trace.errors import FactMalformed
from trace.errors.epcis import EpcisMalformed

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
LOT = "https://id.gs1.org/01/06901234567892/10/M20261015A"

PADDY = "urn:epc:class:lgtin:4012345.011111.4444"

MILLING = TransformationEvent(
    time=NOON,
    offset="+08:00",
    biz_step="creating_class_instance",
    input_quantities=(
        QuantityElement("urn:epc:class:lgtin:4012345.011111.4444", Decimal("1250.000"), "KGM"),
    ),
    output_quantities=(QuantityElement(LOT, Decimal(500)),),
    sources=(Reference("urn:epc:id:pgln:4012345.00225", "owning_party"),),
)


def observed(**changes) -> dict:
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-10-01T12:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": ["urn:epc:id:sgtin:0614141.107346.2018"],
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def test_an_event_is_written_in_its_own_zone_with_exact_amounts_and_read_back():
    written = event_members(MILLING)
    assert written["eventTime"] == "2026-10-01T12:00:00.000+08:00"
    assert '"quantity":1250.000,' in write_json(written)
    assert read_event(written) == MILLING


def test_a_document_is_read_back_as_it_was_written():
    document = document_of([MILLING], NOON, {"greentrace": "https://example.org/ns/"})
    again = read_document(write_json(document))
    assert again.events == (MILLING,)
    assert again.created == NOON
    assert again.context[1] == {"greentrace": "https://example.org/ns/"}


def test_an_amount_that_no_binary_float_can_hold_keeps_every_digit():
    text = write_json(document_of([MILLING], NOON)).replace("1250.000", "123456789012345.678901")
    (event,) = read_document(text).events
    assert event.input_quantities[0].quantity == Decimal("123456789012345.678901")


@pytest.mark.parametrize(
    "step",
    [
        "receiving",
        "cbv:BizStep-receiving",
        "urn:epcglobal:cbv:bizstep:receiving",
        "https://ref.gs1.org/cbv/BizStep-receiving",
    ],
)
def test_every_spelling_of_a_word_is_the_same_word(step):
    assert read_event(observed(bizStep=step)).biz_step == "receiving"


def test_what_is_not_understood_is_carried_verbatim():
    event = read_event(observed(**{"example:field": {"deep": ["1"]}, "ilmd": {"a:b": "c"}}))
    assert isinstance(event, ObjectEvent)
    assert event.other == {"example:field": {"deep": ["1"]}, "ilmd": {"a:b": "c"}}
    assert event_members(event)["example:field"] == {"deep": ["1"]}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "HarvestEvent"}, "$.type"),
        ({"type": None}, "$.type"),
        ({"type": ["ObjectEvent"]}, "$.type"),
        ({"eventTime": "2026-10-01T12:00:00"}, "$.eventTime"),
        ({"eventTime": "2026-02-30T12:00:00Z"}, "$.eventTime"),
        ({"eventTimeZoneOffset": "+8"}, "$.eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": None}, "$.eventTimeZoneOffset"),
        ({"action": "CHANGE"}, "$.action"),
        ({"action": None}, "$.action"),
        ({"action": ["ADD"]}, "$.action"),
        ({"bizStep": "milling"}, "$.bizStep"),
        ({"disposition": "fine"}, "$.disposition"),
        ({"epcList": "urn:epc:id:sgtin:0614141.107346.2018"}, "$.epcList"),
        ({"epcList": ["not a uri"]}, "$.epcList[0]"),
        ({"epcList": []}, "$"),
        ({"readPoint": "urn:x:y"}, "$.readPoint"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": -1}]}, "$.quantityList[0].quantity"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": True}]}, "$.quantityList[0].quantity"),
        ({"quantityList": [{"epcClass": "urn:x:y", "uom": "KGM"}]}, "$.quantityList[0].quantity"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": 1, "uom": "kg"}]}, "$.quantityList[0].uom"),
        ({"quantityList": [{"quantity": 1}]}, "$.quantityList[0]"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": "1e99999"}]}, "$.quantityList[0].quantity"),
        ({"quantityList": [{"epcClass": "urn:x:y", "quantity": "1e-99"}]}, "$.quantityList[0].quantity"),
        ({"childEPCs": ["urn:x:y"]}, "$.childEPCs"),
        ({"colour": "green"}, "$.colour"),
        ({"a:deep": json.loads('{"b":' * 200 + "1" + "}" * 200)}, "$.a:deep"),
        ({"bizTransactionList": [{"type": "po"}]}, "$.bizTransactionList[0]"),
    ],
)
def test_a_broken_event_is_refused_at_its_place(change, path):
    with pytest.raises(EpcisMalformed) as refused:
        read_event(observed(**change))
    assert refused.value.params["path"] == path


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("TransformationEvent", {"action": None, "epcList": None, "inputEPCList": ["urn:x:y"]}),
        ("AggregationEvent", {"epcList": None, "childEPCs": ["urn:x:y"], "action": "ADD"}),
        ("AssociationEvent", {"epcList": None, "childEPCs": ["urn:x:y"], "action": "ADD"}),
        ("TransactionEvent", {}),
    ],
)
def test_an_event_that_lacks_its_essence_is_refused(kind, members):
    with pytest.raises(EpcisMalformed):
        read_event(observed(type=kind, **members))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"type":["EPCISDocument"]}',
        '{"type":"EPCISDocument"}',
        json.dumps({"type": "EPCISDocument", "schemaVersion": "1.2", "epcisBody": {"eventList": []}}),
        json.dumps({"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": {}}}),
        json.dumps({"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": []}}),
        '{"type":"EPCISDocument","schemaVersion":NaN}',
    ],
)
def test_a_broken_document_is_refused(text):
    with pytest.raises(EpcisMalformed):
        read_document(text)


def test_floats_and_foreign_objects_are_not_written():
    for value in (1.5, object(), {"a": [0.1]}):
        with pytest.raises(TypeError):
            write_json(value)


@pytest.mark.parametrize("figure", ["1e999999999", "-1e999999999", "1e-999999999", "1E+999999999999999999"])
def test_a_figure_of_few_signs_is_written_in_few(figure: str) -> None:
    """Written out, it would be a gigabyte of noughts in every export that holds it."""
    stated = observed() | {"ex:size": exact_number(figure)}
    written = write_json(event_members(read_event(stated)))
    assert len(written) < 1_000
    assert json.loads(written, parse_float=exact_number)["ex:size"] == exact_number(figure)
    assert len(event_hash(stated)) < 100


@pytest.mark.parametrize(
    "figure", ["1e99999999999999999999", "-1e-9999999999999999999", "0e1000000000000000000"]
)
def test_a_figure_beyond_any_number_is_no_json(figure: str) -> None:
    with pytest.raises(EpcisMalformed) as refused:
        read_document(f'{{"a":{figure}}}')
    assert refused.value.params["expected"] == "JSON"
    with pytest.raises(FactMalformed):
        parse_fact("epcis.event", {"event": f'{{"type":"ObjectEvent","ex:size":{figure}}}'}, "urn:x:1", NOON)
