"""Whole labels in ZPL II: the symbol as dots, its quiet zone, a title, lines and the human-readable line.

The symbol is drawn here (`^GFA`) and not by the printer (`^BQ`), so that what was read back is what is
printed. Text is UTF-8 (`^CI28`), every octet that ZPL could take for a command is written in hexadecimal;
Chinese shows where the printer's font 0 has it (a CJK font loaded and linked).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Final

from trace.errors.codes import ModuleUnprintable
from trace.labels.linear import SymbolFamily
from trace.labels.module_size import LEAST_MM, Printer
from trace.labels.raster import zpl_graphic, zpl_graphics
from trace.labels.symbol import QUIET_ZONE, Symbol

_PLAIN: Final = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ().,:;/-+=%#")
_LINE: Final = Decimal("1.3")  # of the letters' height
_READABLE_LINES: Final = 2  # a long line is broken once
_END: Final = "^XZ\n"


@dataclass(frozen=True, slots=True)
class LabelText:
    """A label of `width_mm` × `height_mm` with a title and lines in letters of `text_mm`."""

    width_mm: Decimal = Decimal(40)
    height_mm: Decimal = Decimal(30)
    title: str = ""
    lines: tuple[str, ...] = ()
    text_mm: Decimal = Decimal("2.0")

    @property
    def room_mm(self) -> Decimal:
        """The side of the square that is left for symbol and quiet zone."""
        return min(self.width_mm, self.height_mm - _READABLE_LINES * self.text_mm * _LINE)

    def described(self) -> dict[str, object]:
        """As a manifest states it: lengths in mm as decimal texts."""
        stated = {
            name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()
        }
        return {**stated, "lines": list(self.lines)}


def zpl_label(
    symbol: Symbol, readable: str, dots: int, printer: Printer, label: LabelText, *, copies: int = 1
) -> str:
    """One label (`^XA` … `^XZ`), printed `copies` times; raises `ModuleUnprintable`."""
    (made,) = _labels(symbol.modules, [zpl_graphic(symbol, dots=dots)], [readable], dots, printer, label)
    return made if copies == 1 else made.removesuffix(_END) + f"^PQ{copies}{_END}"


def zpl_labels(
    family: SymbolFamily,
    serials: Iterable[str],
    readable: Iterable[str],
    dots: int,
    printer: Printer,
    label: LabelText,
) -> Iterator[str]:
    """A label (`^XA` … `^XZ`) per serial, with its line of `readable` under the symbol.

    Raises `ModuleUnprintable` when symbol, quiet zone and line do not fit the label.
    """
    graphics = zpl_graphics(family, serials, dots=dots)
    yield from _labels(family.modules, graphics, readable, dots, printer, label)


def _labels(
    modules: int,
    graphics: Iterable[str],
    readable: Iterable[str],
    dots: int,
    printer: Printer,
    label: LabelText,
) -> Iterator[str]:
    width, height = (int(side / printer.pitch_mm) for side in (label.width_mm, label.height_mm))
    quiet, side = QUIET_ZONE * dots, modules * dots
    letter = int(label.text_mm / printer.pitch_mm)
    below = quiet + side + quiet
    if below > width or below + _READABLE_LINES * int(letter * _LINE) > height:
        module = f"{dots * printer.pitch_mm:.3f}"
        raise ModuleUnprintable(dots=dots, dpi=printer.dpi, module=module, least=str(LEAST_MM))
    head = f"^XA^CI28^PW{width}^LL{height}^LH0,0{_beside(label, below, letter, width)}^FO{quiet},{quiet}"
    for field, line in zip(graphics, readable, strict=True):
        yield f"{head}{field}^FS{_text(line, quiet, below, letter, width - quiet)}{_END}"


def _beside(label: LabelText, left: int, letter: int, width: int) -> str:
    """Title and lines at the right of the symbol, where there is room for at least ten letters."""
    if width - left < 5 * letter:
        return ""
    step = int(letter * _LINE)
    lines = [line for line in (label.title, *label.lines) if line]
    return "".join(
        _text(line, left, step * (number + 1), letter, width - left) for number, line in enumerate(lines)
    )


def _text(text: str, x: int, y: int, letter: int, room: int) -> str:
    return f"^FO{x},{y}^A0N,{letter},{letter}^FB{room},{_READABLE_LINES}^FH^FD{_escaped(text)}^FS"


def _escaped(text: str) -> str:
    return "".join(chr(octet) if octet in _PLAIN else f"_{octet:02X}" for octet in text.encode())
