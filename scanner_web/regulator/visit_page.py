"""The page of a visit: a department's part filled in with a thumb, signed, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight_forms import RESULTS, SIGNATURES
from trace.errors import PaperUnknown, Refusal
from trace.oversight.visits.answers import CHOICES, Answer
from trace.oversight.visits.orders import OUTCOMES
from trace.platform.opening import Platform
from trace.usecases.casework.take_step import Paper
from trace.usecases.visits.fill_visit import Filling, Photo, fill_visit
from trace.usecases.visits.read_visit import read_visit, read_visit_paper
from trace.usecases.visits.sign_visit import sign_visit
from trace.usecases.visits.step_visit import Step, step_visit

_ICONS: Final = ("warn", "clock", "doc", "tick", "stop", "pen", "people", "pin", "question", "store")
_SHEETS: Final = ("office.css", "visits.css")
_POSITION: Final = ("lat", "lon", "accuracy", "at", "datum", "source")
_STEP: Final = ("out", "into", "outcome", "why")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one visit."""

    @pages.get("/office/visits/<string:number>")
    def visit(number: str) -> Response:
        """One visit whole."""
        return visit_page(platform, number)

    @pages.post("/office/visits/<string:number>/part")
    def fill_part(number: str) -> AnyResponse:
        """Save one's own department's part."""
        rows, actor = platform.transactions, current_actor()
        return done(platform, number, lambda key: fill_visit(rows, actor, key, number, _filling()))

    @pages.post("/office/visits/<string:number>/sign")
    def sign_part(number: str) -> AnyResponse:
        """Draft the record of one's own part, and go where it is signed."""
        title = f"{number} · {reader_of(request).say('work.menu.visits')}"
        rows, actor = platform.transactions, current_actor()
        return done(
            platform, number, lambda key: sign_visit(rows, actor, key, number, number_in("seen"), title)
        )

    @pages.post("/office/visits/<string:number>/steps")
    def step_on(number: str) -> AnyResponse:
        """Replace an inspector, give up, publish, or note a re-check."""
        given = {name: request.form.get(name, "").strip() for name in _STEP}
        step = Step(request.form.get("event", ""), number_in("version"), papers=_papers("paper"), **given)
        rows, actor = platform.transactions, current_actor()
        return done(platform, number, lambda key: step_visit(rows, actor, key, number, step))

    @pages.get("/office/visits/<string:number>/papers/<string:digest>")
    def visit_paper(number: str, digest: str) -> Response:
        """A photograph or paper, as it was handed in."""
        found = read_visit_paper(platform.transactions, current_actor(), number, digest)
        if found is None:
            raise PaperUnknown(name=digest[:80])
        row, body = found
        return sent(body, row.media, f"{number}-{digest[:12]}")


def done(platform: Platform, number: str, act: Callable[[str], str]) -> AnyResponse:
    """Go on to where the act leads, or be told why not with what was typed still there."""
    try:
        return redirect(act(request.form.get(KEY, "")), 303)
    except Refusal as refusal:
        return visit_page(platform, number, refusal)


def sent(body: bytes, media: str, name: str) -> Response:
    """A kept file as an attachment."""
    response = Response(body, content_type=media)
    ending = media.rsplit("/", 1)[1]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def number_in(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def paper_of(file: FileStorage) -> Paper:
    return Paper(file.filename or "", file.read())


def _papers(name: str) -> list[Paper]:
    return [paper_of(one) for one in request.files.getlist(name) if one.filename]


def _filling() -> Filling:
    form = request.form
    # What was found is told of an item without an answer too: it is refused then, and not lost in silence.
    given = (name[2:] for name, text in form.items() if name[:2] in {"a.", "n.", "w."} and text.strip())
    answers = [
        Answer(one, form.get(f"a.{one}", ""), form.get(f"n.{one}", ""), _digests(one))
        for one in dict.fromkeys(given)
    ]
    photos = [
        Photo(paper_of(file), name.removeprefix("f."))
        for name, file in request.files.items(multi=True)
        if name.startswith("f.") and file.filename
    ]
    return Filling(
        number_in("seen"), form.get("digest", ""), answers, form.get("result", ""), form.get("rectifyBy", ""),
        form.get("signature", ""), form.get("refusal", ""), form.get("witness", ""),
        {**{name: form.get(name, "") for name in _POSITION}, "why": form.get("placeWhy", "")},
        form.get("capturedAt", ""), photos,
        form.get("why", ""), _goods(), form.get("sentAt", ""),
        {text for name, text in form.items(multi=True) if name[:2] == "w."},
    )  # fmt: skip


def _digests(item: str) -> tuple[str, ...]:
    """Photographs kept at an item and those that come by themselves, without what is not wanted any more."""
    form = request.form
    away = form.getlist(f"d.{item}")
    return tuple(one for one in (*form.getlist(f"k.{item}"), *form.getlist(f"w.{item}")) if one not in away)


def _goods() -> list[str]:
    """Lots that were ticked, and what was typed: a name or batch number a line, or apart by commas."""
    typed = re.split(r"[\n,，、;；]+", request.form.get("goods", ""))
    return [*request.form.getlist("lot"), *(one.strip() for one in typed if one.strip())]


def visit_page(platform: Platform, number: str, refusal: Refusal | None = None) -> Response:
    seen = read_visit(platform.transactions, current_actor(), number)
    typed: Mapping[str, str] = request.form if refusal is not None else {}
    return desk_page(
        "regulator/visit.html", at="visits", icons=_ICONS, sheets=_SHEETS, located=True,
        status=200 if refusal is None else refusal.http_status, seen=seen, row=seen.row, typed=typed,
        ticked=request.form.getlist("lot"),
        choices=CHOICES, results=RESULTS, signatures=SIGNATURES, outcomes=OUTCOMES, refusal=refusal,
        today=day_in_shanghai(platform.transactions.clock()),
    )  # fmt: skip
