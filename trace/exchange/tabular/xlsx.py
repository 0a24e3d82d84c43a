"""A bounded XLSX reader for workbooks of anybody: each cell as a person sees it, or why it cannot be signed.

What is stored and what is shown differ in many ways: number formats, struck-out words, superscripts, white
ink, hidden rows. The package is checked first (`package`); here its cells get the look that their styles
give them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from trace.errors.base import Refusal
from trace.errors.exchange import FileUnreadable
from trace.errors.tables import (
    CellErrorValue,
    CellFormatConditional,
    CellFormatUnknown,
    CellFormula,
    CellInPictures,
    CellInvisible,
    CellRaised,
    CellRepeated,
    CellShownDiffers,
    CellStruck,
    CellTooNarrow,
    SheetHidden,
    SheetHiddenDeep,
)
from trace.exchange.tabular.book_parts import VISIBLE, book_parts, palette_of, strings_of
from trace.exchange.tabular.conditional_formats import is_faint
from trace.exchange.tabular.date_formats import SeenMoment, is_date, seen_moment
from trace.exchange.tabular.format_codes import GENERAL
from trace.exchange.tabular.grids import LISTS, Faults, Grid
from trace.exchange.tabular.markup import Font, RichText
from trace.exchange.tabular.number_formats import render, render_text
from trace.exchange.tabular.package import DEFAULT_LIMITS, Limits, load, repacked, unpack
from trace.exchange.tabular.seen import Cell, SeenNumber, Spoilt, shown_text
from trace.exchange.tabular.sheet_markup import RawCell, SheetMarkup, read_markup
from trace.exchange.tabular.styles import Style, Styles, styles_of

_SHOWN: Final = 40
_PLACES: Final = 9
_MARGIN: Final = 0.3
"""What a width has beyond its digits at the very least: mostly it is 0.7."""
_NARROW: Final = 0.5
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?")
_TRUTHS: Final = {"1": True, "true": True, "0": False, "false": False}
_TRUTH: Final = re.compile("|".join(_TRUTHS))
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones


def open_grids(source: Path | bytes, faults: Faults, limits: Limits = DEFAULT_LIMITS) -> list[Grid]:
    """The visible sheets with their cells; hidden sheets go to `faults`.

    Raises `FileUnreadable`, `FileEncrypted` or `FileTooLarge` for the file.
    """
    parts = unpack(load(source, limits), limits)
    book = book_parts(parts, limits)
    palette = palette_of(book)
    styles, strings = styles_of(book.styles, palette), strings_of(book.strings, palette)
    grids = []
    for part in book.sheets:
        if part.name == LISTS:
            continue
        if part.state != VISIBLE:
            deep = part.state.lower() == "veryhidden"
            hidden = SheetHiddenDeep if deep else SheetHidden
            faults.add(part.name, 0, "", hidden(name=part.name[:60]))
            continue
        markup = read_markup(part.name, part.body, styles.differences, limits)
        grids.append(Seeing(styles, strings, markup).grid(part.name))
    return grids


@dataclass(slots=True)
class Seeing:
    """Makes one sheet's cells into what is seen of them."""

    styles: Styles
    strings: Sequence[RichText]
    markup: SheetMarkup
    _known: dict[tuple[int, str], Cell] = field(default_factory=dict)

    def grid(self, name: str) -> Grid:
        last = max(self.markup.cells, default=0)
        rows = [self.row(number, self.markup.cells.get(number, {})) for number in range(1, last + 1)]
        return Grid(
            name,
            rows,
            frozenset(self.markup.hidden_rows),
            tuple((first - 1, final - 1) for first, final in self.markup.hidden_columns),
            tuple((shown, area.top, area.left - 1) for shown, area in self.markup.merged),
        )

    def row(self, number: int, cells: Mapping[int, RawCell]) -> list[Cell]:
        """The cells of one row as they are seen, from column A on."""
        row: list[Cell] = [""] * max(cells, default=0)
        for column, raw in cells.items():
            cell = self._fitted(self._cell(raw), raw, number, column)
            if not isinstance(cell, Spoilt) and self._altered(raw, number, column):
                cell = Spoilt(CellFormatConditional(), raw.text)
            row[column - 1] = cell
        return row

    def _altered(self, raw: RawCell, number: int, column: int) -> bool:
        """Whether a conditional format may show the cell otherwise than it is stored."""
        style = self.styles.at(raw.style)
        return any(
            change.alters(style.font, style.paper)
            for area, change in self.markup.conditional
            if area.holds(number, column)
        )

    def _fitted(self, cell: Cell, raw: RawCell, number: int, column: int) -> Cell:
        """The cell, unless its alignment repeats it or its column is too narrow to show all of a number."""
        style, text = self.styles.at(raw.style), shown_text(cell)
        if isinstance(cell, (Spoilt, bool)) or not text:
            return cell
        if style.fills:
            return Spoilt(CellRepeated(shown=text[:_SHOWN]), text)
        width = self.markup.width_of(column) if isinstance(cell, (SeenNumber, SeenMoment)) else None
        if width is None or any(area.holds(number, column) for _, area in self.markup.merged):
            return cell
        if _width_of(text) * style.font.size / self.styles.normal.size > width - _MARGIN:
            return Spoilt(CellTooNarrow(shown=text[:_SHOWN]), text)
        return cell

    def _cell(self, raw: RawCell) -> Cell:
        style = self.styles.at(raw.style)
        rich = raw.rich
        if raw.kind == "s":
            rich = self._string(raw.text)
        text = rich.text if rich is not None else raw.text
        if raw.formula:
            return Spoilt(CellFormula(shown=text[:_SHOWN]), text)
        if raw.kind == "e":
            return Spoilt(CellErrorValue(shown=text[:_SHOWN]), text)
        refusal = _unfit(rich.runs if rich is not None else ((text, None),), style)
        if refusal is not None:
            return Spoilt(refusal, text)
        if raw.kind in {"s", "str", "inlineStr"}:
            return _text(text, style)
        if raw.kind == "b":
            return _TRUTHS[_fit(_TRUTH, text.strip())]
        place = (raw.style, raw.text)
        if place not in self._known:
            self._known[place] = self._number(_stored(raw), style)
        return self._known[place]

    def _string(self, place: str) -> RichText:
        place = place.strip()
        is_number = place.isascii() and place.isdigit() and len(place) <= _PLACES
        if not is_number or int(place) >= len(self.strings):
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
        return self.strings[int(place)]

    def _number(self, stored: Decimal, style: Style) -> Cell:
        form = style.form
        code = form.code[:_SHOWN]
        if is_date(form, stored):
            unknown = CellFormatUnknown(shown=f"{stored:f}"[:_SHOWN], format=code)
            return seen_moment(form, stored) or Spoilt(unknown, f"{stored:f}")
        seen = render(form, stored)
        unseen = seen is not None and not seen.text.strip()
        if unseen or (not stored and self.markup.zeros_hidden):
            return Spoilt(CellInvisible(shown=f"{stored:f}"[:_SHOWN]), f"{stored:f}")
        return SeenNumber(stored, seen, code)


