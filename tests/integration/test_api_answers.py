"""Answers of every JSON route: byte for byte as they were recorded, and as the interface describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.builders.edition_one import fresh_witnesses, restored, unexpected
from tests.servers.api_answers import Questions, every_answer
from tests.servers.case_answers import ask_about_cases
from tests.servers.upload_answers import ask_about_uploads
from trace.platform.opening import open_platform

# Described by their media type alone: files, bytes, text, streams, and an answer without a body.
NO_SCHEMA = {
    ("/api/v1/cases/{number}/papers/{sha256}", "get"),
    ("/api/v1/photos/{sha256}", "delete"),
    ("/api/v1/statements/{stmt}.tlog-proof", "get"),
    ("/api/v1/lots/{lot}/label", "post"),
    ("/api/v1/links/template", "get"),
    ("/api/v1/print-runs/{run}", "delete"),
    ("/api/v1/print-runs/{run}/parts/{number}", "get"),
    ("/api/v1/print-runs/{run}/files.zip", "get"),
    ("/api/v1/print-runs/{run}/manifest.jws", "get"),
    ("/api/v1/uploads/{upload}", "delete"),
    ("/api/v1/uploads/{upload}/annotated.xlsx", "get"),
    ("/log/checkpoint", "get"),
    ("/log/tile/entries/{path}", "get"),
    ("/log/tile/{level}/{path}", "get"),
    ("/.well-known/trace-policy", "get"),
}
UNASKED = {
    ("/api/v1/cases", "post"),
    ("/api/v1/cases/{number}/steps", "post"),
    ("/api/v1/files/{sha256}", "put"),
    ("/api/v1/inbox/note", "post"),
    ("/api/v1/lots/{lot}/label", "get"),
    ("/api/v1/lots/{lot}/print-runs", "post"),
    ("/api/v1/photos/{sha256}", "put"),
    ("/api/v1/recalls/{statement}", "get"),
}
"""Edition 1 has no report that names its file (tests/e2e/test_consumer_messages.py), no delivery note
(tests/integration/usecases/test_inbox.py), no recall in force (tests/integration/usecases/test_recalls.py),
no photograph (tests/integration/usecases/test_photos.py) and no goods of which no packing failed, for a label
or a new run (tests/e2e/test_labels_api.py, tests/e2e/test_print_runs.py). A case and its steps need a person
(tests/e2e/test_cases_api.py)."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Iterator[Questions]:
    folder = tmp_path_factory.mktemp("edition-1")
    opened = open_platform(restored("food", folder))
    opened.cosigners = fresh_witnesses(opened, folder)
    asked = every_answer(opened)
    ask_about_cases(asked)
    ask_about_uploads(asked)
    yield asked
    opened.close()
    for cosigner in opened.cosigners:
        cosigner.witness.transactions.engine.dispose()


@pytest.fixture(scope="module")
def described(asked) -> dict[str, Any]:
    """The interface description."""
    return dict(asked.client.get("/api/openapi.json").json)


def operations(described) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                yield (path, verb), operation


def schemas_of(operation) -> dict[str, Any]:
    """Media type → schema, of what the operation answers when it goes well."""
    return {
        kind: content["schema"]
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for kind, content in response.get("content", {}).items()
        if content["schema"].get("format") != "binary" and not kind.startswith("text/")
    }


def asked_operation(described, verb: str, path: str) -> tuple[str, str] | None:
    """The operation behind a path; of several the one that says more of it in its own words."""
    fitting = [
        name
        for name, _ in operations(described)
        if name[1] == verb.lower() and re.fullmatch(re.sub(r"\{\w+\}", ".+", name[0]), path)
    ]
    return max(fitting, key=lambda name: len(re.sub(r"\{\w+\}", "", name[0])), default=None)


def test_every_answer_has_the_bytes_that_it_had(asked, tmp_path) -> None:
    if told := unexpected("answers", asked.found, tmp_path):
        pytest.fail(f"the interface answers otherwise than recorded:\n{told}")


def test_every_route_but_the_named_ones_has_a_schema_for_its_answer(described) -> None:
    without = {name for name, operation in operations(described) if not schemas_of(operation)}
    assert without == NO_SCHEMA


def test_every_described_document_was_asked_for(asked, described) -> None:
    done = {
        asked_operation(described, verb, path)
        for verb, path, answer in asked.answers
        if 200 <= answer.status_code < 300
    }
    assert {name for name, operation in operations(described) if schemas_of(operation)} - done == UNASKED


def closed(components) -> dict[str, Any]:
    """The described objects without leave for further members: what is answered is declared."""
    schemas = {
        name: {**schema, "additionalProperties": False} if "properties" in schema else schema
        for name, schema in components["schemas"].items()
    }
    return {**components, "schemas": schemas}


def test_every_answer_is_as_the_interface_describes_it(asked, described) -> None:
    every, components, judged = dict(operations(described)), closed(described["components"]), 0
    validators: dict[Any, Draft202012Validator] = {}
    for verb, path, answer in asked.answers:
        name = asked_operation(described, verb, path)
        if name is None or answer.status_code >= 300 or answer.status_code == 204:
            continue
        schema = schemas_of(every[name])[answer.mimetype]
        validator = validators.setdefault(name, Draft202012Validator({**schema, "components": components}))
        faults = [f"{one.json_path}: {one.message[:200]}" for one in validator.iter_errors(answer.json)]
        assert not faults, (verb, path, faults)
        judged += 1
    assert judged > 500
