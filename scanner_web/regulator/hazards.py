"""Hazards by code and severity, with the cases of the area in which each was met."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.supervision.hazards import read_hazards


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of hazards."""

    @pages.get("/office/hazards")
    def coded_hazards() -> Response:
        """Every hazard, those met most often first."""
        return desk_page(
            "regulator/hazards.html", at="hazards", icons=("warn", "question"), sheets=("office.css",),
            seen=read_hazards(platform.transactions, current_actor()),
        )  # fmt: skip
