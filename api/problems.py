"""Problem documents (RFC 9457) of refusals.

A problem has `type` (/problems/<code>, dereferenceable), `title` (stable per type and language), `status`,
`detail` and `action` (what to do next), `params` (machine values) and `instance` (the request id).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from trace import errors
from trace.wording import negotiate, say

RETRY_SECONDS = "5"

_OF_HTTP = {
    404: "no-such-page",
    405: "method-not-allowed",
    408: "request-incomplete",
    413: "too-large",
    415: "media-type-unsupported",
}


def locale_of_request() -> str:
    """zh-CN unless the caller asks for English first."""
    return negotiate(request.headers.get("Accept-Language", ""))


def describe(refusal: errors.Refusal, locale: str) -> dict[str, object]:
    """The members of a problem for one refusal, without the request's own."""
    code = refusal.code
    shown = {name: _shown(value) for name, value in refusal.params.items()}
    return {
        "type": f"/problems/{code}",
        "title": say(locale, f"problem.{code}.title"),
        "status": refusal.http_status,
        "code": code,
        "detail": say(locale, f"problem.{code}.detail", **shown),
        "action": say(locale, f"problem.{code}.action", **shown),
        "params": refusal.params,
        **({"rule": refusal.params["rule"]} if "rule" in refusal.params else {}),
    }


def respond(members: Mapping[str, object], locale: str, status: int) -> Response:
    """A problem document in one language."""
    body = orjson.dumps({**members, "instance": f"urn:request:{g.request_id}"}, default=str)
    response = Response(body, status=status, content_type="application/problem+json")
    response.headers["Content-Language"] = locale
    response.headers["Cache-Control"] = "no-store"
    g.problem_code = members["code"]  # for the request's line in the log
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_SECONDS
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="greentrace"'
    return response


def refused(refusal: errors.Refusal) -> Response:
    """The response for a refusal that reached the edge."""
    locale = locale_of_request()
    return respond(describe(refusal, locale), locale, refusal.http_status)


def from_http(error: HTTPException) -> Response:
    """The response for what Flask or webargs refused: shapes, methods, unknown paths."""
    locale = locale_of_request()
    status = error.code or 500
    fields = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    if fields:
        code, status = "shape", HTTPStatus.BAD_REQUEST
    else:
        code = _OF_HTTP.get(status, "request-refused")
    members: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": say(locale, f"problem.{code}.title"),
        "status": int(status),
        "code": code,
        "detail": say(locale, f"problem.{code}.detail"),
        "action": say(locale, f"problem.{code}.action"),
    }
    if fields:
        members["errors"] = list(_pointers(fields, "#"))
    response = respond(members, locale, status)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def unexpected(error: Exception) -> Response:
    """500 with the request's number; the particulars stay in the server's log."""
    from flask import current_app  # noqa: PLC0415 - only on this path

    current_app.logger.error("unexpected failure in request %s", g.request_id, exc_info=error)
    locale = locale_of_request()
    members: dict[str, object] = {
        "type": "/problems/unexpected",
        "title": say(locale, "problem.unexpected.title"),
        "status": 500,
        "code": "unexpected",
        "detail": say(locale, "problem.unexpected.detail", request=g.request_id),
        "action": say(locale, "problem.unexpected.action"),
    }
    return respond(members, locale, 500)


def _too_deep(_: RecursionError) -> Response:
    return refused(errors.NestedTooDeep())


def _out_of_range(_: Exception) -> Response:
    return refused(errors.ValueOutOfRange())


def install(app: Flask) -> None:
    """Let every refusal and failure of `app` leave as a problem."""
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(OverflowError, _out_of_range)
    app.register_error_handler(UnicodeEncodeError, _out_of_range)
    app.register_error_handler(errors.Refusal, refused)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Exception, unexpected)


def _shown(value: object) -> object:
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def _pointers(messages: object, pointer: str) -> list[dict[str, str]]:
    if isinstance(messages, Mapping):
        found: list[dict[str, str]] = []
        for name, inner in messages.items():
            found.extend(_pointers(inner, f"{pointer}/{name}"))
        return found
    if isinstance(messages, (list, tuple)):
        return [{"pointer": pointer, "detail": str(text)} for text in messages]
    return [{"pointer": pointer, "detail": str(messages)}]
