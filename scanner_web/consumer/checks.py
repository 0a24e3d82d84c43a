"""Results of checks by authorities, for everybody: the newest, or those of one firm."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.rendering import page
from trace.platform.opening import Platform
from trace.usecases.visits.published_results import read_published_checks

_ICONS: Final = ("doc", "warn", "tick", "search")
_CODE: Final = 18


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of published results; nothing of the reader is counted or kept."""

    @pages.get("/checks")
    def checks() -> Response:
        """What authorities published of their checks, without findings and persons."""
        firm = "".join(request.args.get("firm", "").split()).upper()[:_CODE]
        found = read_published_checks(platform.transactions, firm)
        return page("consumer/checks.html", sheets=FINDING, icons=_ICONS, found=found, firm=firm)
