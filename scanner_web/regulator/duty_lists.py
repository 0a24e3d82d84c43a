"""Lists of responsibility, tasks and supervision by unit, and the commitment to them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.duties import LISTS
from trace.errors import RiskUnfit
from trace.platform.opening import Platform
from trace.usecases.supervision.duty_lists import COMMITMENT, propose_duty_list, read_duty_lists

_ICONS: Final = ("doc", "tick", "warn", "pen")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of lists of duties."""

    @pages.get("/office/duties")
    def duty_lists() -> Response:
        """The lists of one's own authority, by unit and year."""
        return _page(platform)

    @pages.post("/office/duties")
    def write_duty_list() -> AnyResponse:
        """Draft a list or a commitment, and go where it is signed."""
        key = request.form.get(KEY, "")
        try:
            return redirect(propose_duty_list(platform.transactions, current_actor(), key, request.form), 303)
        except RiskUnfit as refusal:
            return _page(platform, refusal)


def _page(platform: Platform, refusal: RiskUnfit | None = None) -> Response:
    return desk_page(
        "regulator/duty_lists.html", at="duties", icons=_ICONS, sheets=("office.css",),
        status=200 if refusal is None else refusal.http_status, refusal=refusal,
        units=read_duty_lists(platform.transactions, current_actor()), lists=LISTS,
        choices=(*LISTS, COMMITMENT), typed=request.form,
        year=day_in_shanghai(platform.transactions.clock()).year,
    )  # fmt: skip
