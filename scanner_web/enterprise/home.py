"""The first page of somebody who is signed in."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.workspace import desk_page
from trace.access.rights import PREPARE
from trace.platform.opening import Platform
from trace.usecases.accounts.recovery import waiting_recovery
from trace.usecases.duties.by_rule import answer_profile, duties_of
from trace.usecases.duties.first_days import first_steps
from trace.usecases.duties.today import waiting_for


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the first page."""

    @pages.get("/desk")
    def home() -> Response:
        """Who one is here, and what waits."""
        signed = signed_in()
        waiting = waiting_for(platform.transactions, signed)
        others = waiting_recovery(platform.transactions, signed)
        duties = duties_of(platform.transactions, signed.actor) if signed.may(PREPARE) else []
        return desk_page(
            "enterprise/home.html", at="home", icons=("chev", "stop"), sheets=("duties.css",),
            waiting=waiting, duties=duties, others=others,
            way=first_steps(platform.transactions, signed),
        )  # fmt: skip

    @pages.post("/desk/profile-unchanged")
    def profile_unchanged() -> AnyResponse:
        """The profile needs no change for the licences that changed up to then."""
        said = request.form.get("asOf", "")
        with suppress(ValueError, OverflowError):
            as_of = datetime.fromisoformat(said).astimezone(UTC)
            answer_profile(platform.transactions, current_actor(), as_of)
        return to("/desk")
