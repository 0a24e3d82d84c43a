"""Deliveries of a firm against its partners' words, both ways."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.oversight.partners import MET, WAITING
from trace.platform.opening import Platform
from trace.usecases.ledgers.match_partners import match_partners

_MOST: Final = 50
"""Deliveries of a partner on the page at once."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of partners."""

    @pages.get("/desk/partners")
    def partners() -> Response:
        """Partners of the last year, those with most doubts first."""
        return desk_page(
            "enterprise/partners.html",
            at="partners",
            icons=("question", "tick", "clock"),
            found=match_partners(platform.transactions, current_actor()),
            icon_of={MET: "tick", WAITING: "clock"},
            look_of={MET: "ok", WAITING: "info"},
            most=_MOST,
        )
