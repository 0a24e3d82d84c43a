"""Compact URIs in the values of an event: hashed as the URIs that they stand for."""

from __future__ import annotations

import pytest

from trace.epcis.event_hash import event_hash, pre_hash


def _shipped(**more: object) -> dict:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-10-20T04:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "epcList": ["urn:epc:id:sgtin:4012345.011111.9876"],
        **more,
    }


CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"ex": "https://example.org/voc/"}]


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ({"ex:grade": "ex:First"}, {"ex:grade": "https://example.org/voc/First"}),
        ({"ex:grades": ["ex:A", "ex:B"]}, {"ex:grades": [f"https://example.org/voc/{x}" for x in "AB"]}),
        ({"ex:in": {"ex:at": "ex:Here"}}, {"ex:in": {"ex:at": "https://example.org/voc/Here"}}),
        ({"epcList": ["ex:1"]}, {"epcList": ["https://example.org/voc/1"]}),
        (
            {"quantityList": [{"epcClass": "ex:C", "quantity": 1}]},
            {"quantityList": [{"epcClass": "https://example.org/voc/C", "quantity": 1}]},
        ),
        ({"readPoint": {"id": "ex:Gate"}}, {"readPoint": {"id": "https://example.org/voc/Gate"}}),
        ({"bizStep": "ex:drying"}, {"bizStep": "https://example.org/voc/drying"}),
        ({"bizStep": "cbv:BizStep-shipping"}, {"bizStep": "shipping"}),
        ({"disposition": "ex:dried"}, {"disposition": "https://example.org/voc/dried"}),
        (
            {"persistentDisposition": {"set": ["ex:dried"]}},
            {"persistentDisposition": {"set": ["https://example.org/voc/dried"]}},
        ),
        (
            {"sourceList": [{"type": "ex:keeper", "source": "ex:Farm"}]},
            {
                "sourceList": [
                    {"type": "https://example.org/voc/keeper", "source": "https://example.org/voc/Farm"}
                ]
            },
        ),
        (
            {"bizTransactionList": [{"type": "po", "bizTransaction": "ex:7"}]},
            {"bizTransactionList": [{"type": "po", "bizTransaction": "https://example.org/voc/7"}]},
        ),
        (
            {"sensorElementList": [{"sensorReport": [{"type": "ex:W", "value": 14.5}]}]},
            {"sensorElementList": [{"sensorReport": [{"type": "https://example.org/voc/W", "value": 14.5}]}]},
        ),
        (
            {
                "sensorElementList": [
                    {"sensorMetadata": {"deviceID": "ex:D1"}, "sensorReport": [{"type": "gs1:T"}]}
                ]
            },
            {
                "sensorElementList": [
                    {
                        "sensorMetadata": {"deviceID": "https://example.org/voc/D1"},
                        "sensorReport": [{"type": "https://gs1.org/voc/T"}],
                    }
                ]
            },
        ),
        ({"ilmd": {"ex:kind": "ex:Rice"}}, {"ilmd": {"ex:kind": "https://example.org/voc/Rice"}}),
    ],
)  # fmt: skip
def test_a_compact_uri_in_a_value_is_the_uri_that_it_stands_for(short, whole):
    assert event_hash(_shipped(**short), CONTEXT) == event_hash(_shipped(**whole), CONTEXT)
    assert event_hash(_shipped(**short), CONTEXT) != event_hash(_shipped(), CONTEXT)


@pytest.mark.parametrize("value", ["urn:lot:X:1", "https://example.org/a", "none:such", "12:30", "a: b"])
def test_what_only_looks_like_one_stays_as_it_is(value):
    odd = [*CONTEXT, {"https": "https://wrong.example/"}]
    assert f"={value}" in pre_hash(_shipped(**{"ex:grade": value}), odd)


@pytest.mark.parametrize(
    "context",
    [
        {"ex": "https://example.org/voc/"},
        {"ex": {"@id": "https://example.org/voc/", "@prefix": True}},
        [{"ex": {"@id": "https://example.org/voc/"}}, {"other": 7}],
    ],
)
def test_a_prefix_may_be_declared_by_either_form_of_a_term_in_document_or_event(context):
    whole = event_hash(_shipped(**{"ex:grade": "https://example.org/voc/First"}), CONTEXT)
    assert event_hash(_shipped(**{"ex:grade": "ex:First"}), context) == whole
    assert event_hash(_shipped(**{"ex:grade": "ex:First", "@context": context})) == whole
