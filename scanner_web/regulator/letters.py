"""Letters to firms (两书一函) and notices to consumers, as the authority that writes them sees them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from scanner_web.regulator.messages import party_of
from trace.errors import Refusal
from trace.oversight.letters import PREFIXES
from trace.platform.opening import Platform
from trace.usecases.supervision.letters import WritingLetter, read_letters, write_letter
from trace.usecases.supervision.notices import (
    KINDS,
    MovingNotice,
    WritingNotice,
    move_notice,
    read_notices,
    write_notice,
)

_ICONS: Final = ("warn", "clock", "doc", "tick", "pen", "stop")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of letters and of notices."""

    @pages.get("/office/letters")
    def letters() -> Response:
        """What was written, how far it has come, and a form for the next."""
        return _letters(platform)

    @pages.post("/office/letters")
    def send_letter() -> AnyResponse:
        """Number a letter, and go where the notice that serves it is signed."""
        of, given = reader_of(request), request.form
        kind = given.get("kind", "")
        named = of.word("office.letters.kinds", kind)
        writing = WritingLetter(
            current_actor(), given.get(KEY, ""), named, kind, party_of(given.get("party", "").strip()),
            given.get("heading", ""), given.get("text", ""), given.get("due", ""),
            of.say("office.letters.served-text", kind=named),
        )  # fmt: skip
        return acted(lambda: write_letter(platform.transactions, writing), lambda no: _letters(platform, no))

    @pages.get("/office/notices")
    def notices() -> Response:
        """Drafts that wait for a second person, what stands on scan pages, what has ended."""
        return _notices(platform)

    @pages.post("/office/notices")
    def draft_notice() -> AnyResponse:
        """Keep a draft for a second person."""
        given = request.form
        products = tuple(given.get("products", "").split())
        writing = WritingNotice(
            current_actor(), given.get(KEY, ""), given.get("title", ""), given.get("text", ""), products,
            given.get("kind", ""), tuple(given.get("sources", "").splitlines()),
        )  # fmt: skip
        return acted(lambda: write_notice(platform.transactions, writing), lambda no: _notices(platform, no))

    @pages.post("/office/notices/<string:number>/<string:act>")
    def move(number: str, act: str) -> AnyResponse:
        """Release a draft, or end a notice."""
        given = request.form
        moving = MovingNotice(current_actor(), given.get(KEY, ""), number, act, given.get("why", ""))
        return acted(lambda: move_notice(platform.transactions, moving), lambda no: _notices(platform, no))


def _letters(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/letters.html",
        at="letters",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        letters=read_letters(platform.transactions, current_actor()),
        kinds=tuple(PREFIXES),
        typed=request.form,
    )


def _notices(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/notices.html",
        at="notices",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        notices=read_notices(platform.transactions, current_actor()),
        kinds=KINDS,
        typed=request.form,
    )
