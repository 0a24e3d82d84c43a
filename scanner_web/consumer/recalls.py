"""What is recalled now: the list, by firm and product too; the page of one recall; the feed (RFC 4287)."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.consumer.recall_feed import atom_feed
from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.page_caching import may_be_kept
from scanner_web.frame.rendering import page, reader
from trace.errors import RecallUnknown
from trace.identity import gtin as gtins
from trace.identity.typed import bare, ungrouped
from trace.identity.uscc import parse as parse_uscc
from trace.platform.opening import Platform
from trace.usecases.recalls.list_recalls import BASIS, list_recall_changes, list_recalls, show_recall

_STATEMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LIST_ICONS: Final = ("stop", "tick", "question", "sound", "search", "chev", "warn", "doc", "box")
_ONE_ICONS: Final = ("stop", "tick", "warn", "phone", "store", "box", "chev", "doc", "clock", "pen")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of recalls; none of them counts or keeps anything of the reader."""

    @pages.get("/recalls")
    def recalls() -> Response:
        """The recalls in force: all, or those of `firm` (统一社会信用代码) or of `gtin`."""
        firm, gtin = request.args.get("firm", ""), request.args.get("gtin", "")
        number = parse_uscc(ungrouped(bare(firm)).upper()).text if firm.strip() else None
        product = gtins.parse(ungrouped(bare(gtin))).text if gtin.strip() and number is None else None
        before = request.args.get("before", "")
        found = list_recalls(
            platform.transactions,
            firm=f"urn:uscc:{number}" if number else None,
            gtin=product,
            before=int(before) if _NUMBER.fullmatch(before) else None,
        )
        may_be_kept(BASIS)
        return page(
            "consumer/recalls.html", sheets=FINDING, icons=_LIST_ICONS,
            found=found, firm=number, gtin=product, paged=bool(before),
            asked={"firm": number} if number else {"gtin": product} if product else {},
        )  # fmt: skip

    @pages.get("/recalls/<string:statement>")
    def recall(statement: str) -> Response:
        """One recall: what to do, where to return it, what if it was eaten, and of which packs it is."""
        if _STATEMENT.fullmatch(statement) is None:
            raise RecallUnknown(statement=statement[:64])
        found = show_recall(platform.transactions, statement)
        may_be_kept(BASIS)
        return page(
            "consumer/recall.html", sheets=FINDING, icons=_ONE_ICONS, it=found,
            address=f"{platform.public_url}/recalls/{statement}",
            now=platform.transactions.clock().isoformat(),
        )  # fmt: skip

    @pages.get("/recalls.atom")
    def feed() -> Response:
        """The recalls that changed last, lifted ones too, for feed readers."""
        text = atom_feed(
            list_recall_changes(platform.transactions), platform.origin, platform.public_url, reader()
        )
        response = Response(text, content_type="application/atom+xml; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Content-Language"] = reader().locale
        response.headers["Vary"] = "Accept-Language, Cookie"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.set_etag(hashlib.sha256(text).hexdigest()[:32])
        may_be_kept(BASIS)
        response.make_conditional(request)
        return response
