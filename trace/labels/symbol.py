"""The QR symbol of a Digital Link (ISO/IEC 18004): SVG, PNG, and text for a terminal.

Level M and a quiet zone of four modules unless asked otherwise; on paper a module is 0.64 mm wide. The line
under the symbol is the human-readable interpretation, AIs in brackets (General Specifications §4.14).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import segno
from PIL import Image, ImageDraw, ImageFont
from segno.encoder import DataOverflowError

from trace.errors.gs1 import SymbolTooLarge
from trace.gs1.digital_link import parse_uri
from trace.gs1.element_string import format_bracketed

LEVEL: Final = "M"
QUIET_ZONE: Final = 4
MODULE_MM: Final = Decimal("0.64")
DRAWING_MODULE_MM: Final = Decimal("0.7056")
"""Two points: at 72 dots an inch, the coarsest that drawings are shown at, a module is two whole dots."""
MODULE_PX: Final = 8
LARGEST_VERSION: Final = 40

_CAPTION_MODULES: Final = 5  # height of the line under the symbol
_GLYPH_WIDTH: Final = Decimal("0.6")  # a monospaced glyph is 0.6 of its size wide
_BLOCKS: Final = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A drawn symbol: `matrix` rows of 0 (light) and 1 (dark), without the quiet zone."""

    text: str
    version: int
    level: str
    mask: int
    matrix: tuple[bytes, ...]

    @property
    def modules(self) -> int:
        """Width and height in modules, without the quiet zone."""
        return len(self.matrix)


def encode(text: str, *, level: str = LEVEL, version: int | None = None) -> Symbol:
    """The symbol of `text` at the smallest version (or at `version`); raises `SymbolTooLarge`."""
    try:
        code = segno.make(text, error=level, version=version, micro=False, boost_error=False)
    except DataOverflowError:
        raise SymbolTooLarge(length=len(text), version=version or LARGEST_VERSION) from None
    return Symbol(text, int(code.version), level, int(code.mask), tuple(bytes(row) for row in code.matrix))


def human_readable(uri: str) -> str:
    """`(01)09521234100010(10)M20261012A`: what the link identifies, without its attributes."""
    return format_bracketed(parse_uri(uri).keys)


def svg(
    symbol: Symbol, *, caption: str = "", module_mm: Decimal = MODULE_MM, quiet_zone: int = QUIET_ZONE
) -> str:
    """A scalable drawing, dark on white, one path with its edges on whole pixels; its size is in mm."""
    width = symbol.modules + 2 * quiet_zone
    height = width + (_CAPTION_MODULES if caption else 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width * module_mm}mm" height="{height * module_mm}mm" '
        f'role="img" aria-label={quoteattr(symbol.text)}>'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path shape-rendering="crispEdges" stroke="#000" d="{_runs(symbol, quiet_zone)}"/>'
        f"{_caption(caption, width, height)}</svg>"
    )


def png(
    symbol: Symbol,
    *,
    caption: str = "",
    module_px: int = MODULE_PX,
    quiet_zone: int = QUIET_ZONE,
    dpi: Decimal | None = None,
) -> bytes:
    """A black and white picture, `module_px` pixels to a module, with the caption (ASCII) under it.

    `dpi` is written into the file, so that a printer prints pixels as dots.
    """
    width = (symbol.modules + 2 * quiet_zone) * module_px
    height = width + (_CAPTION_MODULES * module_px if caption else 0)
    picture = Image.new("1", (width, height), 1)
    side = symbol.modules * module_px
    drawn = Image.frombytes("L", (symbol.modules,) * 2, b"".join(_grey(row) for row in symbol.matrix))
    picture.paste(
        drawn.resize((side, side), Image.Resampling.NEAREST).convert("1"), (quiet_zone * module_px,) * 2
    )
    if caption:
        _write_caption(picture, caption, width, module_px)
    written = io.BytesIO()
    size = {} if dpi is None else {"dpi": (float(dpi), float(dpi))}
    picture.save(written, "PNG", optimize=True, **size)
    return written.getvalue()


def terminal_text(symbol: Symbol, *, quiet_zone: int = QUIET_ZONE) -> str:
    """The symbol in half blocks, two rows a line, light on the terminal's dark ground."""
    side = symbol.modules + 2 * quiet_zone
    empty = bytes(side)
    margin = bytes(quiet_zone)
    rows = [empty] * quiet_zone + [margin + row + margin for row in symbol.matrix]
    rows += [empty] * (quiet_zone + 1)  # a symbol has an odd number of rows, a line of text shows two
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs
    )


def _runs(symbol: Symbol, quiet_zone: int) -> str:
    """One horizontal stroke per run of dark modules."""
    strokes = []
    for y, row in enumerate(symbol.matrix):
        x = 0
        while (start := row.find(1, x)) >= 0:
            end = row.find(0, start)
            x = len(row) if end < 0 else end
            strokes.append(f"M{start + quiet_zone} {y + quiet_zone}.5h{x - start}")
    return "".join(strokes)


def _caption(caption: str, width: int, height: int) -> str:
    if not caption:
        return ""
    size = min(Decimal(3), Decimal(width - 2) / (len(caption) * _GLYPH_WIDTH)).quantize(Decimal("0.01"))
    return (
        f'<text x="{Decimal(width) / 2}" y="{height - 2}" font-size="{size}" text-anchor="middle" '
        f'font-family="ui-monospace, Menlo, Consolas, monospace">{escape(caption)}</text>'
    )


def _write_caption(picture: Image.Image, caption: str, width: int, module_px: int) -> None:
    drawing = ImageDraw.Draw(picture)
    size = 3 * module_px
    while size > module_px and drawing.textlength(caption, font=_font(size)) > width - 2 * module_px:
        size -= 1
    where = (width // 2, picture.height - _CAPTION_MODULES * module_px // 2)
    drawing.text(where, caption, fill=0, font=_font(size), anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _grey(row: bytes) -> bytes:
    return row.translate(b"\xff\x00" + bytes(254))
