"""A print run: the codes of an interval as files of some thousands, each made by itself.

Five forms: `csv` (variable data for a printing house), `png` and `svg` (a ZIP of pictures each), `zpl`
(labels for a label printer), `pdf` (sheets and rolls). A run is cut into parts; a part is made whole, hashed,
and given away. Nothing in it depends on the clock or on the other parts, so a run that broke off goes on with
the next part and ends with the same files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from trace.labels.captions import PLACES, LabelText
from trace.labels.formats import FORMATS, NO_OFFSET, Pair, SheetFormat
from trace.labels.label_layout import LabelLayout
from trace.labels.linear import SymbolFamily, matrix_of, reading_order
from trace.labels.manifest import PartMade
from trace.labels.module_size import Printer, exactly
from trace.labels.raster import pngs
from trace.labels.read_back import check, checked
from trace.labels.sheet import Label, Paper, label_layout, pdf
from trace.labels.strokes import svgs
from trace.labels.symbol import Symbol
from trace.labels.zpl_label import zpl_labels, zpl_layout

Form = Literal["csv", "png", "svg", "zpl", "pdf"]
Serials = Callable[[int, int], Iterable[str]]
"""The serials of (first counter, count), as `SerialKey.serials` gives them."""
Hidden = Callable[[str], str]
"""The hidden code (under scratch film) of a serial."""

DRAWING: Final = 2
"""1: symbols without a hint that their edges are on whole pixels."""
_DRAWN_ANEW: Final = frozenset({"svg", "zpl", "pdf"})
PER_PART: Final = 10_000
PER_PDF: Final = 1_200
"""Labels in one PDF: whole pages of every sheet we know; typst holds a document in memory as a whole."""
READ_BACK_EVERY: Final = 100
_SEEN_AT: Final = 4
FIRST: Final = "0" * 12
"""A serial like any other, to measure by."""
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a ZIP's oldest time: nothing of the clock in the file


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A print run: the counters `first` … of `scope` and `epoch`, in a template, for a printer.

    `readable` stands around the serial in the line people read: `("(01)…(21)", "")`; `grouped` writes it as
    XXXX-XXXX-XXXX there. `hidden` says that the CSV has the column of hidden codes; `sheet` is the label's
    size, with `start`, the first label's place on it, and `cut_marks`. `drawing` is how it is drawn: runs go
    on as they began. `offset` is how far that printer needs its labels moved, where they are laid out here.
    """

    scope: str
    epoch: str
    first: int
    count: int
    form: Form
    dots: int
    printer: Printer
    readable: tuple[str, str] = ("", "")
    per_part: int = PER_PART
    label: LabelText | None = None
    grouped: bool = False
    hidden: bool = False
    sheet: str = "60x40"
    start: int = 1
    cut_marks: bool = True
    drawing: int = DRAWING
    offset: Pair = NO_OFFSET

    @property
    def count_of_parts(self) -> int:
        return -(-self.count // self.per_part)

    def line(self, serial: str) -> str:
        """The human-readable line under the symbol of a serial."""
        written = f"{serial[:4]}-{serial[4:8]}-{serial[8:]}" if self.grouped else serial
        return f"{self.readable[0]}{written}{self.readable[1]}"

    @property
    def format(self) -> SheetFormat:
        return FORMATS[self.sheet]

    @property
    def keys(self) -> tuple[str, ...]:
        """The lines that people type, one an AI, with places for the serial."""
        whole = self.line(PLACES)
        return tuple(f"({part}" for part in whole.split("(") if part) if whole.startswith("(") else (whole,)

    def layout(self, family: SymbolFamily, dots: int | None = None) -> LabelLayout:
        """Where symbol and text stand on each label, at `dots` a module or as many as fit.

        Raises `SymbolTooLarge`, `ModuleUnprintable`, `LabelTooSmall`, `LabelTextTooLong`.
        """
        text = self.label or LabelText()
        if self.form == "pdf":
            label = Label("", text, symbol=family.symbol(FIRST), keys=self.keys)
            return label_layout(label, Paper(self.format, self.printer, dots))
        return zpl_layout(text, self.keys, family.modules, self.format, self.printer, dots)

    def described(self, family: SymbolFamily) -> dict[str, Any]:
        """The run as the manifest states it, with `job`: 32 hex digits that name it."""
        template = family.template
        stated: dict[str, Any] = {
            "scope": self.scope,
            "epoch": self.epoch,
            "first": self.first,
            "count": self.count,
            "form": self.form,
            "dots": self.dots,
            "dpi": self.printer.dpi,
            "perPart": self.per_part,
            "readable": list(self.readable),
            "template": {"prefix": template.prefix, "suffix": template.suffix, "width": template.width},
            "symbol": {"version": family.version, "level": template.level, "mask": family.mask},
            "label": None if self.label is None else self.label.described(),
            "grouped": self.grouped,
            "hidden": self.hidden,
            "sheet": self.sheet if self.form in {"pdf", "zpl"} else None,
        }
        if self.drawing > 1 and self.form in _DRAWN_ANEW:
            stated["drawing"] = self.drawing
        if self.drawing > 1 and self.form == "pdf":
            stated |= {"start": self.start, "cutMarks": self.cut_marks}
        if self.offset != NO_OFFSET:
            stated["offset"] = list(map(str, self.offset))
        job = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()[:32]
        return {**stated, "job": job}


def make_part(
    run: PrintRun,
    family: SymbolFamily,
    serials: Serials,
    number: int,
    *,
    read_back_every: int = READ_BACK_EVERY,
    hidden: Hidden | None = None,
) -> tuple[PartMade, bytes]:
    """The `number`-th file of a run, from 0, by itself: the same bytes whenever it is made.

    The first symbol of a part and each `read_back_every`-th are read back, in whatever form they are written
    (PNGs themselves, else drawn as such): `SymbolUnreadable` stops the run before the part is given away.
    Raises `ModuleUnprintable` for too few dots.
    """
    exactly(family.modules, run.dots, run.printer)
    first = number * run.per_part
    drawn = list(serials(run.first + first, min(run.per_part, run.count - first)))
    if run.form != "png":
        _read_back(family, drawn[::read_back_every])
    content = _content(run, family, first, drawn, read_back_every, hidden)
    name = f"{run.described(family)['job'][:8]}-{first:010d}-{len(drawn)}.{_SUFFIX[run.form]}"
    return PartMade(name, first, len(drawn), len(content), hashlib.sha256(content).hexdigest()), content


def _content(
    run: PrintRun, family: SymbolFamily, first: int, serials: list[str], every: int, hidden: Hidden | None
) -> bytes:
    if run.form == "csv":
        return _csv(run, family, first, serials, hidden if run.hidden else None)
    if run.form == "zpl":
        layout = run.layout(family, run.dots)
        labels = zpl_labels(family, serials, layout, run.format, run.printer, offset=run.offset)
        return "".join(labels).encode()
    if run.form == "pdf":
        return _pdf(run, family, serials, run.start if first == 0 else 1)
    if run.form == "png":
        texts = map(family.template.text, serials)
        drawn = pngs(family, serials, dots=run.dots, pitch_mm=run.printer.pitch_mm)
        return _zip(serials, checked(zip(texts, drawn, strict=True), every), "png", zipfile.ZIP_STORED)
    module = run.dots * run.printer.pitch_mm
    drawings = svgs(family, serials, module_mm=module, crisp=run.drawing > 1)
    return _zip(serials, (each.encode() for each in drawings), "svg", zipfile.ZIP_DEFLATED)


def _read_back(family: SymbolFamily, sample: list[str]) -> None:
    for serial, picture in zip(sample, pngs(family, sample, dots=_SEEN_AT), strict=True):
        check(picture, family.template.text(serial))


def _csv(run: PrintRun, family: SymbolFamily, first: int, serials: list[str], hidden: Hidden | None) -> bytes:
    """Columns number (from 1, over the whole run), serial, uri, readable, perhaps hidden; UTF-8, CRLF.

    RFC 4180, for the variable data of a printing house.
    """
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["number", "serial", "uri", "readable", *(["hidden"] if hidden else [])])
    text = family.template.text
    table.writerows(
        (number, serial, text(serial), run.line(serial), *([hidden(serial)] if hidden else []))
        for number, serial in enumerate(serials, first + 1)
    )
    return written.getvalue().encode()


def _pdf(run: PrintRun, family: SymbolFamily, serials: list[str], start: int) -> bytes:
    """Sheets whose modules are whole dots of the printer, each label with its own code."""
    template, keys, said = family.template, run.keys, run.label or LabelText()
    labels = []
    for serial, drawn in family.table(reading_order).drawn(serials):
        matrix = matrix_of(drawn, family.modules)
        text = template.text(serial)
        symbol = Symbol(text, family.version, template.level, family.mask, matrix)
        labels.append(Label(text, said, symbol=symbol, keys=keys, serial=serial))
    return pdf(labels, Paper(run.format, run.printer, run.dots, start, run.cut_marks, offset=run.offset))


def _zip(serials: list[str], contents: Iterable[bytes], suffix: str, method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for serial, content in zip(serials, contents, strict=True):
            entry = zipfile.ZipInfo(f"{serial}.{suffix}", _EARLIEST)
            entry.compress_type = method
            archive.writestr(entry, content)
    return written.getvalue()


_SUFFIX: Final = {"csv": "csv", "zpl": "zpl", "pdf": "pdf", "png": "png.zip", "svg": "svg.zip"}
