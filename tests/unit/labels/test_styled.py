"""A logo costs error correction, never the reading."""

from __future__ import annotations

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from tests.simulators.degradations import CASES, photograph
from trace.errors.codes import LogoTooLarge
from trace.errors.gs1 import SymbolTooLarge
from trace.errors.printing import LogoUnfit
from trace.labels.seen_badly import SIGHTS, unread_in
from trace.labels.styled import MOST_COVERED, MOST_LOGO_BYTES, logo_of, with_logo
from trace.labels.symbol import encode, png

URI = "https://id.example.cn/01/06901234567892/10/M20261012A/21/7ET5E1J3KCBD"


def a_logo() -> Image.Image:
    logo = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(logo)
    drawing.ellipse((0, 0, 299, 199), fill=(0, 110, 60, 255))
    drawing.line((0, 100, 300, 100), fill=(255, 255, 255, 255), width=20)
    return logo


def matrix(picture: bytes, module_px: int) -> tuple[bytes, ...]:
    dark = (
        np.asarray(Image.open(io.BytesIO(picture)).convert("L"))[
            module_px // 2 :: module_px, module_px // 2 :: module_px
        ]
        < 128
    )
    return tuple(bytes(row) for row in dark[4:-4, 4:-4].astype(np.uint8))


@pytest.mark.parametrize("level", ["Q", "H"])
def test_the_largest_logo_allowed_is_still_read_when_seen_badly(level: str) -> None:
    picture = with_logo(URI, a_logo(), level=level, share=MOST_COVERED[level], module_px=8)
    drawn = matrix(picture, 8)
    for name in ("clean, scene ±15°", "perspective 0.25", "JPEG q10", "shadow", "motion 1.2"):
        for seed in range(3):
            pixels = photograph(drawn, CASES[name], seed)
            assert [found.text for found in zxingcpp.read_barcodes(pixels)] == [URI], name


def test_the_logo_lies_in_the_middle_and_its_colour_stays() -> None:
    picture = Image.open(io.BytesIO(with_logo(URI, a_logo(), level="H", share=0.08)))
    assert picture.mode == "RGB"
    middle = picture.width // 2
    colours = {picture.getpixel((middle + step, middle - 12)) for step in range(-10, 10)}
    assert any(green > red + 50 for red, green, _ in colours)
    quiet = np.asarray(picture.convert("L"))[: 4 * 8]
    assert quiet.min() == 255


@pytest.mark.parametrize(("level", "share"), [("M", 0.01), ("L", 0.01), ("Q", 0.061), ("H", 0.1), ("Q", 0.0)])
def test_a_logo_that_costs_too_much_is_refused(level: str, share: float) -> None:
    with pytest.raises(LogoTooLarge) as refused:
        with_logo(URI, a_logo(), level=level, share=share)
    assert refused.value.params["level"] == level


def test_a_logo_file_of_too_many_bytes_is_refused_unread() -> None:
    with pytest.raises(LogoUnfit) as refused:
        logo_of(bytes(MOST_LOGO_BYTES + 1))
    assert refused.value.params == {"reason": "bytes", "limit": MOST_LOGO_BYTES}


def test_the_sights_are_worse_than_the_drawing_and_each_counts() -> None:
    """Nothing that cannot fail: a symbol with a third of its middle gone is read in none of them."""
    picture = Image.open(io.BytesIO(png(encode(URI), module_px=8)))
    assert unread_in(picture, URI, 8) == []
    assert unread_in(picture, URI + "X", 8) == list(SIGHTS)
    side = picture.width
    picture.paste(1, (side // 4, side // 4, 3 * side // 4, 3 * side // 4))
    assert unread_in(picture, URI, 8) == list(SIGHTS)


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SymbolTooLarge):
        with_logo("https://h/" + "a" * 3000, a_logo())
