"""The interface description: a valid OpenAPI 3.1 document that says what is really served."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import jsonschema
import pytest
from flask import Flask, template_rendered
from jinja2 import Template
from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.access import TABLE
from api.description.completed import EXAMPLES
from api.description.reference import Sentences, groups_of, schemas_of, sentences
from api.routes.docs import VIEWER
from tests.e2e.conftest import Told
from trace.wording import LOCALES, has


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


def _operations(document: dict) -> list[tuple[str, str, dict]]:
    return [
        (path, verb, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if verb != "parameters"
    ]


def test_the_specification_s_own_validator_takes_it(document: dict) -> None:
    """References, parameters of paths, names of operations, defaults: what a JSON Schema does not see."""
    validate(document)
    broken = {**document, "paths": {"/a/{b}": {"get": {"responses": {"200": {"description": "x"}}}}}}
    with pytest.raises(OpenAPIValidationError):
        validate(broken)


def test_every_operation_says_what_it_takes_and_answers(document: dict) -> None:
    named = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(set(named)) == len(named) > 50
    problems = document["components"]["responses"]
    for path, verb, operation in _operations(document):
        assert operation["summary"], (path, verb)
        assert (verb in {"post", "put"}) <= ("requestBody" in operation or path.endswith("acknowledgement"))
        for each in operation.get("requestBody", {}).get("content", {}).values():
            assert each["schema"], (path, verb)
        good = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
        assert good, (path, verb)
        for status, each in good.items():
            assert (status == "204") or all("schema" in one for one in each["content"].values()), (path, verb)
            assert status == "204" or each["content"]
        for status, each in operation["responses"].items():
            if status not in good:
                assert "application/problem+json" in problems[each["$ref"].rpartition("/")[2]]["content"]


def test_every_operation_and_schema_has_a_chinese_name(document: dict) -> None:
    titles = {operation["operationId"] for _, _, operation in _operations(document)}
    lacking = [(one, locale) for one in titles for locale in LOCALES if not has(locale, f"api-title.{one}")]
    assert lacking == []
    schemas = set(document["components"]["schemas"])
    assert schemas ^ sentences("zh-CN").schemas.keys() == set()


class _Asked(dict[str, str]):
    """Sentences that note which of them were asked for, and what had none."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__(told)
        self.unused, self.missing = set(told), set[str]()

    def get(self, text: str, otherwise: str | None = None) -> str | None:  # type: ignore[override]
        self.unused.discard(text)
        if text and text not in self and otherwise is not None:
            self.missing.add(text)
        return super().get(text, otherwise)


def test_the_chinese_page_says_everything_in_chinese(document: dict) -> None:
    chinese = sentences("zh-CN")
    asked = _Asked(chinese.told)
    shown = {line: found.shown for line, found in TABLE.items()}
    groups_of(document, shown, Sentences(asked, chinese.schemas))
    schemas_of(document, Sentences(asked, chinese.schemas))
    assert (sorted(asked.missing), sorted(asked.unused)) == ([], [])


def test_every_parameter_is_explained(document: dict) -> None:
    for path, verbs in document["paths"].items():
        own = [
            each
            for _, _, operation in _operations({"paths": {path: verbs}})
            for each in operation.get("parameters", [])
        ]
        for each in [*verbs.get("parameters", []), *own]:
            assert each.get("description"), (path, each["name"])
            assert each["schema"], (path, each["name"])


def test_the_scopes_of_a_call_stand_in_its_security(document: dict) -> None:
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/heads"]["get"]["security"] == [
        {"token": ["statements:write"]},
        {"token": ["trace:own"]},
    ]
    for line, access in TABLE.items():
        verb, _, path = line.partition(" ")
        if "?" not in path:
            found = document["paths"][path][verb.lower()]["security"]
            assert ({} in found) is access.public, line
            assert [one["token"][0] for one in found if one] == list(access.scopes), line


