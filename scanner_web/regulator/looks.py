"""Who of one's own authority looked at whose data, and what for."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.frame.door import current_actor
from scanner_web.frame.looked import looked_at
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.casework.look import list_looks_by


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the list of looks."""

    @pages.get("/office/looks")
    def looks() -> Response:
        """The last looks of this authority, the newest first."""
        rows, names = list_looks_by(platform.transactions, current_actor())
        return desk_page(
            "regulator/looks.html", at="looks", icons=("people",), rows=rows, names=names, looked_at=looked_at
        )
