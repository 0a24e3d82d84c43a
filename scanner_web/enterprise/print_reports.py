"""What came out of a run's printer, on its page: reported, printed again, voided, gone on with; a code."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.chain.facts.code import VOID
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.typed_texts import whole_text
from trace.usecases.printing.code_history import read_code_history
from trace.usecases.printing.print_reports import (
    RunProgress,
    print_again,
    print_rest,
    read_progress,
    report_run,
    require_spoiled,
)
from trace.usecases.printing.print_runs import RUN_PAGE, look_at_run, withdraw_run
from trace.usecases.printing.propose_codes import Proposing, propose_void
from trace.usecases.signing.waiting import waiting_about

_ICONS: Final = ("print", "down", "pen", "cross", "tick", "warn", "clock", "search", "chev")
_SHEETS: Final = ("labels.css",)
_LONGEST: Final = 200
_DIGITS: Final = 9
_SHOWN: Final = 6
"""Serials of spoiled labels that are written out, to be compared with the paper."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of what was printed."""
    _register_spoiled(pages, platform)
    _register_rest(pages, platform)

    @pages.post("/desk/print-runs/<string:run>/report")
    def report_labels(run: str) -> AnyResponse:
        """Note the last good label and the last that came out."""
        given = request.form
        try:
            return to(
                report_run(
                    platform.transactions,
                    platform.codes.ring,
                    run,
                    whole_text("good", given.get("good", ""), _LONGEST),
                    whole_text("out", given.get("out", ""), _LONGEST),
                    actor=current_actor(),
                    form=given.get(KEY, ""),
                )
            )
        except Refusal as refusal:
            return shown_run(platform, run, refusal)

    @pages.get("/desk/print-runs/<string:run>/code")
    def code_history(run: str) -> Response:
        """The history of one code of the run's lot."""
        text = request.args.get("code", "")[:_LONGEST]
        try:
            history = read_code_history(
                platform.transactions, platform.codes.ring, run, text, current_actor()
            )
        except Refusal as refusal:
            return shown_run(platform, run, refusal)
        return desk_page(
            "enterprise/print_code.html",
            at="labels",
            icons=_ICONS,
            sheets=_SHEETS,
            history=history,
            row=history.run,
        )


def _register_spoiled(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/print-runs/<string:run>/again")
    def print_spoiled_again(run: str) -> AnyResponse:
        """Enter a run of spoiled labels, under the same codes."""
        try:
            asked = print_again(
                platform.transactions,
                run,
                _places(),
                _reason(),
                actor=current_actor(),
                public_url=platform.public_url,
                form=request.form.get(KEY, ""),
            )
        except Refusal as refusal:
            return shown_run(platform, run, refusal)
        return to(RUN_PAGE.format(asked.row.id))

    @pages.post("/desk/print-runs/<string:run>/void")
    def void_spoiled(run: str) -> AnyResponse:
        """Prepare the voiding of spoiled labels, and go where it is signed."""
        title = reader_of(request).say("work.labels.batch-void")
        who = Proposing(current_actor(), signed_in().person.id, request.form.get(KEY, ""), title)
        try:
            lot, codes = require_spoiled(platform.transactions, run, _places(), current_actor())
            return to(propose_void(platform.transactions, who, lot, _reason(), codes))
        except Refusal as refusal:
            return shown_run(platform, run, refusal)


def _register_rest(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/print-runs/<string:run>/rest")
    def print_on(run: str) -> AnyResponse:
        """Enter a run of the codes behind the last label that came out."""
        try:
            asked = print_rest(
                platform.transactions, run, current_actor(), platform.public_url, request.form.get(KEY, "")
            )
        except Refusal as refusal:
            return shown_run(platform, run, refusal)
        return to(RUN_PAGE.format(asked.row.id))

    @pages.post("/desk/print-runs/<string:run>/withdraw")
    def withdraw_labels(run: str) -> AnyResponse:
        """Forget a run of which nothing was fetched, and go back to what it printed on, or to its pack."""
        found = read_progress(platform.transactions, run, current_actor()).planned
        try:
            withdraw_run(platform.transactions, run, current_actor())
        except Refusal as refusal:
            return shown_run(platform, run, refusal)
        return to(f"/desk/labels/{found.lot}" if found.id == run else RUN_PAGE.format(found.id))


def shown_run(platform: Platform, run: str, refusal: Refusal | None = None) -> Response:
    """The page of a run: its files, what came out, and what is to be done; raises `RunUnknown`."""
    actor = current_actor()
    asked = look_at_run(platform.transactions, run, actor)
    found = read_progress(platform.transactions, run, actor)
    printed, own = found.printed_as(run), asked.row.holder == actor.party
    return desk_page(
        "enterprise/print_run.html",
        waits=waiting_about(platform.transactions, actor, {asked.row.lot}, {VOID.typ}),
        at="labels",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        asked=asked,
        row=asked.row,
        under_way=asked.done < asked.row.parts and printed.report is None,
        found=found,
        printed=printed,
        refusal=refusal,
        own=own,
        may_sign=own and actor.may(SIGN),
        spoiled=[
            (each, _serials(platform, found, each.first, each.count)) for each in found.counts.undecided
        ],
        rest=next(iter(found.counts.to_print), None),
        typed=request.form,
    )


def _serials(platform: Platform, found: RunProgress, first: int, count: int) -> list[str]:
    """The first serials of some codes; [] where the platform has no secrets for them any more."""
    with suppress(Refusal):
        key = platform.codes.ring.key(found.planned.epoch, found.planned.scope)
        return list(key.serials(first, min(count, _SHOWN)))
    return []


def _places() -> tuple[int, int]:
    """The first and the last label chosen; what is no number is no choice."""
    first, last = (request.form.get(name, "").strip() for name in ("first", "last"))
    return _whole(first), _whole(last or first)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _reason() -> str:
    return whole_text("reason", request.form.get("reason", ""), _LONGEST)
