"""SpreadsheetML parts by events, in time that grows with their length; a document type is refused.

ECMA-376 part 1, 18. Names are taken without their prefix: writers choose prefixes freely.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from trace.errors.exchange import FileUnreadable
from trace.exchange.tabular.colors import Palette, color_of
from trace.exchange.tabular.seen import whole_signs

Attributes = Mapping[str, str]
Opened = Callable[[str, Attributes], None]
Closed = Callable[[str], None]
Said = Callable[[str], None]

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


def parse(body: bytes, opened: Opened, closed: Closed | None = None, said: Said | None = None) -> None:
    """Walk through one part. Raises `FileUnreadable` for what is no XML, or has a document type."""
    for _ in walk(body, opened, closed, said, piece=max(len(body), 1)):
        pass


def walk(
    body: bytes, opened: Opened, closed: Closed | None = None, said: Said | None = None, piece: int = 65_536
) -> Iterator[None]:
    """As `parse`, stopping after every `piece` bytes so that what came so far can be taken."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.StartElementHandler = lambda name, given: opened(name.rpartition(":")[2], given)
    if closed is not None:
        end = closed
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if said is not None:
        parser.CharacterDataHandler = said
    for start in range(0, max(len(body), 1), piece):
        try:
            parser.Parse(body[start : start + piece], start + piece >= len(body))
        except (expat.ExpatError, LookupError, ValueError, UnicodeError):
            raise FileUnreadable(expected="xlsx", reason="broken-xml") from None
        yield


def _refuse_type(*_: object) -> None:
    raise FileUnreadable(expected="xlsx", reason="unsafe-xml")


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

    def opened(self, name: str, given: Attributes) -> None:
        if name in {"rPh", "phoneticPr"}:
            self._aside += 1
        elif name == "r":
            self._font = None
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
            self._in_text = False
        elif name == "r":
            self._font = None

    def item(self) -> RichText:
        found = RichText(tuple(self.runs))
        self.runs = []
        return found
