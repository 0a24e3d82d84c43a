"""Applications as a registrar sees them."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import signed_in
from scanner_web.frame.workspace import desk_page
from trace.access import PAGES
from trace.errors import ReasonMissing, Refusal
from trace.platform.opening import Platform
from trace.usecases.accounts import decide_applications as use_case

_SIGNING = "GET /desk/sign/"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a registrar's applications."""

    @pages.get("/desk/applications")
    def applications() -> Response:
        """What waits, and what was decided."""
        return desk_page(
            "enterprise/applications.html", at="applications", icons=("doc", "stop"),
            waiting=use_case.waiting_applications(platform.transactions),
            decided=use_case.decided_applications(platform.transactions),
        )  # fmt: skip

    @pages.get("/desk/applications/<string:number>")
    def case(number: str) -> Response:
        """Stated and known, side by side."""
        return _case(platform, number)

    @pages.post("/desk/applications/<string:number>/accept")
    def accept(number: str) -> AnyResponse:
        """Take the organisation in; its record is signed next."""
        use_case.accept(platform.transactions, signed_in(), number)
        return to(f"/desk/applications/{number}")

    @pages.post("/desk/applications/<string:number>/refuse")
    def refuse(number: str) -> AnyResponse:
        """Send it back with a reason."""
        try:
            use_case.refuse(platform.transactions, signed_in(), number, request.form.get("reason", ""))
        except ReasonMissing as refusal:
            return _case(platform, number, refusal)
        return to("/desk/applications")


def _case(platform: Platform, number: str, refusal: Refusal | None = None) -> Response:
    found = use_case.open_case(platform.transactions, number)
    return desk_page(
        "enterprise/application_case.html", at="applications", case=found, refusal=refusal,
        status=refusal.http_status if refusal else HTTPStatus.OK, signs=any(map(_is_signing, PAGES)),
        icons=("doc", "pen"),
    )  # fmt: skip


def _is_signing(line: str) -> bool:
    return line.startswith(_SIGNING)
