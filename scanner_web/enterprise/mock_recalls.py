"""Mock recalls of the firm on a page: one is drawn at the press of a button, and the trend of all."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.balance import firm_of
from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import NothingToRecall
from trace.platform.opening import Platform
from trace.usecases.recalls.mock_recall import mock_recall, mock_recalls_of


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of mock recalls."""

    @pages.get("/desk/mock-recalls")
    def mock_recalls() -> Response:
        """The mock recalls so far, the newest first."""
        return _page(platform)

    @pages.post("/desk/mock-recalls")
    def draw_one() -> AnyResponse:
        """Draw a lot now; sent twice it draws twice, which recalls nothing either."""
        actor = current_actor()
        try:
            mock_recall(platform.transactions, actor, firm_of(actor), seed=secrets.token_hex(8))
        except NothingToRecall as refusal:
            return _page(platform, refusal)
        return to("/desk/mock-recalls")


def _page(platform: Platform, refusal: NothingToRecall | None = None) -> Response:
    actor = current_actor()
    return desk_page(
        "enterprise/mock_recalls.html",
        at="mock-recalls",
        icons=("clock", "tick", "cross", "warn"),
        sheets=("ledgers.css", "balance.css"),
        status=200 if refusal is None else refusal.http_status,
        rows=mock_recalls_of(platform.transactions, actor, firm_of(actor)),
        refusal=refusal,
    )