def test_every_example_of_a_body_fits_its_schema(document: dict) -> None:
    fitted = 0
    for _, _, operation in _operations(document):
        for each in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in each:
                schema = {**each["schema"], "components": document["components"]}
                jsonschema.validate(each["example"], schema)
                fitted += 1
    assert fitted >= len(EXAMPLES)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_it_without_scripts_or_foreign_hosts(told: Told, document: dict, language: str) -> None:
    page = told.door.get("/api/docs", Accept_Language=language)
    assert page.mimetype == "text/html"
    for path, _, operation in _operations(document):
        assert path in page.text
        assert f'id="{operation["operationId"]}"' in page.text
    assert "<code>feed:read</code>" in page.text
    told_of_lot = {"zh": "一个批次：view", "en": "One lot: <code>view</code> is"}
    assert told_of_lot[language] in page.text
    subjects = {"zh": "<h2>收件箱</h2>", "en": "<h2>What waits for one&#39;s word</h2>"}
    assert subjects[language] in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert ("可复制的调用" in page.text) is (language == "zh")


@pytest.mark.parametrize("path", ["/api/docs", "/problems"])
def test_long_pages_that_stay_are_written_once_for_each_language(told: Told, path: str) -> None:
    """Anybody may ask for them, and they cost a hundred times what it takes to ask."""
    written: list[str] = []

    def note(_: Flask, template: Template, **__: object) -> None:
        written.append(str(template.name))

    told.door.app.extensions.pop("greentrace.reference", None)
    told.door.app.extensions.pop("greentrace.problems", None)
    with template_rendered.connected_to(note, told.door.app):
        texts = [told.door.get(path, Accept_Language=one).text for one in ("zh", "en") * 3]
    assert len(written) == len(set(texts)) == 2
    assert texts[0] == texts[2] != texts[1]


def test_a_call_to_copy_is_one_command(told: Told) -> None:
    page = html.unescape(told.door.get("/api/docs", Accept_Language="en").text)
    wanted = (
        'curl -H "Authorization: Bearer $GREENTRACE_TOKEN" '
        '"$GREENTRACE_SERVER/api/v1/heads?iss=urn:uscc:91310151XN0000442L&stream=desk-1"'
    )
    assert f"<code>{wanted}</code>" in page
    assert "-H 'Content-Type: application/jose+json' --data-binary '{\"protected\":" in page


def test_what_the_pages_load_is_ours_and_nothing_else(told: Told) -> None:
    style = told.door.get("/api/docs/reference.css", Accept_Encoding="gzip")
    assert style.headers["Content-Encoding"] == "gzip"
    plain = told.door.get("/api/docs/reference.css")
    assert plain.text.startswith(":root")
    assert "Content-Encoding" not in plain.headers
    for name in ("none.js", "completed.py", "..%2fcompleted.py"):
        assert told.door.get(f"/api/docs/{name}").status_code == 404


@pytest.mark.skipif(not VIEWER.exists(), reason="NOT CHECKED: the viewer is not here (make vendor, with npm)")
def test_the_viewer_stands_on_pages_without_inline_script(told: Told) -> None:
    page = told.door.get("/api/docs/console")
    scripts = re.findall(r'<script src="/api/docs/([a-z-]+\.js)\?v=[0-9a-f]+" defer></script>', page.text)
    assert scripts == ["swagger-ui-bundle.js", "console.js"]
    assert page.text.count("<script") == 2
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    for name in re.findall(r'(?:src|href)="(/api/docs/[^"]+)"', page.text):
        assert told.door.get(name).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_of_a_problem_has_a_page(told: Told, language: str) -> None:
    listed = told.door.get("/problems", Accept_Language=language).text
    codes = re.findall(r'href="/problems/([a-z0-9-]+)"', listed)
    assert {"chain-conflict", "token-missing", "fact-malformed"} <= set(codes)
    for code in ("chain-conflict", "scope-missing"):
        assert f"<code>{code}</code>" in told.door.get(f"/problems/{code}", Accept_Language=language).text
    assert told.door.get("/problems/none-such").status_code == 404
