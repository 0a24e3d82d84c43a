"""Labels before decoders of others: zbar, jsQR and OpenCV read what zxing-cpp reads, at 203 to 600 dpi.

All are in the lock files. quirc is asked only by `make soak`, where it was built from its source.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from PIL import Image

from tests.builders.edition_one import FIXTURE
from tests.builders.label_reading import drawn, printed
from tests.builders.other_decoders import Readings, by_opencv, by_quirc, by_zbar_and_jsqr, close
from tests.unit.labels.test_sheet import label
from trace.codes.crockford import ALPHABET
from trace.labels.formats import FORMATS
from trace.labels.linear import SymbolFamily, Template
from trace.labels.module_size import PRINTERS
from trace.labels.read_back import read_symbols
from trace.labels.sheet import Paper, pdf, pictures
from trace.labels.symbol import DRAWING_MODULE_MM, encode, png, svg
from trace.labels.zpl_label import zpl_label, zpl_labels, zpl_layout

DPI = (203, 300, 600)
OURS = label(7)
SERIAL = "7K3F9QXP2MWD"
STEM = "https://trace.example.cn/01/09521234100010/21/"

Seen = Mapping[str, tuple[Image.Image, list[str]]]
"""Pictures by name, each with what is to be read in it."""


def grey(picture: bytes | Image.Image) -> Image.Image:
    image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
    return image.convert("L")


def set_labels() -> Iterator[tuple[str, Image.Image, str]]:
    """One label of each size as its sheet or roll shows it, and two as their PDF is printed."""
    for name, sheet in FORMATS.items():
        for dpi in DPI if sheet.is_roll or name == "a4-24" else DPI[:1]:
            paper = Paper(sheet, PRINTERS[dpi] if sheet.is_roll else None, cut_marks=False)
            (page,) = pictures([OURS], paper, ppi=dpi)
            yield f"{name} {dpi}", close(grey(page)), OURS.uri
    for name, dpi in (("a4-24", 300), ("40x30", 203)):
        document = pdf([OURS], Paper(FORMATS[name], cut_marks=False))
        page = drawn(document, "pdf", float(FORMATS[name].page[0]), dpi)
        yield f"{name} pdf {dpi}", close(grey(page)), OURS.uri


def zpl_pictures() -> Iterator[tuple[str, Image.Image, str]]:
    """The dots that a label printer burns: a label of a batch, and one of a run of items."""
    family = SymbolFamily(Template(STEM, len(SERIAL), alphabet=ALPHABET))
    for name in ("60x40", "40x30"):
        for dpi in DPI:
            sheet, printer, symbol = FORMATS[name], PRINTERS[dpi], encode(OURS.uri)
            made = zpl_layout(OURS.text, OURS.readable, symbol.modules, sheet, printer)
            yield f"{name} zpl {dpi}", grey(printed(zpl_label(symbol, made, sheet, printer))), OURS.uri
            made = zpl_layout(OURS.text, (STEM[-20:],), family.modules, sheet, printer)
            (item,) = zpl_labels(family, [SERIAL], made, sheet, printer)
            yield f"{name} zpl item {dpi}", grey(printed(item)), STEM + SERIAL


def lone_symbols() -> Iterator[tuple[str, Image.Image, str]]:
    """A symbol without a label, as few pixels wide as a screen or a press makes it."""
    symbol = encode(OURS.uri)
    width = float((symbol.modules + 8) * DRAWING_MODULE_MM)
    drawing = svg(symbol, module_mm=DRAWING_MODULE_MM).encode()
    for dpi in (72, 144, *DPI):
        yield f"svg {dpi}", grey(drawn(drawing, "svg", width, dpi)), OURS.uri
    for pixels in (2, 3, 4, 6, 8):
        yield f"png {pixels}", grey(png(symbol, module_px=pixels)), OURS.uri


def old_labels() -> Iterator[tuple[str, Image.Image, str]]:
    """Labels that were printed under edition 1."""
    for lot in ("K1", "K2", "K5", "K7"):
        page = grey((FIXTURE / "printed" / f"{lot}.png").read_bytes())
        (due,) = read_symbols(page)
        yield f"printed {lot}", page, due


def nothing_to_read() -> Iterator[tuple[str, Image.Image, str]]:
    """What no decoder may call our label: half a symbol, and paper."""
    whole = grey(png(encode(OURS.uri)))
    half = whole.copy()
    half.paste(255, (0, 0, whole.width // 2, whole.height))
    yield "half", half, ""
    yield "paper", Image.new("L", whole.size, 255), ""


@cache
def seen() -> Seen:
    every = (*set_labels(), *zpl_pictures(), *lone_symbols(), *old_labels(), *nothing_to_read())
    return {name: (picture, [due] if due else []) for name, picture, due in every}


@cache
def sights() -> dict[str, Image.Image]:
    return {name: picture for name, (picture, _) in seen().items()}


def check(readings: Readings) -> None:
    assert len(readings) == len(seen()) == 41
    assert {name: found for name, found in readings.items() if found != seen()[name][1]} == {}


@pytest.mark.unmeasured
def test_every_label_is_read_by_zbar_by_jsqr_by_opencv_and_by_zxing() -> None:
    check({name: read_symbols(picture) for name, picture in sights().items()})
    by = by_zbar_and_jsqr(sights())
    check(by["zbar"])
    check(by["jsQR"])
    check(by_opencv(sights()))


@pytest.mark.soak
def test_every_label_is_read_by_quirc() -> None:
    check(by_quirc(sights()))
