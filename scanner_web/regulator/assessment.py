"""The yearly assessment of a district (考核表): each figure opens its rows; what has no record says so."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.oversight.monthly.ratios import FEW, TOO_FEW
from trace.platform.opening import Platform
from trace.rules.assessment import assessment_form
from trace.usecases.supervision.assessment import SHOWN, read_assessment, read_assessment_list

_ICONS: Final = ("question", "clock")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the assessment."""

    @pages.get("/office/assessment")
    def assessment() -> Response:
        """The form of a year, of one's own area or of a district in it."""
        year, area = request.args.get("year", ""), request.args.get("area", "")
        seen = read_assessment(platform.transactions, current_actor(), year, area)
        return desk_page(
            "regulator/assessment.html", at="assessment", icons=_ICONS, sheets=_SHEETS, seen=seen,
            form_of=assessment_form(), few=FEW, too_few=TOO_FEW,
        )  # fmt: skip

    @pages.get("/office/assessment/<string:name>/<string:side>")
    def assessment_list(name: str, side: str) -> Response:
        """One of the two lists of an item."""
        year, area = request.args.get("year", ""), request.args.get("area", "")
        listed = read_assessment_list(platform.transactions, current_actor(), name, side, year, area)
        return desk_page(
            "regulator/assessment_list.html", at="assessment", icons=_ICONS, sheets=_SHEETS, listed=listed,
            most=SHOWN,
        )  # fmt: skip
