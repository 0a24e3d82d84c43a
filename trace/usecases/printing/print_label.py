"""Drawing of a pack's label: an act of the system, therefore behind the gates (docs/adr/0033).

A batch's label in every form that a printer takes, at whole printer dots, with what to beware of; and single
labels of item codes, to replace damaged ones. Whatever is drawn was read back first.
"""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from PIL import Image

from trace.codes import platform_code
from trace.errors.codes import ModuleUnprintable
from trace.errors.gs1 import SymbolTooLarge
from trace.errors.printing import LabelSizeUnknown, LabelTextTooLong
from trace.labels.captions import LANGUAGES
from trace.labels.formats import FORMATS, NO_OFFSET, Pair, SheetFormat
from trace.labels.label_layout import LabelLayout
from trace.labels.module_size import PRINTERS, ModuleSize, Printer, Warned, beware, choose, exactly
from trace.labels.read_back import check
from trace.labels.sheet import Label, Paper, label_layout, pdf, pictures
from trace.labels.styled import with_logo
from trace.labels.symbol import (
    DRAWING_MODULE_MM,
    MODULE_MM,
    MODULE_PX,
    QUIET_ZONE,
    Symbol,
    encode,
    human_readable,
    png,
    svg,
)
from trace.labels.text_warnings import printable, text_warnings
from trace.labels.zpl_label import zpl_label, zpl_layout, zpl_picture
from trace.store.printing.printers import find_offset
from trace.store.transaction import Transactions
from trace.usecases.printing.printable_pack import OF_BATCH, OpenPack, open_pack

