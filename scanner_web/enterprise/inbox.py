"""The inbox: goods on their way to us, receipts that name our goods, and delivery notes by their code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.handovers import CONFIRMATION, REFUSAL
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.duties.by_rule import failed_goods
from trace.usecases.inbox.answer import REASONS, Answering, Refusing, confirm_claim, refuse
from trace.usecases.inbox.open_note import open_note
from trace.usecases.inbox.read_inbox import HandedOver, read_inbox
from trace.usecases.inbox.scanned_source import known_of
from trace.usecases.signing.waiting import waiting_about

_RECEIPTS: Final = "进货查验"
"""The form in which goods are taken up."""
_ENDING: Final = 3


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the inbox."""

    @pages.get("/desk/inbox")
    def inbox() -> Response:
        """What others signed that waits for us; with `note`, the lines of a delivery note."""
        return _page(platform)

    @pages.post("/desk/inbox/<string:stmt>/confirm")
    def confirm_in_inbox(stmt: str) -> AnyResponse:
        """That receipt is of goods that we handed over."""
        meant = request.form.get("handover", "")
        return _answered(
            platform, "confirm", lambda who: confirm_claim(platform.transactions, who, stmt, meant)
        )

    @pages.post("/desk/inbox/<string:stmt>/refuse")
    def refuse_in_inbox(stmt: str) -> AnyResponse:
        """That receipt is of no goods of ours, or those goods never came."""
        why = Refusing(request.form.get("reason", ""), request.form.get("note", ""))
        return _answered(platform, "refuse", lambda who: refuse(platform.transactions, who, stmt, why))


def _answered(platform: Platform, act: str, answer: Callable[[Answering], str]) -> AnyResponse:
    title = reader_of(request).say(f"work.inbox.batch-{act}")
    who = Answering(current_actor(), signed_in().person.id, request.form.get(KEY, ""), title)
    try:
        return to(answer(who))
    except Refusal as refusal:
        return _page(platform, refusal)


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    who, of, note = current_actor(), reader_of(request), request.args.get("note", "").strip()
    lines: tuple[HandedOver, ...] = ()
    found = read_inbox(platform.transactions, who, request.args.get("of") or None)
    if note and refusal is None:
        try:
            lines = open_note(platform.transactions, who, note)
        except Refusal as unread:
            refusal = unread
    return desk_page(
        "enterprise/inbox.html",
        waits=waiting_about(platform.transactions, who, None, {CONFIRMATION.typ, REFUSAL.typ}),
        at="inbox",
        failed=failed_goods(platform.transactions, who),
        icons=("truck", "doc", "tick", "cross", "search", "pen"),
        status=200 if refusal is None else refusal.http_status,
        inbox=found,
        lines=lines,
        note=note,
        receive=lambda one: _form(of, one),
        sent={one.stmt: one for one in found.handovers},
        batch=lambda urn: ":".join(urn.split(":")[_ENDING:]) or urn,
        refusal=refusal,
        reasons=REASONS,
    )


def _form(of: Reader, one: HandedOver) -> str:
    """The form of a receipt with what the other side signed."""
    return of.link(f"/desk/records/{_RECEIPTS}", **known_of(one))
