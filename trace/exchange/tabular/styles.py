"""Styles of a workbook: number format, line through and colours of each cell format (ECMA-376-1, 18.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from trace.exchange.tabular.colors import PAPER, Palette, color_of
from trace.exchange.tabular.conditional_formats import NO_CHANGE, Change, Difference
from trace.exchange.tabular.elements import Attributes, parse
from trace.exchange.tabular.format_codes import GENERAL, NumberFormat, built_in, parse_format
from trace.exchange.tabular.markup import PLAIN, Font, FontReader, whole


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell format does to what is seen; `paper`: the colour behind, None if not worked out."""

    form: NumberFormat
    font: Font = PLAIN
    paper: str | None = PAPER
    fills: bool = False
    """Its alignment repeats the content until the cell is full."""


USUAL: Final = Style(parse_format(GENERAL))


@dataclass(frozen=True, slots=True)
class Styles:
    """Cell formats by number, and the differences that conditional formats apply."""

    cells: tuple[Style, ...] = (USUAL,)
    normal: Font = PLAIN
    """The font by whose digits column widths are counted."""
    differences: tuple[Change, ...] = ()
    """What the n-th one does to what it is applied to, of those that hide something of some format."""

    def at(self, number: int) -> Style:
        return self.cells[number] if number < len(self.cells) else USUAL


def styles_of(body: bytes | None, colors: Palette) -> Styles:
    """The styles part; without one every cell is plain."""
    if body is None:
        return Styles()
    reader = _StylesReader(colors)
    parse(body, reader.opened, reader.closed)
    cells = tuple(reader.style(given, place) for place, given in enumerate(reader.formats))
    normal = reader.fonts[0] if reader.fonts else PLAIN
    seen = {(style.font, style.paper) for style in (*cells, USUAL)}
    bites = (any(change.alters(*look) for look in seen) for change in reader.differences)
    changes = zip(reader.differences, bites, strict=True)
    return Styles(cells or (USUAL,), normal, tuple(change if bad else NO_CHANGE for change, bad in changes))


@dataclass(slots=True)
class _StylesReader:
    colors: Palette
    codes: dict[int, str] = field(default_factory=dict)
    fonts: list[Font] = field(default_factory=list)
    papers: list[str | None] = field(default_factory=list)
    formats: list[Attributes] = field(default_factory=list)
    filling: set[int] = field(default_factory=set)
    """Numbers of the formats whose alignment fills."""
    differences: list[Change] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)
    _solid: bool = False
    """Whether the fill that is read covers the paper with one colour; of patterns none is worked out."""
    _font: FontReader | None = None
    _difference: Difference | None = None

    def opened(self, name: str, given: Attributes) -> None:
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        if "dxfs" in self._path[:3]:
            self._differ(name, given)
        elif inside == "fill" or "fills" in self._path[:3]:
            self._fill(name, given)
        elif name == "numFmt":
            self.codes[whole(given.get("numFmtId"))] = given.get("formatCode", GENERAL)
        elif name == "font":
            self._font = FontReader(self.colors)
        elif "cellXfs" in self._path:
            self._format(name, given)
        elif self._font is not None:
            self._font.take(name, given)

    def _differ(self, name: str, given: Attributes) -> None:
        if name == "dxf":
            self._difference = Difference(self.colors)
        elif self._difference is not None:
            self._difference.opened(name, given)

    def _format(self, name: str, given: Attributes) -> None:
        if name == "xf":
            self.formats.append(given)
        elif name == "alignment" and given.get("horizontal") == "fill":
            self.filling.add(len(self.formats) - 1)

    def _fill(self, name: str, given: Attributes) -> None:
        if name == "fill":
            self.papers.append(PAPER)
        elif name == "patternFill":
            pattern = given.get("patternType", "none")
            self.papers[-1:] = [PAPER if pattern == "none" else None]
            self._solid = pattern == "solid"
        elif name == "gradientFill":
            self.papers[-1:] = [None]
        elif name == "fgColor" and self._solid and self.papers[-1:] == [None]:
            self.papers[-1] = color_of(given, self.colors)

    def closed(self, name: str) -> None:
        self._path.pop()
        if self._difference is not None:
            self._difference.closed(name)
            if name == "dxf":
                self.differences.append(self._difference.change)
                self._difference = None
        elif name == "font":
            if self._font is not None and self._path[-1:] == ["fonts"]:
                self.fonts.append(self._font.font())
            self._font = None

    def style(self, given: Attributes, place: int) -> Style:
        number, font = whole(given.get("numFmtId")), whole(given.get("fontId"))
        paper = whole(given.get("fillId"))
        return Style(
            parse_format(self.codes.get(number, built_in(number))),
            self.fonts[font] if font < len(self.fonts) else PLAIN,
            self.papers[paper] if paper < len(self.papers) else PAPER,
            place in self.filling,
        )
