"""The sampling sheet as a form, empty or begun from an item of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts.oversight_forms import GOODS, SAMPLED_UNDER
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.casework.take_step import Paper
from trace.usecases.supervision.take_sample import TYPED, Sheet, propose_sample

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "truck")
_SHEETS: Final = ("office.css",)
_LONGEST: Final = 500


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the sheet."""

    @pages.get("/office/samples/new")
    def new_sample() -> Response:
        """The sheet, empty or begun from an item of the plan."""
        given = {name: request.args.get(name, "")[:_LONGEST] for name in TYPED}
        return _form(platform, given)

    @pages.post("/office/samples/new")
    def take_sample() -> AnyResponse:
        """Draft the record, or be told what the sheet lacks with what was typed still there."""
        typed = {name: request.form.get(name, "") for name in TYPED}
        photos = [Paper(one.filename, one.read()) for one in request.files.getlist("photos") if one.filename]
        title = reader_of(request).say("office.samples.batch", number=typed["sampleNo"])
        sheet = Sheet(current_actor(), request.form.get(KEY, ""), title, typed, photos)
        try:
            return redirect(propose_sample(platform.transactions, sheet), 303)
        except Refusal as refusal:
            return _form(platform, typed, refusal)


def _form(platform: Platform, typed: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    now = platform.transactions.clock().astimezone(SHANGHAI_TIME)
    return desk_page(
        "regulator/sample_form.html", at="samples", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, typed=typed,
        goods=GOODS, plans=SAMPLED_UNDER, latest=now.strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