def _width_of(text: str) -> float:
    """About how wide a shown number is, in digits: signs take half of one, Chinese letters two."""
    return sum(_NARROW if sign in " .,:-/'" else 1 if sign.isascii() else 2 for sign in text)


def _unfit(runs: Sequence[tuple[str, Font | None]], style: Style) -> Refusal | None:
    """Why what stands in a cell is not what a person would sign: struck out, raised, other signs, unseen."""
    for text, own in runs:
        shown = text.strip()
        if not shown:
            continue
        font = own or style.font
        if font.struck:
            return CellStruck(shown=shown[:_SHOWN])
        if font.raised:
            return CellRaised(shown=shown[:_SHOWN])
        if font.pictures:
            return CellInPictures(shown=shown[:_SHOWN])
        if is_faint(font, style.paper):
            return CellInvisible(shown=shown[:_SHOWN])
    return None


def _text(text: str, style: Style) -> Cell:
    if style.form.code in {GENERAL, "@"}:
        return text
    seen = render_text(style.form, text)
    if seen == text:
        return text
    if seen is None:
        return Spoilt(CellFormatUnknown(shown=text[:_SHOWN], format=style.form.code[:_SHOWN]), text)
    if not seen.strip():
        return Spoilt(CellInvisible(shown=text[:_SHOWN]), text)
    return Spoilt(CellShownDiffers(shown=seen[:_SHOWN], stored=text[:_SHOWN]), text)


def _days(text: str) -> float:
    """A day that is written out (ISO 8601) as Excel counts it."""
    return (datetime.fromisoformat(text) - _EPOCH).total_seconds() / 86_400


def _fit(form: re.Pattern[str], text: str) -> str:
    """A text of that form: what Python would read beyond it (1_000, ٣) other programs do not."""
    if form.fullmatch(text) is None:
        raise FileUnreadable(expected="xlsx", reason="broken-cells")
    return text


def _stored(raw: RawCell) -> Decimal:
    """The number at the 15 digits that Excel keeps."""
    text = raw.text.strip()
    try:
        number = _days(_fit(_DAY, text)) if raw.kind == "d" else float(_fit(_NUMBER, text))
    except (ValueError, TypeError, OverflowError):
        raise FileUnreadable(expected="xlsx", reason="broken-cells") from None
    if not abs(number) < 1e300:
        raise FileUnreadable(expected="xlsx", reason="broken-cells")
    return Decimal(f"{number:.15g}")


__all__ = ["DEFAULT_LIMITS", "Limits", "load", "open_grids", "repacked", "unpack"]
