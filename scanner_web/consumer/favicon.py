"""The site's icon at the address where browsers and feed readers look for it unasked."""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from flask import Blueprint, Response
from PIL import Image, ImageDraw

_SIZES: Final = ((16, 16), (32, 32), (48, 48))
_DRAWN: Final = 192
_GREEN: Final = (13, 107, 69, 255)
_WEEK: Final = 7 * 24 * 3600


def register(pages: Blueprint) -> None:
    """`/favicon.ico`; the pages themselves name none, so that a scan costs no request for it."""

    @pages.get("/favicon.ico")
    def favicon() -> Response:
        response = Response(icon(), content_type="image/x-icon")
        response.headers["Cache-Control"] = f"public, max-age={_WEEK}"
        return response


@cache
def icon() -> bytes:
    """A white leaf with its vein on a green tile, in the three sizes of an ICO file."""
    tile = Image.new("RGBA", (_DRAWN, _DRAWN))
    drawing = ImageDraw.Draw(tile)
    drawing.rounded_rectangle((0, 0, _DRAWN - 1, _DRAWN - 1), _DRAWN // 5, fill=_GREEN)
    leaf, half = Image.new("L", (_DRAWN, _DRAWN)), Image.new("L", (_DRAWN, _DRAWN))
    ImageDraw.Draw(leaf).ellipse((24, -36, 228, 168), fill=255)
    ImageDraw.Draw(half).ellipse((-36, 24, 168, 228), fill=255)
    both = Image.composite(leaf, Image.new("L", leaf.size), half)
    tile.paste((255, 255, 255, 255), (0, 0), both)
    drawing.line((40, 152, 112, 80), fill=_GREEN, width=12)
    written = io.BytesIO()
    tile.save(written, "ICO", sizes=_SIZES)
    return written.getvalue()
