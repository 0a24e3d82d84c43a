"""The list of duties of the departments: who checks, measures and penalises what, on which basis."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.rules.duty_list import duty_list

_ICONS: Final = {"check": "tick", "measure": "stop", "penalty": "warn"}


def register(pages: Blueprint, _platform: Platform) -> None:
    """The route of the list."""

    @pages.get("/desk/duty-list")
    def duties() -> Response:
        """The six rows, by department."""
        listed, icons = duty_list(), tuple(_ICONS.values())
        return desk_page(
            "enterprise/duty_list.html",
            at="duty-list",
            sheets=("uploads.css",),
            icons=icons,
            listed=listed,
            looks=_ICONS,
        )
