"""Event hash ids against the reference implementation's vectors (its JSON documents)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from trace.epcis.event_hash import event_hash

pytestmark = pytest.mark.vectors


def events_of(document: dict) -> list[dict]:
    body = document["epcisBody"]
    if "queryResults" in body:
        body = body["queryResults"]["resultsBody"]
    return body["eventList"]


def test_every_json_vector_that_ignores_nothing_has_the_expected_ids(vectors):
    folder = vectors / "epcis/event-hash-vectors"
    checked, wrong = 0, []
    for vector in json.loads((folder / "VECTORS.json").read_text("utf-8")):
        if vector["ignore_fields"] or not vector["file"].endswith(".jsonld"):
            continue
        text = (folder / "examples" / vector["file"]).read_text("utf-8")
        document = json.loads(text, parse_float=Decimal)
        found = [event_hash(event, document.get("@context")) for event in events_of(document)]
        checked += len(found)
        if found != vector["hashes"]:
            wrong.append(vector["file"])
    assert not wrong
    assert checked == 39


def test_events_that_are_spelled_differently_but_equal_have_one_id(vectors):
    path = vectors / "epcis/event-hash-vectors/expected_equal/ReferenceEventHashAlgorithm.json"
    document = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    ids = [event_hash(event, document.get("@context")) for event in events_of(document)]
    assert len(set(ids)) == 1
