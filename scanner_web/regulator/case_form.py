"""The source of a case as a form: an order, a report of the public, a referral, what an inspection found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from scanner_web.regulator.messages import party_of
from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.chain.facts.cases import SOURCES
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.supervision.register_case import MOST_LOTS, Registering, register_case

_TYPED: Final = ("source", "purpose", "party", "lots", "foundOn", "authority", "reference")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the form."""

    @pages.get("/office/cases/new")
    def new_case() -> Response:
        """The form, empty or with what a link hands on."""
        return _form(platform, {name: request.args.get(name, "") for name in _TYPED})

    @pages.post("/office/cases/new")
    def draft_case() -> AnyResponse:
        """Keep the drafts to be signed, or say why not with what was typed still there."""
        typed = {name: request.form.get(name, "").strip() for name in _TYPED}
        given = Registering(
            current_actor(), request.form.get(KEY, ""), reader_of(request).say("office.cases.new"),
            typed["source"], typed["purpose"], party_of(typed["party"]), tuple(typed["lots"].split()),
            typed["foundOn"], typed["authority"], typed["reference"],
        )  # fmt: skip
        return acted(
            lambda: register_case(platform.transactions, given), lambda no: _form(platform, typed, no)
        )


def _form(platform: Platform, typed: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    today = day_in_shanghai(platform.transactions.clock())
    return desk_page(
        "regulator/case_form.html",
        at="cases",
        icons=("warn", "pen", "doc"),
        sheets=("office.css",),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        typed=typed,
        sources=SOURCES,
        most=MOST_LOTS,
        first=HAPPENED.first(today),
        today=today,
    )
