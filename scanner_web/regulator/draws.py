"""Random draws: every commitment with what came of it, a half of a seed, the form of a new draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.parties import DEPARTMENTS
from trace.platform.opening import Platform
from trace.usecases.supervision.draw_lists import code_of, draw_lists
from trace.usecases.supervision.draws import (
    TYPED,
    Drawing,
    list_draws,
    make_half,
    propose_draw,
)

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "down", "key")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of draws."""

    @pages.get("/office/draws")
    def draws() -> Response:
        """Every draw of the area, those that were given up too."""
        return _list(platform, _filled(platform))

    @pages.post("/office/draws/half")
    def half() -> Response:
        """A half of a seed, shown once and kept nowhere."""
        return _list(platform, _filled(platform), made=make_half())

    @pages.post("/office/draws")
    def commit() -> AnyResponse:
        """Draft the commitment to a plan."""
        typed = {name: request.form.get(name, "") for name in TYPED}
        try:
            return redirect(propose_draw(platform.transactions, drawing(typed["title"]), typed), 303)
        except Refusal as refusal:
            return _list(platform, typed, refusal)


def drawing(what: str) -> Drawing:
    """Who draws by the form that was sent, with a title for the batch to be signed."""
    title = reader_of(request).say("office.draws.batch", title=what[:60])
    return Drawing(current_actor(), request.form.get(KEY, ""), title)


def _filled(platform: Platform) -> dict[str, str]:
    """The form of a new draw as register, plan and visits fill it in."""
    lists = draw_lists(platform.transactions, current_actor())
    say = reader_of(request).say
    return {
        "objects": "\n".join(lists.objects),
        "omitted": "\n".join(f"{code} {say('office.draws.not-planned')}" for code in lists.rest),
        **{f"inspectors-{name}": " ".join(cards) for name, cards in lists.cards.items()},
    }


def _list(
    platform: Platform,
    typed: Mapping[str, str],
    refusal: Refusal | None = None,
    made: tuple[str, str] | None = None,
) -> Response:
    return desk_page(
        "regulator/draws.html", at="draws", icons=_ICONS, sheets=_SHEETS, refusal=refusal, typed=typed,
        status=200 if refusal is None else refusal.http_status, made=made, departments=tuple(DEPARTMENTS),
        draws=list_draws(platform.transactions, current_actor()),
        lists=draw_lists(platform.transactions, current_actor()), code=code_of,
    )  # fmt: skip
