"""OpenAPI as clients need it: names of operations, parameters in words, problems by status, examples."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import orjson
from flask import Flask, current_app

from api.description.parameters import IN_PATH, IN_QUERY, Said
from trace.access import path_of

Operation = dict[str, Any]

PROBLEM_TYPE: Final = "application/problem+json"
_VERBS: Final = ("get", "post", "put", "delete")
_TEXT: Final = {"schema": {"type": "string"}}
_NAMED: Final = re.compile(r"_(\w)")

STATUSES: Final[Mapping[int, str]] = {
    400: "The request has not the form that is described; `errors` points to the members at fault",
    401: "No token, or one that is unknown, revoked or over (`token-missing`, `token-unknown`)",
    403: "The token does not open this (`scope-missing`), or speaks for another party (`not-in-own-name`)",
    404: "Nothing of that name, or nothing that this caller may see",
    409: "It stands against what is there: `chain-conflict` says where the chain stands",
    413: "The body is too large (`body-too-large` names the limit)",
    415: "Another `Content-Type` is wanted; the problem names those it takes",
    422: "Read, and not admitted: rule, figures and what to do are in the problem",
    503: "Not now: `Retry-After` says when to ask again",
}
"""What a refusal of each status says; which codes there are stands at /problems."""

INFO: Final = """\
签名决定谁陈述，令牌决定谁可以调用。Signatures decide who states something, tokens decide who may call.

- **Token**: `Authorization: Bearer …`, from the platform's administrator; each operation names the scopes,
  any of which opens it. Where none is named, or an empty requirement stands among them, anybody may ask.
- **Refusals** are problems (RFC 9457, `application/problem+json`): `code` is stable, `action` says what
  to do, and `type` leads to a page about it. `Accept-Language: en` gets them in English.
- **Repeating**: reading may be repeated at will. The same statement sent again gets its first receipt; what
  got no answer is sent again with the same bytes. 503 and 429 say by `Retry-After` when.
- **Paging**: `next` of a page is `after` of the following one.
- More members may come in answers; a client ignores what it does not know. In requests unknown members
  are refused.
- **Request ids**: `X-Request-Id` of the request, or a new one, stands in the answer and in a problem's
  `instance`.
"""

EXAMPLE_JWS: Final = {
    "protected": "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3YkpabU9mOExK…",
    "payload": "eyJfc2RfYWxnIjoic2hhLTI1NiIsImRhdGEiOnsiX3NkIjpbIkZITndIUUVXT3RMN1BUVmxP…",
    "signature": "-M2gCsvYEsF9D0Z7z-Rg0dYbsrqibT7yjmYZTj41lvgX6G1LDzElto3MLTMIZKiMCY2akD4njdxCPAAprKtiDw",
    "header": {"disclosures": ["WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIiwid29ya2VyIiwiVy4gTC4iXQ"]},
}

EXAMPLES: Final[Mapping[str, Any]] = {
    "POST /api/v1/statements": EXAMPLE_JWS,
    **orjson.loads(Path(__file__).with_name("examples.json").read_bytes()),
}
"""JSON bodies that fit the schema of their operation."""


SUBJECTS: Final = (
    *(
        "statements",
        "uploads",
        "upload-mappings",
        "lots",
        "inbox",
        "codes",
        "labels",
        "print-runs",
        "links",
        "scans",
        "supervision",
        "cases",
    ),
    *("analyses", "mock-recalls", "consumer", "recalls", "search", "photos", "resolver", "status", "log"),
)
"""The order of subjects: what a client begins with stands first."""


def completed(found: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A copy of a description with all that it lacks; `names` has each operation's, by verb and path."""
    spec: dict[str, Any] = copy.deepcopy(dict(found))
    spec["info"] |= {"description": INFO, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    spec["tags"].sort(key=lambda tag: SUBJECTS.index(tag["name"]))
    spec["servers"] = [{"url": "/", "description": "this platform"}]
    spec["components"]["responses"] = {
        f"Problem{status}": _problem(text) for status, text in STATUSES.items()
    } | {"Problem": _problem("Any other refusal")}
    for schema in ("Error", "PaginationMetadata"):
        spec["components"]["schemas"].pop(schema, None)
    for path, verb, operation in operations_of(spec):
        line = f"{verb.upper()} {path}"
        operation["operationId"] = names[line]
        _explain(operation, spec["paths"][path].get("parameters", ()))
        _answer(operation, line)
        _exemplify(operation, line)
    return spec


def operations_of(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Path, verb and operation, in the order of the document."""
    for path, found in spec["paths"].items():
        for verb in _VERBS:
            if verb in found:
                yield path, verb, found[verb]


def names_of(app: Flask) -> dict[str, str]:
    """The name of each operation: that of the function that answers, as clients write names."""
    return {
        f"{verb} {path_of(rule.rule)}": _NAMED.sub(
            lambda each: each[1].upper(), rule.endpoint.rpartition(".")[2]
        )
        for rule in app.url_map.iter_rules()
        for verb in rule.methods or ()
    }


def description_of(app: Flask | None = None) -> dict[str, Any]:
    """The completed description of an application; made once, since its routes stay."""
    served = app or current_app
    kept: dict[str, Any] | None = served.extensions.get("greentrace.description")
    if kept is None:
        spec = served.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
        kept = served.extensions["greentrace.description"] = completed(spec.to_dict(), names_of(served))
    return kept


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {PROBLEM_TYPE: {"schema": schema}}}


def _explain(operation: Operation, shared: Any) -> None:
    for each in (*shared, *operation.get("parameters", ())):
        table: Mapping[str, Said] = IN_PATH if each["in"] == "path" else IN_QUERY
        text, example = table.get(each["name"], (None, None))
        if text is not None:
            each.setdefault("description", text)
        if example is not None and "examples" not in each and "default" not in each["schema"]:
            each.setdefault("example", example)


def _answer(operation: Operation, line: str) -> None:
    responses = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
    for each in responses.values():
        for kind, content in each.get("content", {}).items():
            if kind.startswith("text/"):
                content.setdefault("schema", _TEXT["schema"])
        if each["description"] in {status.phrase for status in HTTPStatus}:
            each["description"] = "As asked"
    for status in sorted(_refusals(operation, line)):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"] = responses


def _refusals(operation: Operation, line: str) -> Iterator[int]:
    security = operation.get("security", [])
    if any(security):
        yield 401
        if {} not in security:
            yield 403
    if "{" in line:
        yield 404
    if operation.get("parameters") or "requestBody" in operation:
        yield 400
    if "requestBody" in operation:
        yield from (413, 415, 422)
    if line.startswith(("POST /api/v1/statements", "POST /api/v1/lots/", "PUT /api/v1/print-runs/")):
        yield 409
    yield 503


def _exemplify(operation: Operation, line: str) -> None:
    if line in EXAMPLES:
        for kind, content in operation["requestBody"]["content"].items():
            if kind.endswith("json"):
                content["example"] = EXAMPLES[line]
