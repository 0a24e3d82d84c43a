"""Deliveries of a firm against its partners' words, both ways."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.control import RESULTS
from trace.errors import RiskUnfit
from trace.oversight.partners import MET, UNSEEN, WAITING
from trace.platform.opening import Platform
from trace.usecases.ledgers.match_partners import match_partners
from trace.usecases.ledgers.peer_checks import list_peer_checks, propose_peer_check

_CODE: Final = 18
_MOST: Final = 50
"""Deliveries of a partner on the page at once."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of partners."""

    @pages.get("/desk/partners")
    def partners() -> Response:
        """Partners of the last year, those with most doubts first, and checks of peers."""
        return _page(platform)

    @pages.post("/desk/partners")
    def check_peer() -> AnyResponse:
        """Draft what was seen at another firm, and go where it is signed."""
        typed = {name: text.strip() for name, text in request.form.items()}
        code = typed.get("party", "")
        typed["party"] = f"urn:uscc:{code.upper()}" if len(code) == _CODE and ":" not in code else code
        title, key = reader_of(request).say("work.partners.check"), typed.get(KEY, "")
        try:
            return to(propose_peer_check(platform.transactions, current_actor(), key, title, typed))
        except RiskUnfit as refusal:
            return _page(platform, refusal)


def _page(platform: Platform, refusal: RiskUnfit | None = None) -> Response:
    return desk_page(
        "enterprise/partners.html",
        at="partners",
        icons=("question", "tick", "clock", "warn", "pen"),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        found=match_partners(platform.transactions, current_actor()),
        checks=list_peer_checks(platform.transactions, current_actor()),
        results=RESULTS[:2],
        icon_of={MET: "tick", WAITING: "clock"},
        look_of={MET: "ok", WAITING: "info", UNSEEN: "mute"},
        unseen=UNSEEN,
        most=_MOST,
        typed=request.form,
    )
