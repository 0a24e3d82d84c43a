"""A farm's notice and commitment of the year: read, filled in over its own plots, and signed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.commitment import ACTIVITIES, COMMITMENT, WAYS, commitment_name
from trace.errors import CommitmentIncomplete
from trace.platform.opening import Platform
from trace.usecases.signing.waiting import waiting_about
from trace.usecases.supervision.own_commitment import (
    Committing,
    lines_of,
    propose_commitment,
    read_own_year,
)

_ICONS: Final = ("warn", "tick", "clock", "pen", "doc", "store")
_SHEETS: Final = ("records.css", "controls.css")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a farm's commitment."""

    @pages.get("/desk/commitment")
    def commitment() -> Response:
        """The notice, what stands, and the form."""
        return _page(platform, request.args.get("year", ""))

    @pages.post("/desk/commitment")
    def commit() -> AnyResponse:
        """Prepare the commitment, and go where it is signed."""
        year = _year(request.form.get("year", ""))
        title = reader_of(request).say("work.commitment.title")
        who = Committing(current_actor(), request.form.get(KEY, ""), title, year)
        try:
            return to(propose_commitment(platform.transactions, who, request.form))
        except CommitmentIncomplete as refusal:
            return _page(platform, request.form.get("year", ""), refusal)


def _page(platform: Platform, year: str, refusal: CommitmentIncomplete | None = None) -> Response:
    actor = current_actor()
    own, firm = read_own_year(platform.transactions, actor, _year(year)), actor.party or ""
    return desk_page(
        "enterprise/commitment.html",
        waits=waiting_about(
            platform.transactions,
            actor,
            {commitment_name(firm, own.year)},
            {COMMITMENT.typ},
        ),
        at="commitment",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        own=own,
        lines=lines_of(own.begins.get("grown", ())),
        ways=WAYS,
        activities=ACTIVITIES,
        typed=request.form,
    )


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else None
