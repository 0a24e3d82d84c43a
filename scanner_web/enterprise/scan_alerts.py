"""Alerts about the scans of a firm's own codes: what was seen, and who of the firm has seen it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.duties.by_rule import SCAN_ALERTS
from trace.usecases.scans.scan_alerts import acknowledge_alert, show_alerts

_SHOWN: Final = 50
_HIGHEST: Final = 2**63 - 1
_DIGITS: Final = len(str(_HIGHEST))


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of alerts about scans."""

    @pages.get(SCAN_ALERTS)
    def scan_alerts() -> Response:
        """Alerts that nobody of the firm has seen, or all of them, the oldest first."""
        every, after = "every" in request.args, _number(request.args.get("after", ""))
        found = show_alerts(
            platform.transactions, current_actor(), after=after, limit=_SHOWN, unread=not every
        )
        return desk_page(
            "enterprise/scan_alerts.html", at="home", icons=("copies", "chev"), found=found, every=every
        )

    @pages.post(f"{SCAN_ALERTS}/<string:number>")
    def acknowledge_scan_alert(number: str) -> AnyResponse:
        """Say that it was seen, and go back to what nobody has seen yet."""
        acknowledge_alert(platform.transactions, current_actor(), _number(number))
        return to(reader_of(request).link(SCAN_ALERTS))


def _number(given: str) -> int:
    """A number of ours; 0, which is nobody's, for what is none."""
    plain = given.isascii() and given.isdigit() and len(given) <= _DIGITS
    return min(int(given), _HIGHEST) if plain else 0
