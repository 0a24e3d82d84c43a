"""How good the firm's own data are: figures that open their rows."""

from __future__ import annotations

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.told import kind_name
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.duties.quality import SHOWN, read_quality


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the figures."""

    @pages.get("/desk/quality")
    def data_quality() -> Response:
        """Late, incomplete and contradicted records, one of them row by row."""
        locale = reader_of(request).locale
        return desk_page(
            "enterprise/quality.html", at="quality", icons=("warn", "clock", "question"),
            seen=read_quality(platform.transactions, current_actor(), request.args.get("what", "")),
            most=SHOWN, kind=lambda typ: kind_name(locale, typ),
        )  # fmt: skip
