"""One sample: its sheet, its limits and result, its way to the laboratory, its photographs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import PaperUnknown, Refusal
from trace.oversight.sampling import CUSTODY
from trace.platform.opening import Platform
from trace.usecases.supervision.samples import note_custody, read_photo, read_sample

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "truck")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one sample."""

    @pages.get("/office/samples/<string:record>")
    def sample(record: str) -> Response:
        """One sample: its sheet, its way, its limits, its result."""
        return _one(platform, record)

    @pages.post("/office/samples/<string:record>/steps")
    def custody(record: str) -> AnyResponse:
        """Note a step of the sample on its way."""
        typed = {name: request.form.get(name, "") for name in ("event", "at", "note")}
        form = request.form.get(KEY, "")
        try:
            return redirect(note_custody(platform.transactions, current_actor(), form, record, typed), 303)
        except Refusal as refusal:
            return _one(platform, record, refusal, typed)

    @pages.get("/office/samples/photos/<string:digest>")
    def photo(digest: str) -> Response:
        """A photograph of a sampling of one's own authority."""
        found = read_photo(platform.transactions, current_actor(), digest)
        if found is None:
            raise PaperUnknown(name=digest[:80])
        response = Response(found[1], content_type=found[0])
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _one(
    platform: Platform,
    record: str,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    one, now = read_sample(platform.transactions, current_actor(), record)
    return desk_page(
        "regulator/sample.html", at="samples", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, one=one, now=now,
        events=CUSTODY, typed=typed or {}, latest=now.astimezone(SHANGHAI_TIME).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
