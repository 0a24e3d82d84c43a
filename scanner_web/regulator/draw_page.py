"""One draw: its records in the log, its halves, whom it drew, and its result as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.draws import drawing
from trace.errors import NamedStatementUnknown, Refusal
from trace.oversight.visits.drawn import urn_of_object
from trace.parties import DEPARTMENTS
from trace.platform.opening import Platform
from trace.usecases.supervision.draws import propose_end, propose_result, read_draw, result_hash
from trace.usecases.visits.from_draw import visits_drawn

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question", "down", "key")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one draw."""

    @pages.get("/office/draws/<string:statement>")
    def one_draw(statement: str) -> Response:
        """One draw: what it is from, its halves, whom it drew."""
        return _one(platform, statement)

    @pages.post("/office/draws/<string:statement>/result")
    def draw_now(statement: str) -> AnyResponse:
        """Draw with both halves, and draft the result."""
        halves = {name: request.form.get(f"half-{name}", "")[:200] for name in DEPARTMENTS}
        try:
            return redirect(
                propose_result(platform.transactions, drawing(statement[:12]), statement, halves), 303
            )
        except Refusal as refusal:
            return _one(platform, statement, refusal)

    @pages.post("/office/draws/<string:statement>/end")
    def end_draw(statement: str) -> AnyResponse:
        """Give a draw up, with the reason."""
        why = request.form.get("why", "")
        try:
            return redirect(propose_end(platform.transactions, drawing(statement[:12]), statement, why), 303)
        except Refusal as refusal:
            return _one(platform, statement, refusal)

    @pages.get("/office/draws/<string:statement>/result.json")
    def result(statement: str) -> Response:
        """The result as `./greentrace draw verify` takes it."""
        _, document = read_draw(platform.transactions, current_actor(), statement)
        if document is None:
            raise NamedStatementUnknown(statement=statement[:64])
        response = Response(orjson.dumps(document), content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="draw-{statement[:12]}.json"'
        return response


def _one(platform: Platform, statement: str, refusal: Refusal | None = None) -> Response:
    actor = current_actor()
    seen, result = read_draw(platform.transactions, actor, statement)
    return desk_page(
        "regulator/draw.html", at="draws", icons=_ICONS, sheets=_SHEETS, refusal=refusal, one=seen,
        status=200 if refusal is None else refusal.http_status, result=result,
        departments=tuple(DEPARTMENTS), own=seen.authority == actor.party,
        visits=visits_drawn(platform.transactions, actor, statement) if result else {}, urn=urn_of_object,
        cards=_cards, differs=result is not None and result_hash(result) != seen.result_hash,
    )  # fmt: skip


def _cards(row: Mapping[str, Any]) -> dict[str, str]:
    """The cards that were drawn for a firm, as the form of a new visit takes them."""
    return {f"cards.{name}": str(card) for name, card in row["inspectors"].items()}
