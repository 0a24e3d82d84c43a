"""Who stands in for whom: one's own deputies, and all of the organisation's for its head."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import signed_in
from scanner_web.frame.workspace import desk_page
from trace.errors import DeputyUnfit
from trace.platform.opening import Platform
from trace.usecases.accounts.deputies import (
    LONGEST_REASON,
    PAGE,
    Asked,
    appoint_deputy,
    end_deputy,
    list_deputies,
)

_ICONS: Final = ("people", "clock", "tick", "stop")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of deputies."""

    @pages.get("/desk/deputies")
    def deputies() -> Response:
        """Who stands in, until when and why, and the form for a new one."""
        return _page(platform)

    @pages.post("/desk/deputies")
    def appoint() -> AnyResponse:
        """Let a colleague stand in."""
        typed = request.form
        asked = Asked(
            typed.get("deputy", ""), typed.getlist("role"), typed.get("first", ""), typed.get("last", ""),
            typed.get("reason", ""),
        )  # fmt: skip
        try:
            return to(appoint_deputy(platform.transactions, signed_in(), typed.get(KEY, ""), asked))
        except DeputyUnfit as refusal:
            return _page(platform, refusal, asked)

    @pages.post("/desk/deputies/<string:number>/end")
    def end(number: str) -> AnyResponse:
        """End it before its time."""
        end_deputy(platform.transactions, signed_in(), number)
        return to(PAGE)


def _page(platform: Platform, refusal: DeputyUnfit | None = None, typed: Asked | None = None) -> Response:
    status = HTTPStatus.OK if refusal is None else refusal.http_status
    return desk_page(
        "enterprise/deputies.html", at="deputies", status=status, refusal=refusal, icons=_ICONS,
        found=list_deputies(platform.transactions, signed_in()),
        typed=typed or Asked("", (), "", "", ""), longest=LONGEST_REASON,
    )  # fmt: skip
