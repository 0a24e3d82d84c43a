"""Other systems: what went to each, what waits, what failed and why, when it was last heard; what came."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.exchange.system_documents import MATTER
from trace.platform.opening import Platform
from trace.platform.systems import hosts_of
from trace.rules.systems import named_systems
from trace.usecases.systems.move_matter import ACTS, MatterStep, move_matter, send_again
from trace.usecases.systems.read_systems import NEW, read_systems

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "question", "up", "out")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of exchange with other systems."""

    @pages.get("/office/systems")
    def systems() -> Response:
        """Every system, what is in trouble, what came."""
        return _page(platform)

    @pages.post("/office/systems/again")
    def system_document_again() -> AnyResponse:
        """Hand a document over once more."""
        given = request.form
        try:
            number = given.get("document", "")[:400]
            return redirect(
                send_again(platform.transactions, current_actor(), given.get(KEY, ""), number), 303
            )
        except Refusal as refusal:
            return _page(platform, refusal)

    @pages.post("/office/systems/matters")
    def matter_step() -> AnyResponse:
        """Accept a matter, pass it on or answer it."""
        given = request.form
        step = MatterStep(
            current_actor(), given.get(KEY, ""), given.get("system", "")[:80], given.get("number", "")[:200],
            given.get("act", ""), given.get("words", ""),
        )  # fmt: skip
        try:
            return redirect(move_matter(platform.transactions, step), 303)
        except Refusal as refusal:
            return _page(platform, refusal)


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/systems.html",
        at="systems",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        seen=read_systems(platform.transactions, current_actor(), hosts_of(platform.folder)),
        typed=request.form,
        acts=ACTS,
        matter=MATTER,
        new=NEW,
        systems=named_systems(),
    )
