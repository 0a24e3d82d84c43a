"""What a printer would put on paper, read back by zxing-cpp: from SVG, PNG, PDF and ZPL.

SVG and PDF are drawn by typst as pictures. ZPL is followed as a printer follows it: `^FO` says where, `^GFA`
what (hexadecimal rows, a colon repeats the row above), `^PW` and `^LL` how large the label is.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from trace.labels.read_back import read_symbols

_PAGE = """#set page(width: {width}mm, height: auto, margin: {margin}mm)
#image("drawn.{form}", width: 100%, page: {page})
"""
_COUNTS = {letter: number for number, letter in enumerate("GHIJKLMNOPQRSTUVWXY", 1)} | {
    letter: 20 * number for number, letter in enumerate("ghijklmnopqrstuvwxyz", 1)
}
"""How often the next digit comes (ZPL II, alternative data compression)."""


def read_svg(drawing: str, width_mm: float = 60) -> list[str]:
    return read_symbols(drawn(drawing.encode(), "svg", width_mm, 300))


def read_pdf(document: bytes, page: int = 1, width_mm: float = 210, ppi: int = 300) -> list[str]:
    """The symbols of one page (from 1), at the resolution of an office printer."""
    return read_symbols(drawn(document, "pdf", width_mm, ppi, page))


def pages_of(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", document))


def read_zpl(labels: str) -> list[str]:
    """The text of each label in order; every label has exactly one symbol, and nothing lies outside it."""
    found = []
    for label in re.findall(r"\^XA(.*?)\^XZ", labels, re.DOTALL):
        (text,) = read_symbols(printed(label))
        found.append(text)
    return found


def printed(label: str) -> Image.Image:
    """The dots of one label; fields in a font of the printer there are none."""
    assert "^FD" not in label
    width, height = (int(re.search(rf"\^{name}(\d+)", label)[1]) for name in ("PW", "LL"))
    paper = Image.new("1", (width, height), 1)
    fields = re.findall(r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([0-9A-Za-z:,]+)\^FS", label)
    for x, y, total, whole, stride, rows in fields:
        assert total == whole
        octets = _unpacked(rows, int(stride))
        assert len(octets) == int(total)
        dots = Image.frombytes("1", (int(stride) * 8, len(octets) // int(stride)), octets)
        ink = dots.point(lambda dot: 0 if dot else 255)  # a set bit is a burnt dot
        right, below = int(x) + _inked(ink)[0], int(y) + _inked(ink)[1]
        assert right <= width and below <= height, "the symbol leaves the label"
        paper.paste(ink, (int(x), int(y)))
    return paper.convert("L")


def _inked(picture: Image.Image) -> tuple[int, int]:
    box = picture.convert("L").point(lambda grey: 255 - grey).getbbox()
    return box[2], box[3]


def _unpacked(rows: str, stride: int) -> bytes:
    """Rows of digits, repeats counted by letters; a colon is the row above, a comma fills up with zeros."""
    octets, row, count = bytearray(), "", 0
    for each in rows:
        if each == ":":
            octets += octets[-stride:]
        elif each in _COUNTS:
            count += _COUNTS[each]
        else:
            row += (each * (count or 1)) if each != "," else "0" * (2 * stride - len(row))
            count = 0
        if len(row) == 2 * stride:
            octets += bytes.fromhex(row)
            row = ""
    assert not row
    return bytes(octets)


def drawn(content: bytes, form: str, width_mm: float, ppi: int, page: int = 1) -> bytes:
    """A drawing ("svg", "pdf") as a picture of that width and resolution."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"drawn.{form}").write_bytes(content)
        root = Path(folder) / "page.typ"
        margin = 4 if form == "svg" else 0
        root.write_text(_PAGE.format(width=width_mm, margin=margin, form=form, page=page))
        picture: Any = typst.compile(root, format="png", ppi=float(ppi))
    return picture if isinstance(picture, bytes) else picture[0]
