"""Refusal pages: what happened, what to do, and a number to quote."""

from __future__ import annotations

import re
import uuid
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from scanner_web.frame.rendering import page
from trace import errors

_UNROUTED: Final = {404: "no-such-page", 405: "method-not-allowed"}
_MACHINES: Final = re.compile(r"/(?:api|log|problems|\.well-known)(?:/|$)")
_ICONS: Final = ("question", "search", "phone", "warn", "chev", "pen", "camera")


def install(app: Flask, pages: Blueprint) -> None:
    """Pages refuse as pages; a path that nobody serves does, too, when a person asks for it."""
    pages.register_error_handler(errors.Refusal, refused)
    pages.register_error_handler(HTTPException, not_served)
    pages.register_error_handler(Exception, failed)
    machines = app.error_handler_spec[None][None].get(HTTPException)

    def not_routed(error: HTTPException) -> Any:
        if machines is None or (_is_a_person() and _MACHINES.match(request.path) is None):
            return not_served(error)
        return machines(error)

    for status in _UNROUTED:
        app.register_error_handler(status, not_routed)


def refused(refusal: errors.Refusal) -> Response:
    """未登记 has its own words; every other refusal those of its problem."""
    params = dict(refusal.params)
    unknown = isinstance(refusal, errors.BatchUnknown)
    typed = str(params.get("code") or params.get("text") or request.args.get("c", ""))
    return page(
        "consumer/refused.html", status=refusal.http_status, problem=refusal.code, params=params, unknown=unknown,
        typed=typed[:80], number=_number(), icons=_ICONS,
    )  # fmt: skip


def not_served(error: HTTPException) -> Response:
    """What Flask refused: an unknown path, a wrong method."""
    status = error.code or HTTPStatus.BAD_REQUEST
    problem = _UNROUTED.get(status, "refused")
    response = page(
        "consumer/refused.html", status=refusal.http_status, problem=problem, params={}, unknown=False, typed="",
        number=_number(), icons=_ICONS,
    )  # fmt: skip
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def failed(error: Exception) -> Response:
    """500 with the request's number; the particulars stay in the server's log."""
    current_app.logger.error("unexpected failure in request %s", _number(), exc_info=error)
    return page(
        "consumer/refused.html", status=HTTPStatus.INTERNAL_SERVER_ERROR, problem="unexpected",
        params={"request": _number()}, unknown=False, typed="", number=_number(), icons=_ICONS,
    )  # fmt: skip


def _number() -> str:
    """The request's number, as the machine skin gave it."""
    number = g.get("request_id")
    if number is None:
        number = g.request_id = str(uuid.uuid4())
    return str(number)


def _is_a_person() -> bool:
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]
