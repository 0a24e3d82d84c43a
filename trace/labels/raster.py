"""Raster symbols of a run: PNG (1 bit, ISO/IEC 15948) and ZPL graphics, at whole printer dots a module.

The table's integer is already the picture: `to_bytes` gives rows with their quiet zone, widened. What remains
is to repeat rows: PNG does it with a filter ("as above"), ZPL with a colon.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Final

from trace.labels.linear import Rows, SymbolFamily, Table
from trace.labels.symbol import QUIET_ZONE, Symbol

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_UP: Final = b"\x02"  # filter type: each octet is added to the one above it
_MM_PER_METRE: Final = 1000
_QUICK: Final = 1


@dataclass(frozen=True, slots=True)
class Raster:
    """A family at `dots` printer dots a module, with its quiet zone in modules."""

    table: Table
    modules: int
    dots: int
    quiet_zone: int
    filtered: bool

    @property
    def width(self) -> int:
        """Width and height in dots."""
        return (self.modules + 2 * self.quiet_zone) * self.dots

    @property
    def stride(self) -> int:
        """Octets of one row of dots, without a filter octet."""
        return (self.width + 7) // 8


def raster(
    family: SymbolFamily, dots: int, *, quiet_zone: int = QUIET_ZONE, filtered: bool = False
) -> Raster:
    """The tables of a family as rows of dots (dark is 1); `filtered` leaves an octet before each row."""
    width = (family.modules + 2 * quiet_zone) * dots
    stride = (width + 7) // 8 + filtered

    def layout(rows: Rows) -> int:
        return reduce(lambda sum_, row: sum_ << 8 * stride | _widened(row), rows, 0)

    def _widened(row: bytes) -> int:
        written = "".join(("1" if module else "0") * dots for module in row)
        return int(written, 2) << 8 * (stride - filtered) - (quiet_zone + len(row)) * dots

    return Raster(family.table(layout), family.modules, dots, quiet_zone, filtered)


def pngs(
    family: SymbolFamily, varying: Iterable[str], *, dots: int = 8, pitch_mm: Decimal | None = None
) -> Iterator[bytes]:
    """A PNG per text, black on white; `pitch_mm` (the printer's dot pitch) notes its size."""
    drawn = raster(family, dots, filtered=True)
    head, tail = _png_head(drawn.width, pitch_mm), _chunk(b"IEND", b"")
    row, above = 1 + drawn.stride, (_UP + bytes(drawn.stride)) * (dots - 1)
    blank = b"\x00" + b"\xff" * drawn.stride
    zone = blank + (_UP + bytes(drawn.stride)) * (drawn.quiet_zone * dots - 1)
    size = row * drawn.modules
    white = int.from_bytes(blank * drawn.modules, "big")
    for symbol in drawn.table.symbols(varying, constant=white):
        rows = symbol.to_bytes(size, "big")
        # `above` after every row but the last, which the zone's own "as above" rows must not follow
        body = above.join([rows[start : start + row] for start in range(0, size, row)])
        packed = zlib.compress(b"".join((zone, body, above, zone)), _QUICK)
        yield b"".join((head, _chunk(b"IDAT", packed), tail))


def zpl_graphic(symbol: Symbol, *, dots: int) -> str:
    """One symbol as a `^GFA` field, as `zpl_graphics` writes those of a run."""
    width = symbol.modules * dots
    stride = (width + 7) // 8
    rows = [
        int("".join(("1" if module else "0") * dots for module in row), 2) << 8 * stride - width
        for row in symbol.matrix
    ]
    written = (row.to_bytes(stride, "big").hex().upper() + ":" * (dots - 1) for row in rows)
    return f"^GFA,{stride * width},{stride * width},{stride}," + "".join(written)


def zpl_graphics(family: SymbolFamily, varying: Iterable[str], *, dots: int) -> Iterator[str]:
    """A `^GFA` field per text: hexadecimal rows without quiet zone (the label has it), repeats as colons."""
    drawn = raster(family, dots, quiet_zone=0)
    stride = drawn.stride
    size, digits = stride * drawn.modules, 2 * stride
    total = stride * drawn.width
    head, repeat = f"^GFA,{total},{total},{stride},", ":" * (dots - 1)
    for symbol in drawn.table.symbols(varying):
        rows = symbol.to_bytes(size, "big").hex().upper()
        yield head + "".join([rows[at : at + digits] + repeat for at in range(0, 2 * size, digits)])


def _png_head(width: int, pitch_mm: Decimal | None) -> bytes:
    sides = width.to_bytes(4, "big") * 2
    head = _SIGNATURE + _chunk(b"IHDR", sides + bytes([1, 0, 0, 0, 0]))  # 1 bit, grey
    if pitch_mm is None:
        return head
    per_metre = int((_MM_PER_METRE / pitch_mm).to_integral_value()).to_bytes(4, "big")
    return head + _chunk(b"pHYs", per_metre * 2 + b"\x01")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")
