"""Search within one's area, with the purpose that every look has."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.answers import sums
from trace.errors import PurposeMissing, Refusal, TextTooLong
from trace.platform.opening import Platform
from trace.usecases.casework.find_in_area import FoundInArea, find_in_area

PURPOSES: Final = ("daily", "sampling", "complaint", "recall", "assistance")
_ICONS: Final = ("search", "doc", "store", "leaf", "warn")


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the search."""

    @pages.get("/office/find")
    def find() -> Response:
        """One box for codes, lots, firms, products, licences, reports and cases."""
        text, purpose = request.args.get("q", "").strip(), request.args.get("purpose", "").strip()
        found: FoundInArea | None = None
        refusal: Refusal | None = None
        if text:
            try:
                found = find_in_area(platform.transactions, current_actor(), text, purpose)
            except (PurposeMissing, TextTooLong) as missing:
                refusal = missing
        return desk_page(
            "regulator/find.html",
            at="find",
            icons=_ICONS,
            sheets=("office.css",),
            status=200 if refusal is None else refusal.http_status,
            found=found,
            text=text[:400],
            purpose=purpose[:200],
            purposes=PURPOSES,
            refusal=refusal,
            sums=sums,
        )
