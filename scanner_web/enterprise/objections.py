"""Results about the firm's goods on a page: the windows of each, an objection, and what became of it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.casework.objections import PAGE, Objection, list_results, object_to
from trace.usecases.casework.take_step import Paper

_ICONS: Final = ("warn", "clock", "doc", "tick", "stop", "question", "pen")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of results and objections."""

    @pages.get("/desk/objections")
    def objections() -> Response:
        """The results that were delivered to the firm, the newest first."""
        return _page(platform)

    @pages.post("/desk/objections/<string:number>")
    def file_objection(number: str) -> AnyResponse:
        """Object to one, or be told why not with what was typed still there."""
        given = request.form
        papers = [Paper(one.filename, one.read()) for one in request.files.getlist("paper") if one.filename]
        objection = Objection(given.get(KEY, ""), given.get("ground", ""), given.get("why", ""), papers)
        try:
            return to(object_to(platform.transactions, current_actor(), number, objection))
        except Refusal as refusal:
            return _page(platform, number, refusal)


def _page(platform: Platform, number: str = "", refusal: Refusal | None = None) -> Response:
    actor = current_actor()
    return desk_page(
        "enterprise/objections.html",
        at="objections",
        icons=_ICONS,
        status=200 if refusal is None else refusal.http_status,
        rows=list_results(platform.transactions, actor),
        here=PAGE,
        of_case=number,
        typed=request.form,
        refusal=refusal,
        may_object=actor.may(SIGN),
    )
