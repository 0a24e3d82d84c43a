"""A laboratory's warning of a hazard that it met in its work: filled in, and signed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import RiskUnfit
from trace.platform.opening import Platform
from trace.rules.hazards import SEVERITIES, hazards
from trace.usecases.supervision.hazards import propose_alert

_CODE: Final = 18


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a laboratory's warning."""

    @pages.get("/desk/alert")
    def alert() -> Response:
        """The form of a warning."""
        return _page()

    @pages.post("/desk/alert")
    def raise_alert() -> AnyResponse:
        """Draft the warning, and go where it is signed."""
        typed = {name: text.strip() for name, text in request.form.items()}
        party = typed.get("party", "")
        if len(party) == _CODE and ":" not in party:
            typed["party"] = f"urn:uscc:{party.upper()}"
        try:
            return to(propose_alert(platform.transactions, current_actor(), typed.get(KEY, ""), typed))
        except RiskUnfit as refusal:
            return _page(refusal)


def _page(refusal: RiskUnfit | None = None) -> Response:
    return desk_page(
        "enterprise/alert.html", at="home", icons=("warn", "pen"), sheets=("records.css",),
        status=200 if refusal is None else refusal.http_status, refusal=refusal,
        hazards=list(hazards().values()), severities=SEVERITIES, typed=request.form,
    )  # fmt: skip
