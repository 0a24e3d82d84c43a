"""Warnings before an officer: what is open, how often each rule was right, and one firm's oddities."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from scanner_web.regulator.messages import party_of
from trace.errors import Refusal
from trace.oversight.data_checks import RESULTS, fits
from trace.oversight.exact import FEW
from trace.oversight.warnings import BECOMES, IN_DOUBT
from trace.platform.opening import Platform
from trace.usecases.supervision.data_checks import Concluding, conclude_check
from trace.usecases.supervision.oddities import Oddities, read_oddities
from trace.usecases.supervision.triage import REOPENED, Deciding, decide, read_triage, reopen

_ICONS: Final = ("warn", "clock", "doc", "tick", "stop", "question", "search")
_SHEETS: Final = ("office.css",)
_SHOWN: Final = 100


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of warnings and oddities."""

    @pages.get("/office/warnings")
    def warnings() -> Response:
        """What is open first, then what was decided and how often each rule was right."""
        return _page(platform)

    @pages.post("/office/warnings/<string:number>")
    def decide_warning(number: str) -> AnyResponse:
        """Dismiss it, say what it was turned into, or open again what another person decided."""
        given = request.form
        if given.get("step") == REOPENED:
            why, form = given.get("reason", ""), given.get(KEY, "")
            return acted(
                lambda: reopen(platform.transactions, current_actor(), form, number, why),
                lambda refusal: _page(platform, refusal, number),
            )
        deciding = Deciding(
            current_actor(), given.get(KEY, ""), number, given.get("reason", ""),
            given.get("became", ""), given.get("reference", ""), given.get("apart", ""),
        )  # fmt: skip
        try:
            return redirect(decide(platform.transactions, deciding), 303)
        except Refusal as refusal:
            return _page(platform, refusal, number)

    _register_oddities(pages, platform)


def _register_oddities(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/office/oddities")
    def oddities() -> Response:
        """One firm's oddities, once somebody has said what for."""
        firm, purpose = party_of(request.args.get("firm", "").strip()), request.args.get("purpose", "")
        found: Oddities | None = None
        refused: Refusal | None = None
        if firm and purpose.strip():
            try:
                found = read_oddities(platform.transactions, current_actor(), firm, purpose)
            except Refusal as refusal:
                refused = refusal
        return _oddities(firm, purpose, found, refused)

    @pages.post("/office/oddities")
    def conclude() -> AnyResponse:
        """Conclude a check of data, or see what shows by now with what was typed still there."""
        rows, given = platform.transactions, request.form
        names = ("firm", "purpose", "seen", "result", "note", "act")
        told = {name: given.get(name, "").strip() for name in names}
        new = Concluding(current_actor(), given.get(KEY, ""), **told)

        def again(refusal: Refusal) -> Response:
            found = read_oddities(rows, current_actor(), new.firm, new.purpose)
            return _oddities(new.firm, new.purpose, found, refusal)

        return acted(lambda: conclude_check(rows, new), again)


def _oddities(firm: str, purpose: str, found: Oddities | None, refused: Refusal | None) -> Response:
    return desk_page(
        "regulator/oddities.html",
        at="warnings",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refused is None else refused.http_status,
        refusal=refused,
        firm=firm,
        purpose=purpose,
        found=found,
        doubtful=IN_DOUBT,
        results=[one for one in RESULTS if found is not None and fits(one, found.rows)],
        typed=request.form,
    )


def _page(platform: Platform, refusal: Refusal | None = None, number: str = "") -> Response:
    triage = read_triage(platform.transactions, current_actor())
    return desk_page(
        "regulator/warnings.html",
        at="warnings",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        at_number=number,
        typed=request.form,
        triage=triage,
        shown=triage.open[:_SHOWN],
        decided=triage.decided[:_SHOWN],
        becomes=BECOMES,
        doubtful=IN_DOUBT,
        few=FEW,
        me=current_actor().person,
    )
