"""Search by firm, product or number, and what a firm makes; a code that was typed here leads to its page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.addresses import counted_address
from scanner_web.frame.rate_limit import RateLimit
from scanner_web.frame.rendering import page, reader
from scanner_web.frame.typed_code import known_here
from trace.errors import SearchesTooMany
from trace.identity.sought import sought
from trace.identity.typed import bare, typed, ungrouped
from trace.identity.uscc import parse as parse_uscc
from trace.platform.opening import Platform
from trace.usecases.search.find_names import Found, find_names, find_products_of

_MINUTE_S: Final = 60.0
_EACH, _EVERYONE = 30, 600
_LONGEST: Final = 100
_NO_CODES: Final = ("lb", "gf", "uscc")
"""Numbers in which a trace code or a bar code could be read that nobody meant."""
_ICONS: Final = ("search", "store", "box", "stop", "chev", "warn", "question", "camera")


def register(pages: Blueprint, platform: Platform, limit: RateLimit[None]) -> None:
    """The routes of the search; it works without a script and remembers nothing that was typed."""

    @pages.get("/search")
    def search() -> AnyResponse:
        """Firms and products by name or number; of one firm its products (`firm`)."""
        text, firm = typed(request.args.get("q", ""))[:_LONGEST], request.args.get("firm", "")
        if not text and not firm.strip():
            return page("consumer/search.html", sheets=FINDING, icons=_ICONS, found=None, typed="")
        keys = (f"one {counted_address(request.remote_addr or '')}", _EACH), ("all", _EVERYONE)
        if (wait := limit.take(*keys, within=_MINUTE_S)) > 0:
            raise SearchesTooMany(seconds=max(1, round(wait)))
        if not text:
            code = parse_uscc(ungrouped(bare(firm)).upper()).text
            found = find_products_of(platform.transactions, code)
            return page("consumer/search.html", sheets=FINDING, icons=_ICONS, found=found, typed="")
        found = find_names(platform.transactions, text)
        kind = sought(text)
        nothing = found.alike or not (found.firms or found.products)
        address = _only(found) or (known_here(text) if nothing and _may_be_code(kind, text) else None)
        if address is not None:
            response = redirect(reader().link(address), HTTPStatus.SEE_OTHER)
            response.headers["Cache-Control"] = "no-store"
            return response
        return page("consumer/search.html", sheets=FINDING, icons=_ICONS, found=found, typed=text, kind=kind)


def _may_be_code(kind: str, text: str) -> bool:
    """A day is in eight digits too, as a GTIN-8 is."""
    return kind not in _NO_CODES and not (kind == "batch" and ungrouped(text).isdigit())


def _only(found: Found) -> str | None:
    """Where a bar code leads: it names one product and nobody besides."""
    return found.products[0].path if found.exact and len(found.products) == 1 and not found.firms else None
