"""Letters of authorities to the firm (两书一函): read, acknowledged and answered by signature."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.errors import OrderUnknown, Refusal
from trace.platform.opening import Platform
from trace.usecases.duties.by_rule import failed_goods
from trace.usecases.signing.waiting import waiting_about
from trace.usecases.supervision.entry_notices import Receiving, read_own_entry, sign_for_entry
from trace.usecases.supervision.letters import Replying, read_letters_to, reply_to_letter


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of letters."""

    @pages.get("/desk/letters")
    def letters_to_us() -> Response:
        """What was served on us, what is overdue first to be answered."""
        return _page(platform)

    @pages.post("/desk/entry-notices/<string:notice>/receipt")
    def sign_for_entry_notice(notice: str) -> AnyResponse:
        """Prepare the receipt for the notice of our entry, and go where it is signed."""
        title = reader_of(request).say("work.letters.entry.receipt")
        who = Receiving(current_actor(), request.form.get(KEY, ""), title, notice)
        try:
            return to(sign_for_entry(platform.transactions, who))
        except OrderUnknown as refusal:
            return _page(platform, refusal)

    @pages.post("/desk/letters/<string:number>")
    def reply_to(number: str) -> AnyResponse:
        """Acknowledge a letter, or answer it by the form that has words: blanks alone are no answer."""
        text = request.form.get("text")
        act = "acknowledge" if text is None else "answer"
        title = reader_of(request).say(f"work.letters.{act}")
        replying = Replying(current_actor(), request.form.get(KEY, ""), title, number, text)
        try:
            return to(reply_to_letter(platform.transactions, replying))
        except Refusal as refusal:
            return _page(platform, refusal, {number: text or ""})


def _page(
    platform: Platform, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    """The page; `typed`: what stood in the answer to a letter that was refused, by the letter's number."""
    actor = current_actor()
    return desk_page(
        "enterprise/letters.html",
        waits=waiting_about(platform.transactions, actor, None, {ACKNOWLEDGEMENT.typ}),
        at="letters-in",
        failed=failed_goods(platform.transactions, actor),
        sheets=("records.css",),
        icons=("warn", "clock", "doc", "tick", "pen"),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        letters=read_letters_to(platform.transactions, actor),
        entered=read_own_entry(platform.transactions, actor),
        may_sign=actor.may(SIGN),
        typed=typed or {},
    )
