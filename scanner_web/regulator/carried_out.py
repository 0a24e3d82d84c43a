"""Checks of a year as they were carried out: plan, task and result, loads, common problems, visits wanted."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.identity.region import district_of
from trace.oversight.monthly.ratios import TOO_FEW
from trace.platform.opening import Platform
from trace.usecases.visits.carried_out import MOST, read_carried_out

_ICONS: Final = ("warn", "clock", "tick", "stop", "question", "pen")
_SHEETS: Final = ("office.css",)
_SHOWN: Final = 200


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of checks that were carried out."""

    @pages.get("/office/carried-out")
    def carried_out() -> Response:
        """A year, of both departments."""
        seen = read_carried_out(platform.transactions, current_actor(), request.args.get("year", ""))
        return desk_page(
            "regulator/carried_out.html", at="carried-out", icons=_ICONS, sheets=_SHEETS, seen=seen,
            shown=_SHOWN, most=MOST, district=district_of, too_few=TOO_FEW,
        )  # fmt: skip
