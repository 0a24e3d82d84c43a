"""Sheets of labels as PDF (or PNG and SVG to look at), set by typst with every font embedded.

The module is as wide as the label and its text allow, not under 0.40 mm, which phones still read; for a given
printer it is whole dots. Chinese needs a Chinese font on the machine; what cannot be drawn is named by
`trace.labels.typesetting.undrawn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

from trace.errors.codes import ModuleUnprintable
from trace.errors.gs1 import SymbolTooLarge
from trace.gs1.digital_link import parse_uri
from trace.labels.captions import LabelText
from trace.labels.formats import NO_OFFSET, Pair, SheetFormat
from trace.labels.label_layout import LabelLayout, Space, layout, require_room
from trace.labels.module_size import LEAST_MM, Printer
from trace.labels.symbol import LEVEL, Symbol, encode, svg
from trace.labels.typesetting import MONO, described, font_names, set_page

SMALLEST_MODULE_MM: Final = Decimal("0.40")
_TEMPLATE: Final = Path(__file__).parent / "sheet.typ"
_NOTHING: Final = LabelText()


@dataclass(frozen=True, slots=True)
class Label:
    """The content of one label: the link in its symbol, and the text beside it.

    `code` is a platform code printed instead of the AIs, for links that are no Digital Link;
    `symbol` one that a run has drawn already, and `serial` what fills the places in the run's `keys`.
    """

    uri: str
    text: LabelText = _NOTHING
    code: str = ""
    symbol: Symbol | None = None
    keys: tuple[str, ...] = ()
    serial: str = ""

    @property
    def readable(self) -> tuple[str, ...]:
        """What people type when the symbol cannot be scanned, one line per AI."""
        if self.keys or self.code:
            return self.keys or (self.code,)
        return tuple(f"({each.ai}){each.value}" for each in parse_uri(self.uri).keys)


@dataclass(frozen=True, slots=True)
class Paper:
    """What labels are printed on: a sheet or roll, by which printer, at how many dots a module.

    `offset` moves everything to the right and down by so many mm, as that printer needs it. The first label
    goes to place `start` of the first sheet, where those before it were used already. Without
    `system_fonts` only what typst carries along is used, which has no Chinese.
    """

    sheet: SheetFormat
    printer: Printer | None = None
    dots: int | None = None
    start: int = 1
    cut_marks: bool = True
    system_fonts: bool = True
    offset: Pair = NO_OFFSET


def space_of(sheet: SheetFormat, printer: Printer | None) -> Space:
    """What a label of that sheet offers; a printer's whole dots may be finer, and are then warned of."""
    least = SMALLEST_MODULE_MM if printer is None else LEAST_MM
    return Space(*sheet.content, sheet.text_mm, sheet.module_mm, sheet.blank, least)


def label_layout(label: Label, paper: Paper) -> LabelLayout:
    """The layout of a label on that paper, in whole dots of its printer if one is given.

    Raises `SymbolTooLarge` when phones could not read it, `ModuleUnprintable` and `LabelTooSmall` where the
    dots that were asked for are too few or too many, and `LabelTextTooLong`.
    """
    symbol = label.symbol or encode(label.uri, level=LEVEL)
    rows, space = tuple(label.text.rows(label.readable)), space_of(paper.sheet, paper.printer)
    if paper.printer is not None and paper.dots is not None:
        require_room(symbol.modules, paper.dots, paper.printer, space, paper.sheet.name)
        return layout(rows, symbol.modules, space, paper.printer, paper.dots)
    try:
        return layout(rows, symbol.modules, space, paper.printer)
    except ModuleUnprintable:
        raise SymbolTooLarge(length=len(symbol.text), version=symbol.version) from None


def pdf(labels: Sequence[Label], paper: Paper, *, title: str = "", lang: str = "zh") -> bytes:
    """The sheets as PDF, the same bytes for the same labels; raises as `label_layout`."""
    return _set("pdf", labels, paper, title=title, lang=lang)[0]


def pictures(
    labels: Sequence[Label], paper: Paper, *, form: Literal["png", "svg"] = "png", ppi: float = 300
) -> list[bytes]:
    """The sheets to look at, one picture per page."""
    return _set(form, labels, paper, ppi=ppi)


def _set(
    kind: Literal["pdf", "png", "svg"],
    labels: Sequence[Label],
    paper: Paper,
    *,
    title: str = "",
    lang: str = "zh",
    ppi: float = 300,
) -> list[bytes]:
    """What `sheet.typ` makes; lengths as decimal strings of mm."""
    width, height = paper.sheet.page
    marks = paper.sheet.cut_marks() if paper.cut_marks else ()
    said: dict[str, Any] = {
        "title": title,
        "lang": lang,
        "fonts": font_names(system=paper.system_fonts),
        "mono": MONO,
        "page": {"width": str(width), "height": str(height)},
        "marks": [[*map(str, _by(begin, paper)), *map(str, _by(end, paper))] for begin, end in marks],
        "sheets": list(_pages(labels, paper)),
    }
    return set_page(said, kind, ppi=ppi, system=paper.system_fonts, template=_TEMPLATE)


def _pages(labels: Sequence[Label], paper: Paper) -> Iterator[list[dict[str, object]]]:
    """The labels of each page with their places."""
    page: list[dict[str, object]] = []
    for place, label in enumerate(labels, paper.start - 1):
        at = place % paper.sheet.labels_per_page
        if page and at == 0:
            yield page
            page = []
        page.append(_placed(label, at, paper))
    yield page


def _placed(label: Label, place: int, paper: Paper) -> dict[str, object]:
    symbol = label.symbol or encode(label.uri, level=LEVEL)
    made = label_layout(label, paper).moved(*_by(paper.sheet.place(place), paper))
    return {
        "uri": label.uri,
        "svg": svg(symbol, module_mm=made.module_mm),
        "side": str(made.side),
        "x": str(made.symbol[0]),
        "y": str(made.symbol[1]),
        "lines": [described(line, label.serial) for line in made.lines],
    }


def _by(place: Pair, paper: Paper) -> Pair:
    """A place on the paper, moved as its printer needs it."""
    return place[0] + paper.offset[0], place[1] + paper.offset[1]
