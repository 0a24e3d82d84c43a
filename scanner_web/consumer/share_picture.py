"""The picture of a shared link: the sign and colour of a state, drawn, with nothing of goods or people.

Bad news and doubt have signs. Good news is a leaf and no tick: a picture outlives the state that it shows.
"""

from __future__ import annotations

import io
import math
from functools import cache
from typing import Final

from flask import Blueprint, Response
from PIL import Image, ImageDraw

from scanner_web.consumer.verdict import HEADS
from trace.errors import PhotoAbsent

SIZE: Final = (1200, 630)
"""What cards of links are made for."""
_TWICE: Final = 2
_DAY: Final = 24 * 3600
_WHITE: Final = "#FFFFFF"
_COLOURS: Final = {"ok": "#08543E", "danger": "#8C1D18", "warn": "#6B3C00", "mute": "#3B4650"}
_Point = tuple[float, float]


def register(pages: Blueprint) -> None:
    """`/share/<state>.png`, named by the cards of batch pages."""

    @pages.get("/share/<string:state>.png")
    def share_picture(state: str) -> Response:
        """The same picture for every pack in that state."""
        if state not in HEADS:
            raise PhotoAbsent(sha256=state[:64])
        response = Response(picture_of(state), content_type="image/png")
        response.headers["Cache-Control"] = f"public, max-age={_DAY}"
        return response


@cache
def picture_of(state: str) -> bytes:
    """A PNG of the state's colour with its sign in the middle."""
    tone, icon = HEADS[state]
    card = Image.new("RGB", (SIZE[0] * _TWICE, SIZE[1] * _TWICE), _COLOURS[tone])
    _SIGNS[icon](ImageDraw.Draw(card), (SIZE[0], SIZE[1]), 400, _COLOURS[tone])
    small = card.resize(SIZE, Image.Resampling.LANCZOS).quantize(16)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue()


def _around(middle: _Point, radius: float, corners: int, turned: float) -> list[_Point]:
    """The corners of a regular polygon."""
    angles = (turned + 2 * math.pi * each / corners for each in range(corners))
    return [(middle[0] + radius * math.cos(at), middle[1] + radius * math.sin(at)) for at in angles]


def _circle(drawing: ImageDraw.ImageDraw, middle: _Point, radius: float, fill: str) -> None:
    x, y = middle
    drawing.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _stop(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    """An eight-cornered plate with a bar."""
    x, y = middle
    drawing.polygon(_around(middle, size, 8, math.pi / 8), fill=_WHITE)
    drawing.rectangle((x - size * 0.6, y - size * 0.14, x + size * 0.6, y + size * 0.14), fill=behind)


def _cross(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    x, y, arm = *middle, size * 0.42
    _circle(drawing, middle, size, _WHITE)
    for way in (1, -1):
        drawing.line((x - arm, y - arm * way, x + arm, y + arm * way), fill=behind, width=int(size * 0.22))


def _warn(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    """A triangle with an exclamation mark."""
    x, y = middle[0], middle[1] + size * 0.2
    drawing.polygon(_around((x, y), size * 1.15, 3, -math.pi / 2), fill=_WHITE)
    drawing.rounded_rectangle((x - 40, y - size * 0.5, x + 40, y + size * 0.12), 40, fill=behind)
    _circle(drawing, (x, y + size * 0.33), 46, behind)


def _clock(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    x, y = middle
    _circle(drawing, middle, size, _WHITE)
    drawing.line(
        (x, y - size * 0.62, x, y, x + size * 0.42, y + size * 0.26), fill=behind, width=56, joint="curve"
    )
    _circle(drawing, middle, 28, behind)


def _copies(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    """Two sheets, one behind the other."""
    x, y = middle
    for shift in (-0.22, 0.22):
        across, down = x + shift * size, y + shift * size
        box = (across - size * 0.5, down - size * 0.65, across + size * 0.5, down + size * 0.65)
        drawing.rounded_rectangle(box, 60, fill=_WHITE, outline=behind, width=36)


def _leaf(drawing: ImageDraw.ImageDraw, middle: _Point, size: float, behind: str) -> None:
    """Between two circles, with its vein."""
    x, y = middle
    reach = range(-90, 91, 3)
    right = [(x - size * 0.6 + 1.15 * size * math.cos(math.radians(at) / 1.55),
              y + 1.15 * size * math.sin(math.radians(at) / 1.55)) for at in reach]  # fmt: skip
    left = [(2 * x - across, down) for across, down in reversed(right)]
    drawing.polygon([*right, *left], fill=_WHITE)
    drawing.line((x, y - size * 0.3, x, y + size * 1.15), fill=behind, width=44)


_SIGNS: Final = {
    "stop": _stop,
    "cross": _cross,
    "warn": _warn,
    "clock": _clock,
    "copies": _copies,
    "shield": _leaf,
}
