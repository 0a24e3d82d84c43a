"""Whole labels in ZPL II, drawn here to the last dot: symbol, names, captions and the line that people type.

Everything is a picture (`^GFA`), so what was measured and read back is what is printed, whatever fonts a
printer has. The text of a run is the same on every label and made once; the characters of each serial are put
together from pictures of the fixed-width letters.

A printer's offset is `^LS` (shift to the left) and `^LT` (top), in dots. Printers keep both until they are
turned off: what was moved ends with both at 0 again, so that nobody else's labels are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import groupby
from typing import Final

from PIL import Image

from trace.labels.captions import PLACES, LabelText
from trace.labels.formats import NO_OFFSET, ROLL_MM, Pair, SheetFormat
from trace.labels.label_layout import LabelLayout, Space, layout, require_room
from trace.labels.linear import SymbolFamily
from trace.labels.module_size import LEAST_MM, Printer
from trace.labels.raster import zpl_graphic, zpl_graphics
from trace.labels.symbol import QUIET_ZONE, Symbol
from trace.labels.typesetting import Line, picture, widths

_END: Final = "^XZ\n"
_FEW, _MANY = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"
"""How often the next digit comes: 1 to 19, and 20, 40 … 400 (ZPL II, alternative data compression)."""
_BLANK: Final = "\u00a0"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_KEPT: Final = 32


def zpl_layout(
    text: LabelText,
    keys: tuple[str, ...],
    modules: int,
    sheet: SheetFormat,
    printer: Printer,
    dots: int | None = None,
) -> LabelLayout:
    """The layout on a roll of such labels, from the label's own corner.

    Raises `ModuleUnprintable`, `LabelTooSmall` for more dots than there is room, `LabelTextTooLong`.
    """
    width, height = (side - 2 * ROLL_MM for side in sheet.label)
    space = Space(width, height, sheet.text_mm, sheet.module_mm, ROLL_MM, LEAST_MM)
    if dots is not None:
        require_room(modules, dots, printer, space, sheet.name)
    return layout(tuple(text.rows(keys)), modules, space, printer, dots).moved(ROLL_MM, ROLL_MM)


def zpl_label(
    symbol: Symbol,
    made: LabelLayout,
    sheet: SheetFormat,
    printer: Printer,
    *,
    copies: int = 1,
    offset: Pair = NO_OFFSET,
) -> str:
    """One label (`^XA` … `^XZ`), printed `copies` times, moved by `offset` mm to the right and down."""
    drawn = zpl_graphic(symbol, dots=made.dots or 1)
    label = f"{_head(made, sheet, printer, offset)}{drawn}^FS{_END}"
    whole = label if copies == 1 else label.removesuffix(_END) + f"^PQ{copies}{_END}"
    return whole + zpl_ending(offset)


def zpl_ending(offset: Pair) -> str:
    """What follows labels that were moved: a format without a field, which prints nothing."""
    return "" if offset == NO_OFFSET else f"^XA^LS0^LT0{_END}"


def zpl_labels(
    family: SymbolFamily,
    serials: Iterable[str],
    made: LabelLayout,
    sheet: SheetFormat,
    printer: Printer,
    *,
    offset: Pair = NO_OFFSET,
) -> Iterator[str]:
    """A label (`^XA` … `^XZ`) per serial, which fills the places in the layout's lines; moved by `offset`."""
    drawn = list(serials)
    head = _head(made, sheet, printer, offset)
    letters = [_Letters(line, sheet, printer) for line in made.lines if line.varies]
    for serial, field in zip(drawn, zpl_graphics(family, drawn, dots=made.dots or 1), strict=True):
        yield f"{head}{field}^FS{''.join(each.field(serial) for each in letters)}{_END}"
    if ending := zpl_ending(offset):
        yield ending


def zpl_picture(symbol: Symbol, made: LabelLayout, sheet: SheetFormat, printer: Printer) -> Image.Image:
    """The same dots to look at: 0 is burnt, 255 paper."""
    paper, dots = _text_picture(made.lines, sheet, printer).copy(), made.dots or 1
    rows = b"".join(bytes(0 if dark else 255 for dark in row) for row in symbol.matrix)
    drawn = Image.frombytes("L", (symbol.modules,) * 2, rows)
    side = symbol.modules * dots
    paper.paste(drawn.resize((side, side), Image.Resampling.NEAREST), _corner(made, printer))
    return paper


def _head(made: LabelLayout, sheet: SheetFormat, printer: Printer, offset: Pair) -> str:
    """All of a label up to its symbol's graphic."""
    width, height = (int(side / printer.pitch_mm) for side in sheet.label)
    x, y = _corner(made, printer)
    text = "".join(_bands(_text_picture(made.lines, sheet, printer)))
    moved = ""
    if offset != NO_OFFSET:
        across, down = (round(each / printer.pitch_mm) for each in offset)
        moved = f"^LS{-across}^LT{down}"
    return f"^XA^CI28^PW{width}^LL{height}^LH0,0{moved}{text}^FO{x},{y}"


def _corner(made: LabelLayout, printer: Printer) -> tuple[int, int]:
    """The symbol's first dots, behind its quiet zone."""
    x, y = (int(side / printer.pitch_mm) + QUIET_ZONE * (made.dots or 1) for side in made.symbol)
    return x, y


