"""The interface description: a valid OpenAPI 3.1 document that says what is really served."""

from __future__ import annotations

import re

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from tests.e2e.conftest import Told


@pytest.fixture
def document(told: Told) -> dict:
    answer = told.door.get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def test_it_is_valid_openapi_3_1(document: dict) -> None:
    # The specification's own JSON Schema, as schemathesis ships it.
    OPENAPI_31_VALIDATOR.validate(document)
    assert not OPENAPI_31_VALIDATOR.is_valid({**document, "paths": []})
    assert document["openapi"] == "3.1.0"


def test_every_api_route_is_described_and_every_description_is_a_route(told: Told, document: dict) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), verb.lower())
        for rule in told.door.app.url_map.iter_rules()
        for verb in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/v1/", "/log/", "/.well-known/"))
    }
    described = {
        (path, verb) for path, verbs in document["paths"].items() for verb in verbs if verb != "parameters"
    }
    assert routes == described


def test_every_operation_has_a_summary_and_answers(document: dict) -> None:
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                assert operation["summary"], (path, verb)
                assert operation["responses"], (path, verb)


def test_people_read_it_without_scripts_or_foreign_hosts(told: Told, document: dict) -> None:
    page = told.door.get("/api/docs", Accept_Language="en")
    assert page.mimetype == "text/html"
    for path in document["paths"]:
        assert path in page.text
    assert "One lot: `view` is" in page.text
    assert "Scopes, any of: <code>feed:read</code>" in page.text
    assert "<code>iss, stream, seq, stmt</code>" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
