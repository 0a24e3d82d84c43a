"""Parts of a visit filled in apart: photographs that come one by one, and agreement on what differs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.door import current_actor
from scanner_web.regulator.visit_page import done, number_in, paper_of, visit_page
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.casework.take_step import Paper
from trace.usecases.visits.agree_visit import Agreeing, agree_visit
from trace.usecases.visits.fill_visit import Photo
from trace.usecases.visits.photos import send_photo

_CHOSEN: Final = "c."


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of photographs and agreement."""

    @pages.post("/office/visits/<string:number>/photos")
    def send_one_photo(number: str) -> AnyResponse:
        """Keep one photograph that the part names by its digest, sent by the page on a telephone."""
        file, form = request.files.get("photo"), request.form
        photo = Photo(paper_of(file) if file else Paper("", b""), form.get("item", ""))
        sent = form.get("digest", ""), form.get("capturedAt", "")
        try:
            send_photo(platform.transactions, current_actor(), number, photo, *sent)
        except Refusal as refusal:
            return visit_page(platform, number, refusal)
        return Response(status=204)

    @pages.post("/office/visits/<string:number>/agreed")
    def agree_part(number: str) -> AnyResponse:
        """Say of each item that two inspectors answered differently whose answer is taken."""
        form, rows, actor = request.form, platform.transactions, current_actor()
        chosen = {name.removeprefix(_CHOSEN): text for name, text in form.items() if name.startswith(_CHOSEN)}
        new = Agreeing(number_in("seen"), number_in("of"), chosen, form.get("why", ""))
        return done(platform, number, lambda key: agree_visit(rows, actor, key, number, new))
