"""Pictures of the demo in place of photographs: drawn, and marked as such across the whole of them."""

from __future__ import annotations

import hashlib
import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from trace.labels.picture import Picture, web_picture

_SIZE: Final = (640, 480)
_SKY, _LEAF, _SOIL, _HILL = (214, 232, 238), (86, 140, 74), (150, 116, 78), (150, 182, 132)
_INK, _PAPER = (40, 60, 48), (246, 243, 232)
_GOODS: Final = {"rice": (232, 222, 190), "tofu": (238, 232, 214), "flour": (224, 206, 160)}
_MARK: Final = "DEMO"


def drawn_product(name: str) -> Picture:
    """A pack of goods on a table."""
    image, pen = _begun((236, 230, 216))
    colour = next((shade for word, shade in _GOODS.items() if word in name), (226, 214, 186))
    pen.rectangle((0, 360, 640, 480), fill=(190, 164, 128))
    pen.rounded_rectangle((200, 80, 440, 400), 26, fill=colour, outline=_INK, width=5)
    pen.rounded_rectangle((236, 160, 404, 300), 12, fill=_PAPER, outline=_LEAF, width=5)
    for at in range(3):
        pen.ellipse((262 + 42 * at, 196, 292 + 42 * at, 266), outline=_LEAF, width=6)
    return _finished(image, pen)


def drawn_field(name: str) -> Picture:
    """Rows of a field under a sky."""
    image, pen = _begun(_SKY)
    shift = hashlib.sha256(name.encode()).digest()[0] % 60
    hills = [(0, 210), (220 + shift, 130), (420 + shift, 200), (640, 160), (640, 480), (0, 480)]
    pen.polygon(hills, fill=_HILL)
    pen.rectangle((0, 250, 640, 480), fill=_SOIL)
    for row in range(9):
        x = 40 + 70 * row
        pen.line((320 + (x - 320) // 4, 252, x, 480), fill=_LEAF, width=16)
    pen.ellipse((500 - shift, 40, 560 - shift, 100), fill=(244, 214, 120))
    return _finished(image, pen)


def _begun(ground: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", _SIZE, ground)
    return image, ImageDraw.Draw(image)


def _finished(image: Image.Image, pen: ImageDraw.ImageDraw) -> Picture:
    """With the mark on a band, so that nobody takes it for a photograph, and in the form that pages show."""
    pen.rectangle((0, 390, 640, 480), fill=_PAPER)
    pen.text((320, 435), _MARK, fill=_INK, font=ImageFont.load_default(72), anchor="mm")
    made = io.BytesIO()
    image.save(made, "PNG")
    return web_picture(made.getvalue())
