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
_TABLE, _GLASS, _RED, _CARD = (190, 164, 128), (196, 52, 40), (206, 60, 44), (206, 172, 120)
_MARK: Final = "DEMO"


def drawn_product(name: str) -> Picture:
    """Goods on a table, in what they are sold in: the first word that their name holds says which."""
    image, pen = _begun((236, 230, 216))
    pen.rectangle((0, 360, 640, 480), fill=_TABLE)
    draw = next((draw for word, draw in _PACKS if word in name), _bag)
    draw(pen)
    return _finished(image, pen)


def drawn_grower() -> Picture:
    """Somebody in a straw hat, whom nobody is."""
    image, pen = _begun(_SKY)
    pen.rectangle((0, 300, 640, 480), fill=_LEAF)
    pen.rounded_rectangle((220, 270, 420, 480), 60, fill=(70, 104, 150))
    pen.ellipse((250, 130, 390, 290), fill=(232, 196, 160))
    pen.ellipse((180, 120, 460, 190), fill=(226, 198, 120))
    pen.pieslice((240, 60, 400, 220), 180, 360, fill=(226, 198, 120))
    pen.arc((290, 210, 350, 260), 20, 160, fill=_INK, width=5)
    return _finished(image, pen)


def drawn_report() -> Picture:
    """A sheet with lines and a stamp, of which nothing can be read."""
    image, pen = _begun((214, 218, 222))
    pen.rectangle((170, 20, 470, 470), fill=_PAPER, outline=_INK, width=4)
    for row in range(8):
        pen.line((200, 80 + 36 * row, 440 - 40 * (row % 3), 80 + 36 * row), fill=_INK, width=4)
    pen.ellipse((350, 270, 450, 370), outline=_RED, width=8)
    return _finished(image, pen)


def _bag(pen: ImageDraw.ImageDraw, colour: tuple[int, int, int] = (226, 214, 186)) -> None:
    pen.rounded_rectangle((200, 80, 440, 400), 26, fill=colour, outline=_INK, width=5)
    pen.rounded_rectangle((236, 160, 404, 300), 12, fill=_PAPER, outline=_LEAF, width=5)
    for at in range(3):
        pen.ellipse((262 + 42 * at, 196, 292 + 42 * at, 266), outline=_LEAF, width=6)


def _flour(pen: ImageDraw.ImageDraw) -> None:
    _bag(pen, (224, 206, 160))
    pen.polygon([(200, 80), (440, 80), (410, 40), (230, 40)], fill=(206, 188, 142), outline=_INK)


def _bottle(pen: ImageDraw.ImageDraw) -> None:
    pen.rounded_rectangle((250, 140, 390, 400), 30, fill=_GLASS, outline=_INK, width=5)
    pen.rectangle((288, 70, 352, 150), fill=_GLASS, outline=_INK, width=5)
    pen.rectangle((280, 44, 360, 76), fill=_INK)
    pen.rectangle((250, 220, 390, 320), fill=_PAPER)
    pen.ellipse((292, 242, 348, 298), fill=_RED)


def _tomatoes(pen: ImageDraw.ImageDraw) -> None:
    for x, y in ((250, 190), (330, 170), (410, 196), (290, 226), (372, 230)):
        pen.ellipse((x - 48, y - 48, x + 48, y + 48), fill=_RED, outline=_INK, width=4)
        pen.line((x, y - 44, x + 8, y - 62), fill=_LEAF, width=10)
    pen.polygon([(160, 230), (500, 230), (460, 400), (200, 400)], fill=_CARD, outline=_INK)


def _greens(pen: ImageDraw.ImageDraw) -> None:
    for x in (240, 320, 400):
        pen.ellipse((x - 60, 70, x + 60, 260), fill=_LEAF, outline=_INK, width=4)
        pen.polygon([(x - 22, 240), (x + 22, 240), (x + 30, 390), (x - 30, 390)], fill=_PAPER, outline=_INK)


def _tofu(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(180, 200), (320, 140), (470, 200), (330, 270)], fill=(250, 247, 236), outline=_INK)
    pen.polygon([(180, 200), (330, 270), (330, 400), (180, 330)], fill=(238, 232, 214), outline=_INK)
    pen.polygon([(470, 200), (330, 270), (330, 400), (470, 330)], fill=(224, 218, 200), outline=_INK)


def _noodles(pen: ImageDraw.ImageDraw) -> None:
    for at in range(12):
        pen.line((230 + 15 * at, 60, 230 + 15 * at, 400), fill=(226, 198, 120), width=10)
    pen.rectangle((214, 180, 420, 300), fill=_PAPER, outline=_INK, width=5)


_PACKS: Final = (
    ("番茄酱", _bottle),
    ("番茄", _tomatoes),
    ("青菜", _greens),
    ("豆腐", _tofu),
    ("挂面", _noodles),
    ("粉", _flour),
    ("米", _bag),
)


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
