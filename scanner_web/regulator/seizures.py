"""Seizures: entered with their document, extended once, ended with what became of them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from scanner_web.regulator.messages import party_of
from trace.errors import Refusal
from trace.oversight.seizures import OUTCOMES
from trace.platform.opening import Platform
from trace.usecases.supervision.seizures import enter_seizure, move_seizure, read_seizures

_ICONS: Final = ("warn", "clock", "stop", "tick", "pen", "question")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of seizures."""

    @pages.get("/office/seizures")
    def seizures() -> Response:
        """What is past its day first."""
        return _page(platform)

    @pages.post("/office/seizures")
    def enter_seized() -> AnyResponse:
        """Enter a seizure."""
        given = dict(request.form.items())
        given["firm"] = party_of(given.get("firm", "").strip())
        return acted(
            lambda: enter_seizure(platform.transactions, current_actor(), given.get(KEY, ""), given),
            lambda no: _page(platform, no),
        )

    @pages.post("/office/seizures/<string:number>")
    def move_seized(number: str) -> AnyResponse:
        """Extend it once, or end it."""
        given = dict(request.form.items())
        return acted(
            lambda: move_seizure(platform.transactions, current_actor(), given.get(KEY, ""), number, given),
            lambda no: _page(platform, no),
        )


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/seizures.html",
        at="seizures",
        icons=_ICONS,
        sheets=("office.css",),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        found=read_seizures(platform.transactions, current_actor()),
        outcomes=OUTCOMES,
        typed={} if "act" in request.form else request.form or request.args,
    )