SHEET: Final = "60x40"
ZPL_DPI: Final = 203
_WITH_TEXT: Final = frozenset({"pdf", "zpl"})
MEDIA_TYPES: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "zpl": "application/zpl",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """Options of a label. `size` names a sheet or roll of `trace.labels.sheet.FORMATS`.

    `dpi` of the printer (203, 300, 600; None: not known), `dots` a module (None: as many as fit), `copies`
    of it (0: what is left of a sheet of A4, one of a roll), on a sheet from label `start` on; `language` of
    the captions. `preview` asks for a picture of the paper at true size instead of what a printer takes.
    `by` is the printer's name at its firm, whose offset moves what a printer takes; `offset` is that.
    """

    form: str = "svg"
    size: str = SHEET
    dpi: int | None = None
    dots: int | None = None
    copies: int = 0
    start: int = 1
    cut_marks: bool = True
    language: str = LANGUAGES[0]
    preview: bool = False
    by: str = ""
    offset: Pair = NO_OFFSET

    @property
    def sheet(self) -> SheetFormat:
        """The sheet or roll that `size` names; raises `LabelSizeUnknown`."""
        if self.size not in FORMATS:
            raise LabelSizeUnknown(size=self.size, known=sorted(FORMATS))
        return FORMATS[self.size]

    @property
    def printer(self) -> Printer | None:
        return None if self.dpi is None else PRINTERS[self.dpi]

    @property
    def paper(self) -> Paper:
        """What a sheet's labels are printed on."""
        moved = NO_OFFSET if self.preview else self.offset
        return Paper(self.sheet, self.printer, self.dots, self.start, self.cut_marks, offset=moved)

    @property
    def how_many(self) -> int:
        left = self.sheet.labels_per_page - (self.start - 1) % self.sheet.labels_per_page
        return self.copies or (left if self.form == "pdf" else 1)


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A drawn label: its bytes, their media type, the link in its symbol, and the size it is printed at.

    `readable` is the line for people; `dots` a module is None where no printer was named.
    """

    content: bytes
    media_type: str
    uri: str
    readable: str = ""
    symbol: Symbol | None = None
    module_mm: Decimal = MODULE_MM
    dots: int | None = None
    warnings: tuple[Warned, ...] = ()

    @property
    def version(self) -> int | None:
        return None if self.symbol is None else self.symbol.version

    @property
    def level(self) -> str | None:
        return None if self.symbol is None else self.symbol.level

    @property
    def side_mm(self) -> Decimal:
        """The side of the symbol with its quiet zone."""
        side = 0 if self.symbol is None else self.symbol.modules + 2 * QUIET_ZONE
        return side * self.module_mm


def print_label(
    transactions: Transactions,
    lot: str,
    form: str,
    public_url: str,
    wish: LabelOptions | None = None,
    holder: str | None = None,
) -> PrintedLabel:
    """The label of the pack lot `lot`: as `wish` says, or plainly in `form`; asked by its `holder` if given.

    Raises what `open_pack` raises, `LabelSizeUnknown`, `LabelTooSmall`, `LabelTextTooLong`,
    `ModuleUnprintable` and `SymbolTooLarge`.
    """
    with transactions.look("label") as tx:
        pack = open_pack(tx.connection, lot, OF_BATCH, holder)
        wish = wish or LabelOptions(form)
        if wish.by:
            wish = replace(wish, offset=find_offset(tx.connection, holder or "", wish.by))
    return drawn(pack, pack.link(public_url), wish)


def print_with_logo(
    transactions: Transactions,
    lot: str,
    logo: Image.Image,
    public_url: str,
    *,
    level: str,
    share: float,
    module_px: int = MODULE_PX,
    holder: str | None = None,
) -> PrintedLabel:
    """The batch's symbol with the enterprise's logo, as far as it is still read when seen badly.

    Raises what `open_pack` raises, `LogoTooLarge`, `LogoUnreadable` and `SymbolTooLarge`.
    """
    with transactions.look("label") as tx:
        pack = open_pack(tx.connection, lot, OF_BATCH, holder)
    uri = pack.link(public_url)
    content = with_logo(uri, logo, level=level, share=share, module_px=module_px)
    warnings = (Warned("printer-unknown", ()),)
    return PrintedLabel(content, MEDIA_TYPES["png"], uri, readable_of(uri), warnings=warnings)


def readable_of(uri: str) -> str:
    """The line under a symbol: AIs in brackets, or a platform code as people type it."""
    _, found, code = uri.partition(platform_code.PATH)
    return platform_code.shown(code.partition("?")[0]) if found else human_readable(uri)


def drawn(pack: OpenPack, uri: str, wish: LabelOptions) -> PrintedLabel:
    """The label with that link, for a pack that may be printed."""
    symbol, readable = encode(uri), readable_of(uri)
    check(png(symbol), uri)
    label = Label(uri, replace(pack.text, language=wish.language), _code(readable), symbol)
    label = replace(label, text=printable(label.text, label.readable)) if wish.form in _WITH_TEXT else label
    made = _laid_out(label, wish)
    size = _size(symbol, made, wish)
    dots = size.dots if wish.printer is not None or wish.form == "zpl" else None
    warnings = size.warnings if dots is not None else (*size.warnings, Warned("printer-unknown", ()))
    content, kind = _content(label, symbol, made, readable, wish, size)
    if made is not None:
        warnings = (*warnings, *text_warnings(label.text, label.readable, made))
    return PrintedLabel(content, kind, uri, readable, symbol, size.module_mm, dots, tuple(warnings))


def sized(modules: int, sheet: SheetFormat, printer: Printer, room: Decimal, dots: int | None) -> ModuleSize:
    """The module on a label: the dots asked for, or as many as the room allows; `ModuleUnprintable`."""
    if dots is not None:
        return exactly(modules, dots, printer)
    return choose(modules, min(room, sheet.label[0]), printer)


def _code(readable: str) -> str:
    """A platform code, as it is printed in the place of AIs."""
    return "" if readable.startswith("(") else readable


def _laid_out(label: Label, wish: LabelOptions) -> LabelLayout | None:
    """Where symbol and text stand; None where the symbol alone is asked for.

    What is asked about, and not drawn, may not fit that label and still be printed by itself.
    """
    sheet, symbol = wish.sheet, label.symbol or encode(label.uri)
    if wish.form == "pdf":
        return label_layout(label, wish.paper)
    if wish.form == "zpl":
        printer = wish.printer or PRINTERS[ZPL_DPI]
        return zpl_layout(label.text, label.readable, symbol.modules, sheet, printer, wish.dots)
    if wish.form == "json":
        with suppress(LabelTextTooLong, ModuleUnprintable, SymbolTooLarge):
            return label_layout(label, Paper(sheet, wish.printer))
    return None


def _size(symbol: Symbol, made: LabelLayout | None, wish: LabelOptions) -> ModuleSize:
    sheet, printer = wish.sheet, wish.printer
    if made is not None and wish.form != "json":
        warnings = tuple(beware(made.module_mm, made.dots))
        return ModuleSize(made.dots or 0, made.module_mm, made.side, warnings)
    if printer is None:
        module = DRAWING_MODULE_MM if wish.form == "svg" else MODULE_MM
        return ModuleSize(wish.dots or MODULE_PX, module, (symbol.modules + 2 * QUIET_ZONE) * module, ())
    return sized(symbol.modules, sheet, printer, sheet.label[1], wish.dots)


def _content(
    label: Label,
    symbol: Symbol,
    made: LabelLayout | None,
    readable: str,
    wish: LabelOptions,
    size: ModuleSize,
) -> tuple[bytes, str]:
    """The drawing and its media type."""
    if made is not None and wish.form in _WITH_TEXT:
        return (_preview if wish.preview else _printed)(label, symbol, made, wish)
    kind = MEDIA_TYPES[wish.form]
    if wish.form == "png":
        dpi = None if wish.printer is None else wish.printer.dots_per_inch
        return png(symbol, caption=readable, module_px=size.dots, dpi=dpi), kind
    if wish.form == "json":
        return b"", kind
    return svg(symbol, caption=readable, module_mm=size.module_mm).encode(), kind


def _printed(label: Label, symbol: Symbol, made: LabelLayout, wish: LabelOptions) -> tuple[bytes, str]:
    """What a printer takes: a sheet, or a label of a roll; the picture of it was read back first."""
    if wish.form == "pdf":
        return pdf([label] * wish.how_many, wish.paper), MEDIA_TYPES["pdf"]
    printer = wish.printer or PRINTERS[ZPL_DPI]
    check(zpl_picture(symbol, made, wish.sheet, printer), label.uri)
    content = zpl_label(symbol, made, wish.sheet, printer, copies=wish.how_many, offset=wish.offset).encode()
    return content, MEDIA_TYPES["zpl"]


def _preview(label: Label, symbol: Symbol, made: LabelLayout, wish: LabelOptions) -> tuple[bytes, str]:
    """The first page as a drawing in mm, or a roll's label as the dots that its printer burns."""
    if wish.form == "zpl":
        printer = wish.printer or PRINTERS[ZPL_DPI]
        dots = zpl_picture(symbol, made, wish.sheet, printer)
        written, per_inch = io.BytesIO(), float(printer.dots_per_inch)
        dots.convert("1").save(written, "PNG", optimize=True, dpi=(per_inch, per_inch))
        return written.getvalue(), MEDIA_TYPES["png"]
    place = (wish.start - 1) % wish.sheet.labels_per_page
    count = min(wish.how_many, wish.sheet.labels_per_page - place)
    return pictures([label] * count, wish.paper, form="svg")[0], MEDIA_TYPES["svg"]
