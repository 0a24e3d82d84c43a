"""What elements of SpreadsheetML say: numbers and truths of attributes, fonts, strings by their runs.

ECMA-376 part 1, 18.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from trace.errors.exchange import FileUnreadable
from trace.exchange.tabular.colors import Palette, color_of
from trace.exchange.tabular.elements import FOREIGN, Attributes
from trace.exchange.tabular.seen import whole_signs

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PICTURES: Final = re.compile(
    r"symbol$|wingdings|webdings|marlett|bookshelf symbol|zapf ?dingbats|monotype sorts"
    r"|.*(?:bar ?code|code ?(?:128|39)|ean-?13|3 ?of ?9)",
    re.IGNORECASE,
)
"""Fonts that draw signs or bars for letters and figures; Segoe UI Symbol draws letters as they are."""
_OF_SYMBOLS: Final = "2"
"""The character set of fonts of symbols (ECMA-376 part 1, 18.4.1)."""
_TRUE: Final = frozenset({"1", "true", "on"})


def is_true(value: str | None) -> bool:
    """Whether an attribute is there and says yes (xsd:boolean)."""
    return value is not None and value.lower() in _TRUE


def whole(value: str | None, otherwise: int = 0) -> int:
    """A whole number of an attribute; `FileUnreadable` for what is none."""
    if value is None:
        return otherwise
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise FileUnreadable(expected="xlsx", reason="broken-cells")
    return int(value)


def unescaped(text: str) -> str:
    """`_x000D_` and its like as the sign that they stand for (ECMA-376 part 1, 22.9.2.19)."""
    return whole_signs(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)) if "_x" in text else text


@dataclass(frozen=True, slots=True)
class Font:
    """What a font does to its text that changes what is seen; `color`: RRGGBB, None for the usual one."""

    struck: bool = False
    raised: bool = False
    color: str | None = None
    size: float = 11
    pictures: bool = False
    """It draws other signs than the letters that are stored."""


PLAIN: Final = Font()


@dataclass(frozen=True, slots=True)
class RichText:
    """The text of a cell by runs; a run without a font of its own has the cell's."""

    runs: tuple[tuple[str, Font | None], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.runs)


@dataclass(slots=True)
class FontReader:
    """Collects one font: of a style, or of a run."""

    colors: Palette
    struck: bool = False
    raised: bool = False
    color: str | None = None
    size: float = 11
    pictures: bool = False

    def take(self, name: str, given: Attributes) -> None:
        if name == "strike":
            self.struck = is_true(given.get("val", "1"))
        elif name == "vertAlign":
            self.raised = given.get("val") in {"superscript", "subscript"}
        elif name == "color":
            self.color = color_of(given, self.colors)
        elif name == "sz":
            self.size = as_number(given.get("val"), 11)
        elif name in {"name", "rFont"}:
            self.pictures = self.pictures or _PICTURES.match(given.get("val", "").strip()) is not None
        elif name == "charset":
            self.pictures = self.pictures or given.get("val", "").strip() == _OF_SYMBOLS

    def font(self) -> Font:
        return Font(self.struck, self.raised, self.color, self.size, self.pictures)


def as_number(value: str | None, otherwise: float) -> float:
    try:
        return float(value) if value is not None else otherwise
    except ValueError:
        return otherwise


@dataclass(slots=True)
class TextReader:
    """Collects one string item (`si`, `is`) by its runs; phonetic text is not part of what it says."""

    colors: Palette
    runs: list[tuple[str, Font | None]] = field(default_factory=list)
    _font: FontReader | None = None
    _text: list[str] = field(default_factory=list)
    _in_text: bool = False
    _aside: int = 0
    _in_run: bool = False
    _alone: int = 0
    """Texts beside the runs: one, where there are none."""

    def opened(self, name: str, given: Attributes) -> None:
        if name == FOREIGN or self._in_text:
            raise FileUnreadable(
                expected="xlsx", reason="broken-cells"
            )  # programs would show different texts
        if name in {"rPh", "phoneticPr"}:
            self._aside += 1
        elif name == "r":
            self._font, self._in_run = None, True
        elif name == "rPr":
            self._font = FontReader(self.colors)
        elif name == "t":
            self._in_text, self._text = not self._aside, []
        elif self._font is not None:
            self._font.take(name, given)

    def said(self, text: str) -> None:
        if self._in_text:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if name in {"rPh", "phoneticPr"}:
            self._aside -= 1
        elif name == "t":
            if self._in_text:
                font = self._font.font() if self._font is not None else None
                self.runs.append((unescaped("".join(self._text)), font))
                self._alone += not self._in_run
            self._in_text = False
        elif name == "r":
            self._font, self._in_run = None, False

    def item(self) -> RichText:
        if self._alone and len(self.runs) > 1:
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
        found = RichText(tuple(self.runs))
        self.runs, self._alone = [], 0
        return found
