"""The interface description for people, made from the OpenAPI document: no script, no foreign host."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from flask import Blueprint, Response, current_app, url_for

from api.problems import locale_of_request
from trace.wording import say

blueprint = Blueprint("docs", __name__)


@blueprint.get("/api/docs")
def page() -> Response:
    """Every operation with its summary, from the document that machines read."""
    locale = locale_of_request()
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    rows = []
    for path, operations in sorted(spec["paths"].items()):
        for verb, operation in operations.items():
            if verb == "parameters":
                continue
            summary = escape(operation.get("summary", ""))
            detail = escape(operation.get("description", ""))
            scopes = [name for one in operation.get("security", ()) for name in one.get("token", ())]
            if scopes:
                detail += f"<br>{say(locale, 'page.api.scopes')} <code>{escape(', '.join(scopes))}</code>"
            answer = "<br>".join(_documents(operation, spec["components"]["schemas"]))
            rows.append(
                f"<tr><td><code>{verb.upper()}</code></td><td><code>{escape(path)}</code></td>"
                f"<td><b>{summary}</b><br>{detail}</td><td>{answer}</td></tr>"
            )
    title = say(locale, "page.api.title")
    document = (
        url_for("api-docs.openapi_json") if "api-docs" in current_app.blueprints else "/api/openapi.json"
    )
    body = (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>'
        f"{title}</title><style>body{{font:16px/1.6 system-ui;max-width:70rem;"
        "margin:2rem auto;padding:0 1rem}"
        "td{vertical-align:top;padding:.4rem .8rem;border-top:1px solid #D8DFD9}</style>"
        f'<h1>{title}</h1><p>{say(locale, "page.api.lead")} <a href="{document}">OpenAPI 3.1</a></p>'
        f"<table>{''.join(rows)}</table></html>"
    )
    return Response(body, content_type="text/html; charset=utf-8")


def _documents(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """The documents that an operation answers when it goes well: what each is, and its members."""
    named: dict[str, None] = {}
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values() if status.startswith("2") else ():
            schema = content.get("schema", {})
            for each in (schema, *schema.get("oneOf", ())):
                if "$ref" in each:
                    named.setdefault(each["$ref"].rpartition("/")[2])
    return [
        f"{escape(found['description'])} <code>{escape(', '.join(found['properties']))}</code>"
        for found in (schemas[name] for name in named)
    ]
