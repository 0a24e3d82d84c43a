"""Visits of authorities as the firm sees them: what was found, what is to be rectified, and its answer."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.errors import PaperUnknown, Refusal
from trace.platform.opening import Platform
from trace.usecases.casework.take_step import Paper
from trace.usecases.visits.answer_visit import (
    answer_visit,
    list_visits_told,
    read_own_paper,
    read_visit_told,
)

_ICONS: Final = ("warn", "clock", "doc", "tick", "stop", "question")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the firm's visits."""

    @pages.get("/desk/visits")
    def told_visits() -> Response:
        """The signed visits, the newest first."""
        rows = list_visits_told(platform.transactions, current_actor())
        return desk_page("enterprise/visits.html", at="visits-told", icons=_ICONS, rows=rows)

    @pages.get("/desk/visits/<string:number>")
    def told_visit(number: str) -> Response:
        """One visit with its orders."""
        return _page(platform, number)

    @pages.post("/desk/visits/<string:number>/answer")
    def answer(number: str) -> AnyResponse:
        """Answer its orders with words and papers."""
        papers = [Paper(one.filename, one.read()) for one in request.files.getlist("paper") if one.filename]
        actor, words = current_actor(), request.form.get("words", "")
        try:
            return to(
                answer_visit(platform.transactions, actor, request.form.get(KEY, ""), number, words, papers)
            )
        except Refusal as refusal:
            return _page(platform, number, refusal)

    @pages.get("/desk/visits/<string:number>/papers/<string:digest>")
    def told_paper(number: str, digest: str) -> Response:
        """A paper that the firm handed in itself."""
        found = read_own_paper(platform.transactions, current_actor(), number, digest)
        if found is None:
            raise PaperUnknown(name=digest[:80])
        row, body = found
        response = Response(body, content_type=row.media)
        ending = row.media.rsplit("/", 1)[1]
        response.headers["Content-Disposition"] = f'attachment; filename="{digest[:12]}.{ending}"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _page(platform: Platform, number: str, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "enterprise/visit.html", at="visits-told", icons=_ICONS,
        status=200 if refusal is None else refusal.http_status,
        one=read_visit_told(platform.transactions, current_actor(), number), typed=request.form,
        refusal=refusal, may_answer=current_actor().may(SIGN),
    )  # fmt: skip
