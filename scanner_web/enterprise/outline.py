"""The outline of a place: corners on a plain grid, by clicks that need no script, or from a file."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.master import PLACE
from trace.errors import OutlineUnfit, Refusal
from trace.exchange.outlines import read_corners, read_outline
from trace.platform.opening import Platform
from trace.usecases.signing.waiting import waiting_about
from trace.usecases.stated.place_outline import Outlining, outline_place, own_place

SIDE: Final = 300
"""Pixels of the grid, on every screen: a click is told in them. Its corners count to 1000."""
_STEP: Final = 25
_MOST: Final = 24
_LINES: Final = "".join(
    f'<path d="M{at} 0V1000M0 {at}H1000" stroke="#b9c6b5" stroke-width="{4 if at % 250 == 0 else 1}"/>'
    for at in range(0, 1001, 50)
)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of outlines."""

    @pages.get("/desk/master/grid.svg")
    def grid() -> Response:
        """The grid with the corners so far, as a picture."""
        corners = _typed(request.args.get("at", ""))
        points = " ".join(f"{x},{y}" for x, y in corners)
        dots = "".join(f'<circle cx="{x}" cy="{y}" r="12" fill="#1d5b34"/>' for x, y in corners)
        shape = f'<polygon points="{points}" fill="#1d5b3433" stroke="#1d5b34" stroke-width="6"/>'
        drawn = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 1000 1000">'
            f'<rect width="1000" height="1000" fill="#fff"/>{_LINES}{shape}{dots}</svg>'
        )
        response = Response(drawn, content_type="image/svg+xml")
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        return response

    @pages.get("/desk/master/outline")
    def outline() -> Response:
        """The grid, and a file to choose."""
        return _page(platform, request.args.get("place", ""), request.args.get("at", ""))

    @pages.post("/desk/master/outline")
    def outline_drawn() -> AnyResponse:
        """One more corner, or the outline to be signed."""
        place = request.form.get("place", "")
        corners = _typed(request.form.get("corners", ""))
        if "at.x" in request.form:
            corners = [*corners, _clicked()][:_MOST]
        elif "undo" in request.form:
            corners = corners[:-1]
        elif "save" in request.form or "read" in request.form:
            return _saved(platform, place)
        return _page(platform, place, " ".join(f"{x},{y}" for x, y in corners))


def _saved(platform: Platform, place: str) -> AnyResponse:
    of, typed = reader_of(request), request.form.get("corners", "")
    who = Outlining(current_actor(), request.form.get(KEY, ""), of.say("work.outline.batch"))
    try:
        if "save" in request.form:
            return to(outline_place(platform.transactions, who, place, corners=read_corners(typed)))
        if request.form.get("datum") != "wgs84":
            raise OutlineUnfit(reason="outline-datum")
        file = request.files.get("file")
        found = read_outline(file.read() if file is not None else b"")
        return to(outline_place(platform.transactions, who, place, outline=found))
    except Refusal as refusal:
        return _page(platform, place, typed, refusal)


def _page(platform: Platform, place: str, typed: str, refusal: Refusal | None = None) -> Response:
    stands = own_place(platform.transactions, current_actor(), place)
    corners = _typed(typed)
    return desk_page(
        "enterprise/outline.html",
        waits=waiting_about(platform.transactions, current_actor(), {place}, {PLACE.typ}),
        at="master",
        icons=("pen", "store", "up"),
        sheets=("records.css",),
        status=200 if refusal is None else refusal.http_status,
        place=place,
        name=stands.get("name", ""),
        corners=" ".join(f"{x},{y}" for x, y in corners),
        enough=len(set(corners)) >= len("xyz"),
        side=SIDE,
        refusal=refusal,
    )


def _typed(text: str) -> list[tuple[int, int]]:
    """Corners as far as they can be read: what is being drawn need not be an outline yet."""
    found = []
    for one in text.replace("，", ",").split()[:_MOST]:
        x, _, y = one.partition(",")
        if all(each.isascii() and each.isdigit() and len(each) < 5 for each in (x, y)):
            found.append((min(int(x), 1000), min(int(y), 1000)))
    return found


def _clicked() -> tuple[int, int]:
    """Where a picture of a form was pressed, on the lines of the grid."""
    pressed = [request.form.get(name, "0") for name in ("at.x", "at.y")]
    x, y = (int(one) if one.isascii() and one.isdigit() and len(one) < 5 else 0 for one in pressed)
    scale = 1000 / SIDE
    return _on_grid(x * scale), _on_grid(y * scale)


def _on_grid(value: float) -> int:
    return min(round(value / _STEP) * _STEP, 1000)
