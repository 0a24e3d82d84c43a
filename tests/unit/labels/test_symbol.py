"""Symbols are read back by another decoder and equal those of another encoder."""

from __future__ import annotations

import bisect
import io
import xml.etree.ElementTree as ET
from decimal import Decimal

import numpy as np
import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.util import MODE_8BIT_BYTE, QRData

from trace.errors.gs1 import DigitalLinkMalformed, SymbolTooLarge
from trace.labels.symbol import Symbol, encode, human_readable, png, svg, terminal_text

URI = "https://trace.example.cn/01/09521234100010/10/M20261012A?v=abcdefghijklmnopqrstuv"


def read(picture: bytes | Image.Image) -> list[str]:
    image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    return [found.text for found in zxingcpp.read_barcodes(np.asarray(image.convert("L")))]


def painted(symbol: Symbol) -> Image.Image:
    """The SVG's own strokes, painted: what a browser would show."""
    drawing = ET.fromstring(svg(symbol))  # noqa: S314 - our own drawing
    width = int(drawing.attrib["viewBox"].split()[2])
    pixels = np.full((width, width), 255, dtype=np.uint8)
    strokes = drawing.findall("{http://www.w3.org/2000/svg}path")[1].attrib["d"]
    for stroke in strokes.split("M")[1:]:
        start, length = stroke.split("h")
        x, y = start.split()
        pixels[int(float(y)), int(x) : int(x) + int(length)] = 0
    return Image.fromarray(pixels).resize((width * 6, width * 6), Image.Resampling.NEAREST)


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("module_px", [2, 8])
def test_a_picture_is_read_back(level: str, module_px: int) -> None:
    assert read(png(encode(URI, level=level), module_px=module_px)) == [URI]


def test_a_caption_does_not_stop_the_reading() -> None:
    symbol = encode(URI)
    picture = png(symbol, caption=human_readable(URI))
    assert read(picture) == [URI]
    with_line, without = (Image.open(io.BytesIO(each)) for each in (picture, png(symbol)))
    assert (with_line.width, with_line.height) == (without.width, without.height + 5 * 8)
    below = np.asarray(with_line.convert("L"))[without.height :]
    assert 0 < (below == 0).mean() < 0.5


def test_the_drawing_is_read_back_and_has_its_size_in_millimetres() -> None:
    symbol = encode(URI)
    assert read(painted(symbol)) == [URI]
    side = (symbol.modules + 8) * Decimal("0.5")
    drawing = svg(symbol, module_mm=Decimal("0.5"), caption="(01)<&>")
    assert f'width="{side}mm"' in drawing
    assert "(01)&lt;&amp;&gt;" in drawing
    ET.fromstring(drawing)  # noqa: S314 - our own drawing
    assert "<text" not in svg(symbol)


def test_a_terminal_shows_a_symbol_that_can_be_read() -> None:
    symbol = encode(URI)
    lines = terminal_text(symbol).split("\n")
    light = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    pixels = np.array(
        [[light[glyph][half] for glyph in line] for line in lines for half in (0, 1)], dtype=np.uint8
    )
    assert read(Image.fromarray(pixels).resize((pixels.shape[1] * 6, pixels.shape[0] * 6), 0)) == [URI]


def filling(version: int, level: str) -> str:
    """The longest link that stays within `version`: no padding, where encoders may differ harmlessly."""
    stem = "https://trace.example.cn/"
    over = bisect.bisect_right(
        range(300), version, key=lambda length: encode(stem + "x" * length, level=level).version
    )
    return stem + "x" * (over - 1)


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
@pytest.mark.parametrize("version", [4, 6, 7, 10])
def test_another_encoder_draws_the_same_matrix(version: int, level: str) -> None:
    uri = filling(version, level)
    symbol = encode(uri, level=level)
    assert symbol.version == version
    correction = {"L": 1, "M": 0, "Q": 3, "H": 2}[level]
    other = qrcode.QRCode(version, error_correction=correction, mask_pattern=symbol.mask, border=0)
    other.add_data(QRData(uri.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    other.make(fit=False)
    assert [bytes(row) for row in other.modules] == list(symbol.matrix)


def test_the_quiet_zone_is_four_modules_wide_and_white() -> None:
    symbol = encode(URI)
    pixels = np.asarray(Image.open(io.BytesIO(png(symbol, module_px=3))).convert("L"))
    edge = 4 * 3
    assert pixels.shape == ((symbol.modules + 8) * 3,) * 2
    assert pixels[:edge].min() == pixels[-edge:].min() == pixels[:, :edge].min() == 255
    assert pixels[edge, edge] == 0


def test_level_m_is_the_default_and_is_not_raised_silently() -> None:
    assert encode("A").level == "M"
    assert encode(URI).matrix == encode(URI, level="M").matrix
    assert encode(URI, version=10).modules == 57


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SymbolTooLarge) as refused:
        encode("https://h/" + "a" * 3000)
    assert refused.value.params == {"length": 3010, "version": 40}
    with pytest.raises(SymbolTooLarge):
        encode(URI, version=1)


def test_the_line_under_the_symbol_names_what_is_identified() -> None:
    assert human_readable(URI) == "(01)09521234100010(10)M20261012A"
    with pytest.raises(DigitalLinkMalformed):
        human_readable("https://trace.example.cn/t/7K3F-9QXP-2MWD")
