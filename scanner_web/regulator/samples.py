"""Samples of a department: what is overdue first, and the summary of the month."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.supervision.build_form import Stepping
from trace.usecases.supervision.samples import (
    freeze_summary,
    list_samples,
    month_of,
)
from trace.usecases.supervision.sign_summary import take_summary_step

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "truck")
_SHEETS: Final = ("office.css",)


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

    @pages.post("/office/samples/summary/<string:digest>")
    def summary_step(digest: str) -> AnyResponse:
        """Approve a frozen summary, return it, or have it signed."""
        given, of = request.form, reader_of(request)
        stepping = Stepping(
            current_actor(),
            given.get(KEY, ""),
            given.get("step", "")[:40],
            given.get("why", ""),
            of.say("office.samples.summary"),
        )
        try:
            return redirect(take_summary_step(platform.transactions, digest, stepping), 303)
        except Refusal as refusal:
            return _list(platform, refusal)


def _list(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/samples.html", at="samples", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal,
        seen=list_samples(platform.transactions, current_actor()),
    )  # fmt: skip
