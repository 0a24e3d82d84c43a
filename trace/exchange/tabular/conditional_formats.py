"""What conditional formats do to what is seen: strike, cover or re-format it (ECMA-376-1, 18.3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from trace.exchange.tabular.colors import INK, PAPER, USUAL, Palette, color_of
from trace.exchange.tabular.elements import Attributes
from trace.exchange.tabular.markup import PLAIN, Font, FontReader, is_true, whole

_NEAR: Final = 24
"""Colours whose channels differ by no more cannot be told apart on a screen."""
_SMALLEST: Final = 3.0
"""Points; a smaller font leaves specks."""


def is_faint(font: Font, paper: str | None) -> bool:
    """Whether text cannot be seen on what is behind it."""
    if font.size < _SMALLEST:
        return True
    if paper is None:
        return False
    ink = font.color or INK
    pairs = ((int(ink[place : place + 2], 16), int(paper[place : place + 2], 16)) for place in (0, 2, 4))
    return all(abs(one - other) <= _NEAR for one, other in pairs)


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule does to what a cell's own format says; `ink` and `paper` None: left as they are.

    `odd`: it strikes out, raises or re-formats, whatever the cell looks like.
    """

    odd: bool = False
    ink: str | None = None
    size: float = PLAIN.size
    paper: str | None = None

    def alters(self, font: Font = PLAIN, paper: str | None = PAPER) -> bool:
        """Whether what is seen of a cell of this font, on this colour, may be another thing."""
        shown = replace(font, color=self.ink or font.color, size=min(font.size, self.size))
        return self.odd or is_faint(shown, self.paper or paper)


NO_CHANGE: Final = Change()


@dataclass(slots=True)
class Difference:
    """Collects what a conditional format (`dxf`) does to what it is applied to."""

    colors: Palette
    _formats: bool = False
    _ink: Font = PLAIN
    _paper: str | None = None
    _font: FontReader | None = None
    _filling: bool = False

    def opened(self, name: str, given: Attributes) -> None:
        if name == "font":
            self._font = FontReader(self.colors)
        elif name == "fill":
            self._filling = True
        elif name == "bgColor" and self._filling:  # what a solid one of a difference is filled with
            self._paper = color_of(given, self.colors)
        elif name == "numFmt":
            self._formats = True
        elif self._font is not None:
            self._font.take(name, given)
            self._ink = self._font.font()

    def closed(self, name: str) -> None:
        if name == "font":
            self._font = None
        elif name == "fill":
            self._filling = False

    @property
    def change(self) -> Change:
        """What was collected."""
        odd = self._ink.struck or self._ink.raised or self._ink.pictures
        return Change(self._formats or odd, self._ink.color, self._ink.size, self._paper)


@dataclass(slots=True)
class RuleReader:
    """Collects the conditional formats of a sheet: by the number of a difference, or spelt out beside their
    rule, as Excel 2010 and later write those that look at other sheets."""

    differences: Sequence[Change]
    altered: list[tuple[str, Change]] = field(default_factory=list)
    """The ranges whose cells may be seen otherwise than they are stored, and by what."""
    _ranges: str = ""
    _changes: list[Change] = field(default_factory=list)
    _difference: Difference | None = None
    _text: list[str] | None = None

    def opened(self, name: str, given: Attributes) -> None:
        if name == "conditionalFormatting":
            self._ranges, self._changes = given.get("sqref", ""), []
        elif name == "sqref":
            self._text = []
        elif name == "dxf":
            self._difference = Difference(USUAL)
        elif self._difference is not None:
            self._difference.opened(name, given)
        else:
            self._rule(name, given)

    def _rule(self, name: str, given: Attributes) -> None:
        if name == "cfRule":
            number = whole(given.get("dxfId"), len(self.differences))
            self._changes.extend(self.differences[number : number + 1])
        elif name in {"dataBar", "iconSet"}:
            if not is_true(given.get("showValue", "1")):
                self._changes.append(Change(odd=True))
        elif name == "color" and (scale := Change(paper=color_of(given, USUAL))).alters():
            self._changes.append(scale)  # of a scale, or a bar

    def said(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if self._difference is not None:
            self._difference.closed(name)
            if name == "dxf":
                self._changes.append(self._difference.change)
                self._difference = None
        elif name == "sqref" and self._text is not None:
            self._ranges, self._text = "".join(self._text), None
        elif name == "conditionalFormatting":
            changes = dict.fromkeys(self._changes)
            self.altered.extend((self._ranges, change) for change in changes if change != NO_CHANGE)
