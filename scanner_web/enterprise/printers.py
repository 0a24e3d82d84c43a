"""Printers of a firm: the offset of each, set by what its trial page shows."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal, TextTooLong
from trace.errors.printing import OffsetUnfit
from trace.labels.formats import FORMATS, MOST_OFFSET_MM
from trace.platform.opening import Platform
from trace.usecases.printing.printers import LONGEST, keep_printer, own_printers, remove_printer


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of printers."""

    @pages.get("/desk/printers")
    def printers() -> Response:
        """The printers that were set, and the form for one."""
        return _page(platform)

    @pages.post("/desk/printers")
    def set_printer() -> AnyResponse:
        """Set a printer's offset, in the place of the one before, or forget it."""
        said = {name: request.form.get(name, "") for name in ("name", "across", "down")}
        try:
            if "remove" in request.form:
                remove_printer(platform.transactions, current_actor(), said["name"])
            else:
                keep_printer(platform.transactions, current_actor(), **said)
        except (OffsetUnfit, TextTooLong) as refusal:
            return _page(platform, refusal)
        return to(reader_of(request).link("/desk/printers"))


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "enterprise/printers.html",
        at="labels",
        icons=("print", "down"),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        printers=own_printers(platform.transactions, current_actor()),
        formats=FORMATS,
        most=MOST_OFFSET_MM,
        longest=LONGEST,
        typed=request.form,
    )
