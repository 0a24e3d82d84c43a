"""Lists of risks, study meetings with bulletins, and what whoever leads an authority asks about."""

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
from trace.oversight.letters import CHANNELS, DOMAINS, FIRM, LISTS, MATTERS
from trace.platform.opening import Platform
from trace.usecases.supervision.risk_lists import (
    Finishing,
    WritingEntry,
    finish_entry,
    read_lists,
    write_entry,
)
from trace.usecases.supervision.studies import (
    WritingBulletin,
    WritingMeeting,
    acknowledge_bulletin,
    note_meeting,
    read_studies,
    send_bulletin,
)
from trace.usecases.supervision.supervisors import SAME, read_supervised

_ICONS: Final = ("warn", "clock", "doc", "tick", "pen", "people", "question")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of lists, studies and supervision."""

    @pages.get("/office/risks")
    def risks() -> Response:
        """Three lists, what is overdue first."""
        return _risks(platform)

    @pages.post("/office/risks")
    def list_risk() -> AnyResponse:
        """List a risk with its unit, person and day."""
        given = request.form
        which, subject = given.get("list", ""), given.get("subject", "").strip()
        writing = WritingEntry(
            current_actor(), given.get(KEY, ""), which, party_of(subject) if which == FIRM else subject,
            given.get("what", ""), given.get("unit", ""), given.get("responsible", ""), given.get("due", ""),
            given.get("origin", ""),
        )  # fmt: skip
        return acted(
            lambda: write_entry(platform.transactions, writing), lambda refusal: _risks(platform, refusal)
        )

    @pages.post("/office/risks/<string:number>")
    def finish_risk(number: str) -> AnyResponse:
        """Say what came of it."""
        given = request.form
        key = given.get(KEY, "")
        said = Finishing(given.get("result", ""), given.get("act", ""), given.get("without") == "yes")
        return acted(
            lambda: finish_entry(platform.transactions, current_actor(), key, number, said),
            lambda refusal: _risks(platform, refusal),
        )

    _register_studies(pages, platform)


def _register_studies(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/office/studies")
    def studies() -> Response:
        """Meetings with their cadence, bulletins with who read them."""
        return _studies(platform)

    @pages.post("/office/studies")
    def hold_study() -> AnyResponse:
        """Note a meeting that was held."""
        given = request.form
        writing = WritingMeeting(
            current_actor(), given.get(KEY, ""), given.get("held", ""), tuple(given.getlist("domains")),
            tuple(given.getlist("present")), given.get("summary", ""), given.get("decisions", ""),
        )  # fmt: skip
        return acted(
            lambda: note_meeting(platform.transactions, writing), lambda refusal: _studies(platform, refusal)
        )

    @pages.post("/office/bulletins")
    def tell() -> AnyResponse:
        """Send a bulletin."""
        given = request.form
        writing = WritingBulletin(
            current_actor(), given.get(KEY, ""), given.get("matter", ""), given.get("channel", ""),
            tuple(given.getlist("recipients")), given.get("others", ""), given.get("title", ""),
            given.get("text", ""),
        )  # fmt: skip
        return acted(
            lambda: send_bulletin(platform.transactions, writing), lambda refusal: _studies(platform, refusal)
        )

    @pages.post("/office/bulletins/<string:number>/read")
    def read_bulletin(number: str) -> AnyResponse:
        """Say that it was read."""
        key = request.form.get(KEY, "")
        return acted(
            lambda: acknowledge_bulletin(platform.transactions, current_actor(), key, number),
            lambda refusal: _studies(platform, refusal),
        )

    @pages.get("/office/supervised")
    def supervised() -> Response:
        """What is overdue, touched after closing, or looked at with too few words."""
        found = read_supervised(platform.transactions, current_actor())
        return desk_page(
            "regulator/supervised.html", at="supervised", icons=_ICONS, sheets=_SHEETS, found=found, same=SAME
        )


def _risks(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/risks.html",
        at="risks",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        lists=read_lists(platform.transactions, current_actor()),
        names_of_lists=LISTS,
        typed=request.form or request.args,
    )


def _studies(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/studies.html",
        at="studies",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        studies=read_studies(platform.transactions, current_actor()),
        domains=DOMAINS,
        matters=MATTERS,
        channels=CHANNELS,
        typed=request.form,
    )
