"""Drawing of a pack's label: an act of the system, therefore behind the gates (docs/adr/0033).

A batch's label in every form that a printer takes, at whole printer dots, with what to beware of; and single
labels of item codes, to replace damaged ones. Whatever is drawn was read back first.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from PIL import Image

from trace.codes import platform_code
from trace.errors.printing import LabelSizeUnknown, LabelTooSmall
from trace.labels.module_size import PRINTERS, ModuleSize, Printer, Warned, beware, choose, exactly
from trace.labels.read_back import check
from trace.labels.sheet import FORMATS, Label, SheetFormat, module_mm, pdf
from trace.labels.styled import with_logo
from trace.labels.symbol import MODULE_MM, MODULE_PX, QUIET_ZONE, Symbol, encode, human_readable, png, svg
from trace.labels.zpl_label import LabelText, zpl_label
from trace.store.transaction import Transactions
from trace.usecases.printing.printable_pack import OF_BATCH, OpenPack, open_pack

SHEET: Final = "60x40"
ZPL_DPI: Final = 203
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
    of it (0: a full sheet of A4, one of a roll).
    """

    form: str = "svg"
    size: str = SHEET
    dpi: int | None = None
    dots: int | None = None
    copies: int = 0

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
    def how_many(self) -> int:
        return self.copies or (self.sheet.labels_per_page if self.form == "pdf" else 1)


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

    Raises what `open_pack` raises, `LabelSizeUnknown`, `LabelTooSmall`, `ModuleUnprintable` and
    `SymbolTooLarge`.
    """
    with transactions.look("label") as tx:
        pack = open_pack(tx.connection, lot, OF_BATCH, holder)
    return drawn(pack, pack.link(public_url), wish or LabelOptions(form))


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
    size = _size(symbol, wish)
    dots = size.dots if wish.printer is not None or wish.form == "zpl" else None
    content = _content(pack, symbol, readable, wish, size)
    warnings = size.warnings if dots is not None else (*size.warnings, Warned("printer-unknown", ()))
    return PrintedLabel(
        content, MEDIA_TYPES[wish.form], uri, readable, symbol, size.module_mm, dots, tuple(warnings)
    )


def text_of(pack: OpenPack, sheet: SheetFormat) -> LabelText:
    """The text beside the symbol on a label of that size."""
    return LabelText(*sheet.label, pack.title, pack.lines, text_mm=sheet.text_mm)


def sized(modules: int, sheet: SheetFormat, printer: Printer, room: Decimal, dots: int | None) -> ModuleSize:
    """The module on a label: the dots asked for, or as many as the room allows; `ModuleUnprintable`."""
    if dots is not None:
        return exactly(modules, dots, printer)
    return choose(modules, min(room, sheet.label[0]), printer)


def fitting(size: ModuleSize, room: Decimal, sheet: SheetFormat) -> ModuleSize:
    """The size, when the symbol with its quiet zone has that room; raises `LabelTooSmall`."""
    if size.side_mm > room:
        raise LabelTooSmall(size=sheet.name, side=f"{size.side_mm:.1f}", room=f"{room:.1f}")
    return size


def _size(symbol: Symbol, wish: LabelOptions) -> ModuleSize:
    sheet, printer = wish.sheet, wish.printer
    if wish.form == "pdf":
        module = module_mm(symbol, sheet, printer)
        dots = 0 if printer is None else int(module / printer.pitch_mm)
        side = (symbol.modules + 2 * QUIET_ZONE) * module
        return ModuleSize(dots, module, side, tuple(beware(module, dots or None)))
    if wish.form == "zpl":
        room = LabelText(*sheet.label, text_mm=sheet.text_mm).room_mm
        return fitting(
            sized(symbol.modules, sheet, printer or PRINTERS[ZPL_DPI], room, wish.dots), room, sheet
        )
    if printer is None:
        side = (symbol.modules + 2 * QUIET_ZONE) * MODULE_MM
        return ModuleSize(wish.dots or MODULE_PX, MODULE_MM, side, ())
    return sized(symbol.modules, sheet, printer, sheet.label[1], wish.dots)


def _content(pack: OpenPack, symbol: Symbol, readable: str, wish: LabelOptions, size: ModuleSize) -> bytes:
    if wish.form == "pdf":
        code = "" if readable.startswith("(") else readable
        label = Label(symbol.text, pack.title, pack.lines, code, symbol)
        return pdf([label] * wish.how_many, wish.sheet, printer=wish.printer)
    if wish.form == "zpl":
        printer, text = wish.printer or PRINTERS[ZPL_DPI], text_of(pack, wish.sheet)
        return zpl_label(symbol, readable, size.dots, printer, text, copies=wish.how_many).encode()
    if wish.form == "png":
        dpi = None if wish.printer is None else wish.printer.dots_per_inch
        return png(symbol, caption=readable, module_px=size.dots, dpi=dpi)
    if wish.form == "json":
        return b""
    return svg(symbol, caption=readable, module_mm=size.module_mm).encode()
