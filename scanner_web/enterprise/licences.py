"""Licences: a firm asks, the authority looks at what it says and signs, or says why not."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.keys import signer
from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import LicenceRequestUnfit, Refusal
from trace.platform.opening import Platform
from trace.usecases.stated.licence_requests import (
    KINDS,
    ask_for_licence,
    confirm_licence,
    licence_requests,
    own_licence_requests,
    refuse_licence,
)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of licences."""

    @pages.get("/desk/licences")
    def licences() -> Response:
        """What was asked for, and a form to ask."""
        return _asked(platform)

    @pages.post("/desk/licences")
    def ask_licence() -> AnyResponse:
        """Ask the authority to state one."""
        try:
            return to(
                ask_for_licence(platform.transactions, signer(), request.form.get(KEY, ""), request.form)
            )
        except Refusal as refusal:
            return _asked(platform, refusal)

    _register_authority(pages, platform)


def _register_authority(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/licence-requests")
    def waiting_licences() -> Response:
        """What waits for the authority."""
        return _waiting(platform)

    @pages.post("/desk/licence-requests/<string:number>/confirm")
    def confirm_request(number: str) -> AnyResponse:
        """Prepare the licence for the authority's signature."""
        try:
            return to(f"/desk/sign/{confirm_licence(platform.transactions, signer(), number)}")
        except Refusal as refusal:
            return _waiting(platform, refusal)

    @pages.post("/desk/licence-requests/<string:number>/refuse")
    def refuse_request(number: str) -> AnyResponse:
        """Say why not."""
        try:
            refuse_licence(platform.transactions, signer(), number, request.form.get("reason", ""))
        except Refusal as refusal:
            return _waiting(platform, refusal)
        return to("/desk/licence-requests")


def _asked(platform: Platform, refusal: Refusal | None = None) -> Response:
    if refusal is not None and refusal.code == LicenceRequestUnfit.code:
        field = reader_of(request).word("work.licences.field", refusal.params["field"])
        refusal = LicenceRequestUnfit(field=field)
    return desk_page(
        "enterprise/licences.html",
        at="master",
        icons=("shield", "pen", "clock"),
        sheets=("records.css",),
        status=200 if refusal is None else refusal.http_status,
        rows=own_licence_requests(platform.transactions, signer().iss),
        kinds=KINDS,
        typed=request.form,
        refusal=refusal,
    )


def _waiting(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "enterprise/licence_requests.html",
        at="licence-requests",
        icons=("shield", "pen"),
        status=200 if refusal is None else refusal.http_status,
        rows=licence_requests(platform.transactions),
        refusal=refusal,
    )
