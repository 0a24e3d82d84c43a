"""Random draws (双随机) for everybody: what was committed to, whom it drew, the file that draws it again."""

from __future__ import annotations

import re
from typing import Final

import orjson
from flask import Blueprint, Response

from scanner_web.consumer.sheets import FINDING
from scanner_web.frame.rendering import page
from trace.errors import NamedStatementUnknown
from trace.platform.opening import Platform
from trace.usecases.supervision.published_draws import (
    PublishedDraw,
    list_published_draws,
    read_published_draw,
)

_STATEMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_ICONS: Final = ("doc", "warn", "tick", "clock", "stop", "down", "question")
SHOWN: Final = 200
"""Lines of a list that a page shows; the file has them all."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of draws; nothing of the reader is counted or kept."""

    @pages.get("/draws")
    def draws() -> Response:
        """The draws of every authority, those that were given up too."""
        found = list_published_draws(platform.transactions)
        return page("consumer/draws.html", sheets=FINDING, icons=_ICONS, found=found)

    @pages.get("/draws/<string:statement>")
    def draw(statement: str) -> Response:
        """One draw: its hashes, and after the result the lists and whom it drew."""
        return page(
            "consumer/draw.html", sheets=FINDING, icons=_ICONS, it=_found(platform, statement), shown=SHOWN
        )

    @pages.get("/draws/<string:statement>/result.json")
    def drawn(statement: str) -> Response:
        """The whole result, as `./greentrace draw verify` takes it."""
        found = _found(platform, statement)
        if found.result is None:
            raise NamedStatementUnknown(statement=statement)
        response = Response(orjson.dumps(found.result), content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="draw-{statement[:12]}.json"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _found(platform: Platform, statement: str) -> PublishedDraw:
    if _STATEMENT.fullmatch(statement) is None:
        raise NamedStatementUnknown(statement=statement[:64])
    return read_published_draw(platform.transactions, statement)
