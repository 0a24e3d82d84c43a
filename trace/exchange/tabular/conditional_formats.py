"""What conditional formats do to what is seen: strike, cover or re-format it (ECMA-376-1, 18.3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.exchange.tabular.markup import PLAIN, Attributes, Font, FontReader, color_of, is_true, whole

PAPER: Final = "FFFFFF"
INK: Final = "000000"
"""The automatic colour of text."""
USUAL_THEME: Final = {0: PAPER, 1: INK}
"""Where a theme says nothing else, or is not at hand."""
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


@dataclass(slots=True)
class Difference:
    """Collects what a conditional format (`dxf`) does to what it is applied to."""

    theme: Mapping[int, str]
    _formats: bool = False
    _ink: Font = PLAIN
    _paper: str | None = PAPER
    _font: FontReader | None = None
    _filling: bool = False

    def opened(self, name: str, given: Attributes) -> None:
        if name == "font":
            self._font = FontReader(self.theme)
        elif name == "fill":
            self._filling = True
        elif name == "bgColor" and self._filling:  # what a solid one of a difference is filled with
            self._paper = color_of(given, self.theme)
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
    def alters(self) -> bool:
        """Whether it strikes out, raises, re-formats, or leaves what cannot be seen."""
        odd = self._ink.struck or self._ink.raised or self._ink.pictures
        return self._formats or odd or is_faint(self._ink, self._paper or PAPER)


@dataclass(slots=True)
class RuleReader:
    """Collects the conditional formats of a sheet: by the number of a difference, or spelt out beside their
    rule, as Excel 2010 and later write those that look at other sheets."""

    differences: Sequence[bool]
    altered: list[str] = field(default_factory=list)
    """The ranges whose cells may be seen otherwise than they are stored."""
    _ranges: str = ""
    _alters: bool = False
    _difference: Difference | None = None
    _text: list[str] | None = None

    def opened(self, name: str, given: Attributes) -> None:
        if name == "conditionalFormatting":
            self._ranges, self._alters = given.get("sqref", ""), False
        elif name == "sqref":
            self._text = []
        elif name == "dxf":
            self._difference = Difference(USUAL_THEME)
        elif self._difference is not None:
            self._difference.opened(name, given)
        else:
            self._alters = self._alters or self._is_altering(name, given)

    def _is_altering(self, name: str, given: Attributes) -> bool:
        if name == "cfRule":
            number = whole(given.get("dxfId"), len(self.differences))
            return number < len(self.differences) and self.differences[number]
        if name in {"dataBar", "iconSet"}:
            return not is_true(given.get("showValue", "1"))
        return name == "color" and is_faint(PLAIN, color_of(given, USUAL_THEME))  # of a scale, or a bar

    def said(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if self._difference is not None:
            self._difference.closed(name)
            if name == "dxf":
                self._alters, self._difference = self._alters or self._difference.alters, None
        elif name == "sqref" and self._text is not None:
            self._ranges, self._text = "".join(self._text), None
        elif name == "conditionalFormatting" and self._alters:
            self.altered.append(self._ranges)
