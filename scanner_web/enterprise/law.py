"""The library of law: which texts the platform's rules rest on, since when, and what follows from each."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.supervision.read_law import read_law

_ICONS: Final = ("warn", "search", "question")


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the library."""

    @pages.get("/desk/law")
    def law() -> Response:
        """The texts of the profile, as they hold today; `q` looks in their names and in the rules."""
        wanted = request.args.get("q", "").strip()[:60]
        library = read_law(platform.transactions, current_actor(), wanted)
        return desk_page(
            "enterprise/law.html",
            at="law",
            icons=_ICONS,
            sheets=("uploads.css",),
            library=library,
            wanted=wanted,
        )
