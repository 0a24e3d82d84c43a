"""Open disputes of an area, with the purpose that every look has."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.find import PURPOSES
from trace.errors import PurposeMissing, Refusal, TextTooLong
from trace.platform.opening import Platform
from trace.usecases.casework.list_disputes import SHOWN, DisputesSeen, list_disputes

_ICONS: Final = ("question", "doc", "warn", "search")


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the list."""

    @pages.get("/office/disputes")
    def disputes() -> Response:
        """Which are open, between whom, since when, and what would end each."""
        purpose, after = request.args.get("purpose", "").strip(), request.args.get("after", "")
        found: DisputesSeen | None = None
        refusal: Refusal | None = None
        if "purpose" in request.args:
            first = int(after) if re.fullmatch(r"[0-9]{1,9}", after) else 0
            try:
                found = list_disputes(platform.transactions, current_actor(), purpose, first)
            except (PurposeMissing, TextTooLong) as missing:
                refusal = missing
        return desk_page(
            "regulator/disputes.html",
            at="disputes",
            icons=_ICONS,
            sheets=("office.css",),
            status=200 if refusal is None else refusal.http_status,
            found=found,
            most=SHOWN,
            purpose=purpose[:200],
            purposes=PURPOSES,
            refusal=refusal,
        )
