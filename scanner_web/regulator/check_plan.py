"""The plan of a year's checks: what is on it, what is proposed by grade, last check and room, and grades."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.parties import DEPARTMENTS
from trace.platform.opening import Platform
from trace.usecases.supervision.check_plan import (
    Room,
    give_up_check,
    read_check_plan,
    take_over,
)

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question")
_SHEETS: Final = ("office.css",)
_INSPECTORS: Final = 4
_VISITS: Final = 8
_SHOWN: Final = 200


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the plan of checks."""

    @pages.get("/office/check-plan")
    def check_plan() -> Response:
        """The plan of a year beside its proposal."""
        return _page(platform)

    @pages.post("/office/check-plan")
    def put_on_plan() -> AnyResponse:
        """Put the proposal on the plan."""
        form, year = request.form.get(KEY, ""), request.form.get("year", "")
        room = _room(request.form)
        return redirect(take_over(platform.transactions, current_actor(), form, year, room), 303)

    @pages.post("/office/check-plan/<string:number>/end")
    def give_up(number: str) -> AnyResponse:
        """Give an item up, with the reason."""
        form, why = request.form.get(KEY, ""), request.form.get("why", "")
        try:
            return redirect(give_up_check(platform.transactions, current_actor(), form, number, why), 303)
        except Refusal as refusal:
            return _page(platform, refusal)


def _room(given: MultiDict[str, str]) -> Room:
    return Room(
        {name: _whole(given.get(name, ""), _INSPECTORS, 500) for name in DEPARTMENTS},
        _whole(given.get("visits", ""), _VISITS, 100),
    )


def _whole(text: str, otherwise: int, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 5 else otherwise


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    room = _room(request.args)
    seen = read_check_plan(platform.transactions, current_actor(), request.args.get("year", ""), room)
    return desk_page(
        "regulator/check_plan.html", at="check-plan", icons=_ICONS, sheets=_SHEETS, refusal=refusal,
        status=200 if refusal is None else refusal.http_status, seen=seen, room=room,
        departments=tuple(DEPARTMENTS), shown=_SHOWN,
    )  # fmt: skip
