"""Photographs that strangers send: read under limits, in memory, whatever they are."""

from __future__ import annotations

import contextlib
import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.simulators import fake_camera
from trace.errors import PhotoTooLarge, PhotoUnreadable
from trace.labels.photo import LARGEST_BYTES, MEGAPIXELS, read_photo
from trace.labels.symbol import encode, png

LINK = "https://trace.example.cn/01/09521234100010/10/M20261012A"


def written(image, form="JPEG", **how):
    target = io.BytesIO()
    image.save(target, form, **how)
    return target.getvalue()


def a_symbol(text=LINK):
    return Image.open(io.BytesIO(png(encode(text))))


def drawn(text, form, scale=6):
    made = zxingcpp.create_barcode(text, form, gs1=text.startswith("("))
    return Image.fromarray(made.to_image(scale=scale)).convert("L")


@pytest.mark.parametrize("seed", range(4))
def test_a_photograph_of_a_label_is_read(seed):
    assert read_photo(fake_camera.photograph(a_symbol(), seed=seed, widest=260)) == (LINK,)


@pytest.mark.parametrize("form", sorted(MEGAPIXELS))
def test_the_usual_forms_are_read(form):
    assert read_photo(written(a_symbol().convert("RGB"), form)) == (LINK,)


def test_a_small_symbol_in_a_phones_large_picture_is_read():
    scene = Image.new("L", (8000, 6000), 150)
    scene.paste(a_symbol().resize((700, 700)), (5000, 4000))
    assert read_photo(written(scene, quality=70)) == (LINK,)


@pytest.mark.parametrize(
    ("form", "announced"),
    [
        (zxingcpp.BarcodeFormat.QRCode, "]Q3"),
        (zxingcpp.BarcodeFormat.DataMatrix, "]d2"),
        (zxingcpp.BarcodeFormat.Code128, "]C1"),
    ],
)
def test_an_element_string_is_announced_with_its_separators(form, announced):
    picture = written(drawn("(01)09521234100010(10)A1(21)S1", form), "PNG")
    assert read_photo(picture) == (f"{announced}010952123410001010A1\x1d21S1",)


def test_the_square_symbol_comes_before_the_bar_code():
    scene = Image.new("L", (1200, 900), 255)
    scene.paste(drawn("9521234100010", zxingcpp.BarcodeFormat.EAN13, 4), (100, 60))
    scene.paste(a_symbol(), (500, 400))
    assert read_photo(written(scene, "PNG")) == (LINK, "9521234100010")


def test_a_picture_without_a_code_gives_none():
    assert read_photo(written(Image.new("RGB", (800, 600), (90, 120, 90)))) == ()
    assert read_photo(written(Image.new("L", (1, 1)))) == ()


def test_a_heavy_file_is_refused_unread():
    with pytest.raises(PhotoTooLarge) as refusal:
        read_photo(b"\xff" * (LARGEST_BYTES + 1))
    assert refusal.value.params == {"limit": 8, "unit": "MB"}


@pytest.mark.parametrize(
    ("size", "form"), [((4_001, 4_000), "PNG"), ((7_100, 7_100), "JPEG"), ((12_000, 9_000), "JPEG")]
)
def test_too_many_pixels_are_refused_before_they_are_decoded(size, form):
    with pytest.raises((PhotoTooLarge, PhotoUnreadable)):
        read_photo(written(Image.new("L", size), form))


def test_other_forms_and_broken_files_are_refused():
    whole = written(a_symbol(), "PNG")
    for broken in (
        b"",
        b"GIF89a",
        b"<svg/>",
        whole[: len(whole) // 2],
        written(a_symbol(), "GIF"),
        b"\x00" * 99,
    ):
        with pytest.raises(PhotoUnreadable):
            read_photo(broken)


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=8), st.sampled_from(sorted(MEGAPIXELS)))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place, damage, form):
    whole = bytearray(written(a_symbol().resize((120, 120)), form))
    whole[place % len(whole) : place % len(whole) + len(damage)] = damage
    with contextlib.suppress(PhotoUnreadable, PhotoTooLarge):
        read_photo(bytes(whole))


INK = a_symbol().convert("L").point(lambda level: 255 - level)
ORIENTED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 5: Image.Transpose.TRANSPOSE}


def transparent(ground, ink=INK, mode="RGBA"):
    """The symbol's modules in one colour on nothing."""
    picture = Image.new(mode, ink.size, (*ground, 0) if mode == "RGBA" else (ground[0], 0))
    picture.putalpha(ink)
    return picture


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (10, 60, 20)])
def test_a_transparent_symbol_is_read_on_the_ground_it_was_made_for(form, ground):
    how = {"lossless": True} if form == "WEBP" else {}
    assert read_photo(written(transparent(ground), form, **how)) == (LINK,)


def test_grey_with_transparency_and_palettes_are_read():
    assert read_photo(written(transparent((0, 0, 0), mode="LA"), "PNG")) == (LINK,)
    assert read_photo(written(transparent((0, 0, 0)).quantize(16), "PNG")) == (LINK,)
    inked = INK.point(lambda level: int(level > 127)).convert("P")
    inked.putpalette([0, 0, 0, 0, 0, 0])
    assert read_photo(written(inked, "PNG", transparency=0)) == (LINK,)


def test_sixteen_bits_four_inks_and_one_bit_are_read():
    faint = a_symbol().convert("L").point(lambda level: 90 + level // 3)
    assert read_photo(
        written(faint.convert("I").point(lambda level: level * 257).convert("I;16"), "PNG")
    ) == (LINK,)
    assert read_photo(written(a_symbol().convert("RGB").convert("CMYK"))) == (LINK,)
    assert read_photo(written(a_symbol().convert("1"), "PNG")) == (LINK,)


@pytest.mark.parametrize("orientation", sorted(ORIENTED))
def test_a_turned_photograph_is_read(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert read_photo(written(a_symbol().convert("RGB").transpose(ORIENTED[orientation]), exif=exif)) == (
        LINK,
    )


@pytest.mark.parametrize("form", ["MPO", "WEBP", "PNG"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_file_of_several_pictures_is_read_wherever_the_code_is(form, place):
    symbol = a_symbol().convert("RGB")
    pictures = [Image.new("RGB", symbol.size, "white")] * 3
    pictures[place] = symbol
    how = {"save_all": True, "append_images": pictures[1:]}
    assert read_photo(written(pictures[0], form, **how)) == (LINK,)
