"""Refusal pages: what happened, what to do, and a number to quote."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from scanner_web.frame.rendering import page
from trace import errors

_UNROUTED: Final = {404: "no-such-page", 405: "method-not-allowed"}
_MACHINES: Final = re.compile(r"/(?:api|log|problems|\.well-known)(?:/|$)")
_ICONS: Final = ("question", "search", "phone", "warn", "chev", "pen", "camera")


@dataclass(frozen=True, slots=True)
class RefusalPages:
    """The refusals of one skin: the template that words them, and its style."""

    template: str
    sheets: tuple[str, ...]

    def install(self, pages: Blueprint) -> None:
        """Pages refuse as pages."""
        pages.register_error_handler(errors.Refusal, self.refused)
        pages.register_error_handler(HTTPException, self.not_served)
        pages.register_error_handler(Exception, self.failed)

    def answer_unrouted(self, app: Flask) -> None:
        """A path that nobody serves is refused as a page, too, when a person asks for it."""
        machines = app.error_handler_spec[None][None].get(HTTPException)

        def not_routed(error: HTTPException) -> Any:
            if machines is None or (_is_a_person() and _MACHINES.match(request.path) is None):
                return self.not_served(error)
            return machines(error)

        for status in _UNROUTED:
            app.register_error_handler(status, not_routed)

    def refused(self, refusal: errors.Refusal) -> Response:
        """未登记 has its own words; every other refusal those of its problem."""
        params = dict(refusal.params)
        typed = str(params.get("code") or params.get("text") or request.args.get("c", ""))
        unknown = isinstance(refusal, errors.BatchUnknown)
        return self._page(refusal.http_status, refusal.code, params, unknown=unknown, typed=typed[:80])

    def not_served(self, error: HTTPException) -> Response:
        """What Flask refused: an unknown path, a wrong method."""
        status = error.code or HTTPStatus.BAD_REQUEST
        response = self._page(status, _UNROUTED.get(status, "refused"), {})
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    def failed(self, error: Exception) -> Response:
        """500 with the request's number; the particulars stay in the server's log."""
        current_app.logger.error("unexpected failure in request %s", _number(), exc_info=error)
        return self._page(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", {"request": _number()})

    def _page(
        self, status: int, problem: str, params: dict[str, Any], *, unknown: bool = False, typed: str = ""
    ) -> Response:
        return page(
            self.template,
            sheets=self.sheets,
            status=status,
            problem=problem,
            params=params,
            unknown=unknown,
            typed=typed,
            number=_number(),
            icons=_ICONS,
        )


def _number() -> str:
    """The request's number, as the machine skin gave it."""
    number = g.get("request_id")
    if number is None:
        number = g.request_id = str(uuid.uuid4())
    return str(number)


def _is_a_person() -> bool:
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]
