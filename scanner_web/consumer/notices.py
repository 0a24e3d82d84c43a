"""Notices to consumers that are released and not ended, of every authority, on one public page."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.rendering import page
from trace.platform.opening import Platform
from trace.usecases.supervision.notices import read_released


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the notices; nothing of the reader is counted or kept."""

    @pages.get("/notices")
    def notices() -> Response:
        """What stands now, the newest first."""
        found = read_released(platform.transactions)
        return page("consumer/notices.html", sheets=FINDING, icons=("warn", "doc"), found=found)