@lru_cache(maxsize=_KEPT)
def _text_picture(lines: tuple[Line, ...], sheet: SheetFormat, printer: Printer) -> Image.Image:
    """The text of every label alike; where a serial will be, nothing."""
    blanks = dict.fromkeys(map(ord, PLACES), _BLANK)
    alike = [replace(line, text=line.text.translate(blanks)) for line in lines]
    return _dots(picture(alike, sheet.label, printer.dots_per_inch), sheet, printer)


def _dots(drawn: Image.Image, sheet: SheetFormat, printer: Printer) -> Image.Image:
    """Exactly the label's dots; the last part of one is cut off."""
    width, height = (int(side / printer.pitch_mm) for side in sheet.label)
    return drawn.crop((0, 0, width, height)) if drawn.size != (width, height) else drawn


def _bands(drawn: Image.Image) -> Iterator[str]:
    """A graphic for each band of rows with ink, as wide as its ink."""
    ink = drawn.point(lambda grey: 255 - grey)
    rows = [bool(ink.crop((0, y, ink.width, y + 1)).getbbox()) for y in range(ink.height)]
    for inked, band in groupby(range(ink.height), rows.__getitem__):
        if not inked:
            continue
        places = list(band)
        left, upper, right, lower = ink.crop((0, places[0], ink.width, places[-1] + 1)).getbbox() or (0,) * 4
        box = (left, places[0] + upper, right, places[0] + lower)
        yield f"^FO{box[0]},{box[1]}{_graphic(ink.crop(box))}^FS"


def _graphic(ink: Image.Image) -> str:
    """A `^GFA` field of a picture whose ink is not 0."""
    stride = (ink.width + 7) // 8
    octets = ink.point(lambda grey: 255 if grey else 0).convert("1", dither=Image.Dither.NONE).tobytes()
    return _field([octets[at : at + stride] for at in range(0, len(octets), stride)], stride)


def _field(rows: list[bytes], stride: int) -> str:
    written, above = [], None
    for row in rows:
        written.append(":" if row == above else _packed(row.hex().upper()))
        above = row
    total = stride * len(rows)
    return f"^GFA,{total},{total},{stride},{''.join(written)}"


def _packed(digits: str) -> str:
    """A row of hexadecimal digits with its repeats counted; a comma fills it up with blank dots."""
    shown = digits.rstrip("0")
    filled = len(digits) - len(shown)
    if filled < 2:
        shown, filled = digits, 0
    counted = [_repeated(digit, len(list(run))) for digit, run in groupby(shown)]
    return "".join(counted) + ("," if filled else "")


def _repeated(digit: str, count: int) -> str:
    if count < 3:
        return digit * count
    written = ""
    while count:
        step = min(count, 400)
        twenties, ones = divmod(step, 20)
        written += (_MANY[twenties - 1] if twenties else "") + (_FEW[ones - 1] if ones else "") + digit
        count -= step
    return written


class _Letters:
    """The characters of serials on one line: a picture of each, put where they belong by shifting it."""

    def __init__(self, line: Line, sheet: SheetFormat, printer: Printer) -> None:
        advance = widths(["0"], line.face)["0"] * line.size / printer.pitch_mm
        start = line.x / printer.pitch_mm
        places = [(at, PLACES.index(each)) for at, each in enumerate(line.text) if each in PLACES]
        first = places[0][0]
        self._x = int(start + first * advance)
        self._offsets = [(int(start + at * advance) - self._x, which) for at, which in places]
        cell = int(advance) + 2
        self._stride = (self._offsets[-1][0] + cell + 7) // 8
        self._y, self._rows, self._ints = self._drawn(line, cell, printer)

    def field(self, serial: str) -> str:
        """The graphic of the characters of `serial` that stand on this line."""
        bits = reduce(lambda whole, place: whole | self._ints[serial[place[1]]] >> place[0], self._offsets, 0)
        stride = self._stride
        octets = bits.to_bytes(stride * self._rows, "big")
        rows = [octets[at : at + stride] for at in range(0, len(octets), stride)]
        return f"^FO{self._x},{self._y}{_field(rows, stride)}^FS"

    def _drawn(self, line: Line, cell: int, printer: Printer) -> tuple[int, int, dict[str, int]]:
        """Upper row, count of rows, and each letter as an integer of all its rows, at the left end."""
        pitch = printer.pitch_mm
        room = (cell * len(_ALPHABET) * pitch, 2 * line.size)
        upper = int((line.y - line.size / 4) / pitch)
        letters = [
            replace(line, x=number * cell * pitch, y=line.y - upper * pitch, text=letter)
            for number, letter in enumerate(_ALPHABET)
        ]
        ink = picture(letters, room, printer.dots_per_inch).point(lambda grey: 255 - grey)
        _, top, _, bottom = ink.getbbox() or (0, 0, 0, 1)
        ints = {}
        for number, letter in enumerate(_ALPHABET):
            one = Image.new("L", (self._stride * 8, bottom - top))
            one.paste(ink.crop((number * cell, top, (number + 1) * cell, bottom)), (0, 0))
            ints[letter] = int.from_bytes(one.convert("1", dither=Image.Dither.NONE).tobytes(), "big")
        return upper + top, bottom - top, ints
