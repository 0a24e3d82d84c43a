"""The firm's gap list on a page and as a file: what its records leave open, what a bureau asked of it."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from flask import Blueprint, Response, request, send_file

from scanner_web.enterprise.balance import firm_of
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access import PAGES, line_of
from trace.parties import Actor
from trace.platform.opening import Platform
from trace.usecases.duties.by_rule import failed_goods
from trace.usecases.gaps.find_gaps import find_gaps
from trace.usecases.gaps.write_gaps import write_gaps

SHOWN: Final = 200
"""Gaps on the page; the file has all of them."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHERE: Final = {
    "state-shipment-or-refuse": "/desk/inbox",
    "state-receipt-or-refuse": "/desk/inbox",
    "correct-production": "/desk/records",
    "correct-source": "/desk/records",
    "correct-amount": "/desk/records",
    "say-why": "/desk/records",
    "correct-or-declare": "/desk/records",
    "settle": "/desk/inbox",
    "say-where": "/desk/records",
    "say-how-weighed": "/desk/records",
    "say-which-firm": "/desk/master",
    "look-into-codes": "/desk/labels",
}
"""What clears a gap -> the page where it is stated."""


def open_to(actor: Actor) -> dict[str, str]:
    """What clears a gap -> its page, where the page opens to this person."""
    return {way: page for way, page in WHERE.items() if PAGES[line_of("GET", page)].opens(actor)}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the gap list."""

    @pages.get("/desk/gaps")
    def gaps() -> Response:
        """The gaps of now, the gravest first, and the requests of bureaus."""
        actor = current_actor()
        found = find_gaps(platform.transactions, actor, firm_of(actor))
        return desk_page(
            "enterprise/gaps.html",
            at="gaps",
            failed=failed_goods(platform.transactions, actor),
            icons=("down", "tick", "cross", "warn", "question"),
            sheets=("balance.css",),
            found=found,
            where=open_to(actor),
            most=SHOWN,
        )

    @pages.get("/desk/gaps.xlsx")
    def gaps_file() -> Response:
        """The list as a request to fill in: each gap with what would clear it."""
        actor = current_actor()
        found = find_gaps(platform.transactions, actor, firm_of(actor))
        target = BytesIO()
        write_gaps(found, target, reader_of(request).say)
        target.seek(0)
        return send_file(target, mimetype=_XLSX, as_attachment=True, download_name="gaps.xlsx")
