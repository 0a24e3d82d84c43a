"""Samples of a department: what is overdue first, and the summary of the month."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.supervision.samples import (
    freeze_summary,
    list_samples,
    month_of,
)

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "truck")
_SHEETS: Final = ("office.css",)
_LONGEST: Final = 500


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of samples."""

    @pages.get("/office/samples")
    def samples() -> Response:
        """What is overdue first, then what waits for its result."""
        return _list(platform)

    @pages.post("/office/samples/summary")
    def summary() -> AnyResponse:
        """Freeze the tests of a month."""
        today = day_in_shanghai(platform.transactions.clock())
        month, form = month_of(request.form.get("month", ""), today), request.form.get(KEY, "")
        try:
            return redirect(freeze_summary(platform.transactions, current_actor(), form, month), 303)
        except Refusal as refusal:
            return _list(platform, refusal)


def _list(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/samples.html", at="samples", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal,
        seen=list_samples(platform.transactions, current_actor()),
    )  # fmt: skip
