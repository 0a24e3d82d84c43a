"""The year's notices to the farms of an area, and the commitments that they signed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.supervision.farm_years import read_farm_year, read_farm_years, serve_notices
from trace.usecases.supervision.served_notices import LONGEST, MOST, Serving

_ICONS: Final = ("warn", "tick", "clock", "question", "pen", "doc")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of notices and commitments."""

    @pages.get("/office/commitments")
    def commitments() -> Response:
        """The farms of the year, and the form of the notice to those that were not told."""
        return _page(platform, request.args.get("year", ""))

    @pages.post("/office/commitments")
    def serve() -> AnyResponse:
        """Draft the notices, and go where they are signed."""
        given = request.form
        year = _year(given.get("year", "")) or 0
        title = reader_of(request).say("office.commitments.batch", year=year)
        serving = Serving(
            current_actor(), given.get(KEY, ""), title, given.get("text", ""), year, given.get("due", "")
        )
        try:
            return redirect(serve_notices(platform.transactions, serving), 303)
        except Refusal as refusal:
            return _page(platform, given.get("year", ""), refusal)

    @pages.get("/office/commitments/<string:party>")
    def commitment_of(party: str) -> Response:
        """What one farm signed, beside what is registered of it."""
        year = _year(request.args.get("year", ""))
        seen = read_farm_year(platform.transactions, current_actor(), party, year)
        return desk_page(
            "regulator/commitment.html", at="commitments", icons=_ICONS, sheets=_SHEETS, seen=seen
        )


def _page(platform: Platform, year: str, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/commitments.html", at="commitments", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, typed=request.form,
        found=read_farm_years(platform.transactions, current_actor(), _year(year)),
        most=MOST, longest=LONGEST,
    )  # fmt: skip


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else None
