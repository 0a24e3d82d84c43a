"""Capture documents that OpenEPCIS states to be valid EPCIS 2.0.

Sensor elements are carried verbatim and not judged: one document has a sensor report without a type.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from trace.epcis.documents import document_of, event_members, read_document, read_event, write_json

pytestmark = pytest.mark.vectors


@pytest.fixture(scope="module")
def documents(vectors):
    return sorted((vectors / "epcis/openepcis-valid").glob("*.json"))


def test_every_valid_document_is_read_and_survives_writing_and_reading_again(documents):
    read = 0
    for path in documents:
        document = read_document(path.read_bytes())
        assert document.events, path.name
        for event, verbatim in zip(document.events, document.verbatim, strict=True):
            assert read_event(event_members(event)) == event
            again = json.loads(write_json(event_members(event)), parse_float=Decimal)
            assert again.keys() - {"eventTime"} == {
                key for key, value in verbatim.items() if value != [] and key != "eventTime"
            }
        rewritten = read_document(write_json(document_of(document.events, document.created)))
        assert rewritten.events == document.events
        assert replace(rewritten, verbatim=(), context=None) == replace(document, verbatim=(), context=None)
        read += 1
    assert read == 38
