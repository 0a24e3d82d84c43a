"""Checks of online listings, with their screenshots."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from scanner_web.regulator.messages import party_of
from scanner_web.regulator.visit_page import sent
from trace.errors import Refusal
from trace.oversight.listings import FAULTS, RESULTS
from trace.platform.opening import Platform
from trace.usecases.casework.take_step import Paper
from trace.usecases.supervision.listings import Checking, check_listing, read_listings, read_screenshot

_ICONS: Final = ("warn", "question", "tick", "pen", "doc")
_LOOKS: Final = {"conforms": "ok", "fails": "danger", "doubtful": "warn"}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of checks of online listings."""

    @pages.get("/office/listings")
    def listings() -> Response:
        """The checks of the area, the newest first, and a form for the next."""
        return _page(platform)

    @pages.post("/office/listings")
    def check() -> AnyResponse:
        """Keep a check with its screenshot."""
        given, file = request.form, request.files.get("screenshot")
        typed = dict(given.items())
        typed["seller"] = party_of(typed.get("seller", "").strip())
        shot = Paper(file.filename, file.read()) if file is not None and file.filename else None
        checking = Checking(current_actor(), given.get(KEY, ""), typed, tuple(given.getlist("faults")), shot)
        return acted(lambda: check_listing(platform.transactions, checking), lambda no: _page(platform, no))

    @pages.get("/office/listings/<string:number>/screenshot")
    def screenshot(number: str) -> Response:
        """The screenshot, as it was handed in."""
        row, body = read_screenshot(platform.transactions, current_actor(), number)
        return sent(body, row.media, f"{number}-{row.digest[:12]}")


def _page_number() -> int:
    text = request.args.get("page", "")
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/listings.html",
        at="listings",
        icons=_ICONS,
        sheets=("office.css",),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        found=read_listings(platform.transactions, current_actor(), _page_number()),
        results=RESULTS,
        faults=FAULTS,
        looks=_LOOKS,
        typed=request.form,
    )
