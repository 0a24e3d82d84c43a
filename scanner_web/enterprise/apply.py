"""Asking to be taken in, before anybody of the organisation can sign in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import device
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.workspace import door_page
from trace.errors import Conflict, Malformed, Refusal, SignInsTooMany
from trace.platform.opening import Platform
from trace.usecases.accounts import apply as use_case


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of an application."""

    @pages.get("/apply")
    def application() -> Response:
        """The empty form."""
        return _form(HTTPStatus.OK, {})

    @pages.post("/apply")
    def file_application() -> AnyResponse:
        """Take it; what does not do comes back with everything that was filled in."""
        try:
            limits.take(device().address, "application")
            token = use_case.apply_for(platform.transactions, request.form, request.form.get(KEY, ""))
        except (Malformed, Conflict, SignInsTooMany) as refusal:
            return _form(refusal.http_status, request.form, refusal)
        return to(f"/apply/{token}")

    @pages.get("/apply/<string:token>")
    def follow_application(token: str) -> Response:
        """How far it is; once accepted, the way in for the head."""
        row = use_case.follow(platform.transactions, token)
        led = use_case.is_led(platform.transactions, row.urn)
        return door_page(
            "enterprise/application.html", row=row, led=led, icons=("doc",),
            address=f"{platform.public_url}/apply/{token}",
        )  # fmt: skip

    @pages.post("/apply/<string:token>")
    def begin_as_head(token: str) -> AnyResponse:
        """Go on to the account of the first head."""
        return to(f"/invitation/{use_case.begin_as_head(platform.transactions, token)}")


def _form(status: int, filled: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    return door_page(
        "enterprise/apply.html", status=status, filled=filled, refusal=refusal, roles=use_case.ROLES,
        kinds=use_case.KINDS,
    )  # fmt: skip
