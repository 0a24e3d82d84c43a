"""Sheets of labels as PDF (or PNG to look at), set by typst with every font embedded.

A label is the symbol at the left and text at the right. The module is as wide as the label allows, at most
0.64 mm and never under 0.40 mm, which phones still read; for a given printer it is whole dots. Chinese
needs a Chinese font on the machine; without one the sheet is still made and `chinese_font()` says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from trace.errors.gs1 import SymbolTooLarge
from trace.gs1.digital_link import parse_uri
from trace.labels.module_size import Printer
from trace.labels.symbol import LEVEL, MODULE_MM, QUIET_ZONE, Symbol, encode, svg

SMALLEST_MODULE_MM: Final = Decimal("0.40")
CHINESE_FONTS: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
_TEMPLATE: Final = Path(__file__).parent / "sheet.typ"
_LATIN_FONT: Final = "DejaVu Sans Mono"  # typst carries it along
_EPOCH: Final = 0


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A page of `columns` × `rows` labels; every length in mm."""

    name: str
    page: tuple[Decimal, Decimal]
    label: tuple[Decimal, Decimal]
    columns: int
    rows: int
    origin: tuple[Decimal, Decimal]
    text_mm: Decimal
    padding: Decimal = Decimal(1)

    @property
    def labels_per_page(self) -> int:
        return self.columns * self.rows


def _format(
    name: str, page: str, label: str, grid: tuple[int, int], origin: str, text_mm: str
) -> SheetFormat:
    def pair(written: str) -> tuple[Decimal, Decimal]:
        width, _, height = written.partition("x")
        return Decimal(width), Decimal(height)

    return SheetFormat(name, pair(page), pair(label), *grid, pair(origin), Decimal(text_mm))


FORMATS: Final = {
    made.name: made
    for made in (
        _format("a4-24", "210x297", "70x35", (3, 8), "0x8.5", "2.3"),
        _format("a4-12", "210x297", "70x67.7", (3, 4), "0x13.1", "2.6"),
        _format("a4-40", "210x297", "52.5x29.7", (4, 10), "0x0", "1.8"),
        _format("60x40", "60x40", "60x40", (1, 1), "0x0", "2.3"),
        _format("40x30", "40x30", "40x30", (1, 1), "0x0", "1.4"),
    )
}
"""Sheets that shops sell (A4 with 12, 24 or 40 labels) and the two usual rolls."""


@dataclass(frozen=True, slots=True)
class Label:
    """The content of one label: the link in its symbol, a title, and lines such as batch and date.

    `code` is a platform code printed instead of the AIs, for links that are no Digital Link;
    `symbol` one that a run has drawn already.
    """

    uri: str
    title: str
    lines: tuple[str, ...] = ()
    code: str = ""
    symbol: Symbol | None = None

    @property
    def readable(self) -> list[str]:
        """What people type when the symbol cannot be scanned, one line per AI."""
        return [self.code] if self.code else [f"({each.ai}){each.value}" for each in parse_uri(self.uri).keys]


def pdf(
    labels: Sequence[Label],
    sheet: SheetFormat,
    *,
    title: str = "",
    lang: str = "zh",
    system_fonts: bool = True,
    printer: Printer | None = None,
) -> bytes:
    """The sheets as PDF, the same bytes for the same labels; raises `SymbolTooLarge`.

    Without `system_fonts` only what typst carries along is used, which has no Chinese.
    """
    document = _document(labels, sheet, title, lang, chinese_font() if system_fonts else None, printer)
    return _set(document, "pdf", system_fonts=system_fonts)[0]


def pictures(
    labels: Sequence[Label],
    sheet: SheetFormat,
    *,
    ppi: int = 300,
    lang: str = "zh",
    system_fonts: bool = True,
    printer: Printer | None = None,
) -> list[bytes]:
    """The sheets as PNG, one per page."""
    document = _document(labels, sheet, "", lang, chinese_font() if system_fonts else None, printer)
    return _set(document, "png", ppi=ppi, system_fonts=system_fonts)


def module_mm(symbol: Symbol, sheet: SheetFormat, printer: Printer | None = None) -> Decimal:
    """The module width on that label in mm, in whole dots of `printer` if given.

    Raises `SymbolTooLarge` when phones could not read it.
    """
    room = min(sheet.label[1], sheet.label[0] * 2 / 3) - 2 * sheet.padding
    width = min(MODULE_MM, (room / (symbol.modules + 2 * QUIET_ZONE)).quantize(Decimal("0.001")))
    if printer is not None:
        width = width // printer.pitch_mm * printer.pitch_mm
    if width < SMALLEST_MODULE_MM:
        raise SymbolTooLarge(length=len(symbol.text), version=symbol.version)
    return width


@cache
def chinese_font() -> str | None:
    """The first of `CHINESE_FONTS` that this machine has."""
    present = set(typst.Fonts().families())
    return next((font for font in CHINESE_FONTS if font in present), None)


def _document(
    labels: Sequence[Label],
    sheet: SheetFormat,
    title: str,
    lang: str,
    chinese: str | None,
    printer: Printer | None,
) -> dict[str, object]:
    """What `sheet.typ` reads; lengths as decimal strings of mm."""
    return {
        "title": title,
        "lang": lang,
        "fonts": [_LATIN_FONT] if chinese is None else [chinese, _LATIN_FONT],
        "page": {"width": str(sheet.page[0]), "height": str(sheet.page[1])},
        "label": {"width": str(sheet.label[0]), "height": str(sheet.label[1])},
        "padding": str(sheet.padding),
        "size": str(sheet.text_mm),
        "sheets": list(_pages(labels, sheet, printer)),
    }


def _set(
    document: dict[str, object], kind: Literal["pdf", "png"], *, ppi: int = 300, system_fonts: bool
) -> list[bytes]:
    made: Any = typst.compile(
        _TEMPLATE.read_bytes(),
        format=kind,
        ppi=float(ppi),
        sys_inputs={"sheet": json.dumps(document, ensure_ascii=False)},
        timestamp=_EPOCH,
        ignore_system_fonts=not system_fonts,
    )
    return [made] if isinstance(made, bytes) else list(made)


def _pages(
    labels: Sequence[Label], sheet: SheetFormat, printer: Printer | None
) -> Iterator[list[dict[str, object]]]:
    placed = [
        _placed(label, place % sheet.labels_per_page, sheet, printer) for place, label in enumerate(labels)
    ]
    for start in range(0, max(len(placed), 1), sheet.labels_per_page):
        yield placed[start : start + sheet.labels_per_page]


def _placed(label: Label, place: int, sheet: SheetFormat, printer: Printer | None) -> dict[str, object]:
    symbol = label.symbol or encode(label.uri, level=LEVEL)
    module = module_mm(symbol, sheet, printer)
    row, column = divmod(place, sheet.columns)
    return {
        "uri": label.uri,
        "title": label.title,
        "lines": list(label.lines),
        "keys": label.readable,
        "svg": svg(symbol, module_mm=module),
        "side": str((symbol.modules + 2 * QUIET_ZONE) * module),
        "x": str(sheet.origin[0] + column * sheet.label[0]),
        "y": str(sheet.origin[1] + row * sheet.label[1]),
    }
