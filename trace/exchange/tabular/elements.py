"""The elements of one part by events, in time that grows with their length; a document type is refused.

Names are taken without their prefix, which writers choose freely, and by their namespace: what is of another
language than the part is left out, as every program does (ECMA-376 part 3). Alternatives for programs of
different kinds are refused where they hold what is read: each program would show another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from trace.errors.exchange import FileUnreadable

Attributes = Mapping[str, str]
Opened = Callable[[str, Attributes], None]
Closed = Callable[[str], None]
Said = Callable[[str], None]

FOREIGN: Final = ""
"""The name under which an element of another language is told, once, without what is in it."""
_LANGUAGES: Final = frozenset(
    {
        "",
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://purl.oclc.org/ooxml/drawingml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
    }
)
_CHOICES: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NEWER: Final = frozenset(
    {
        "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main",
        "http://schemas.microsoft.com/office/excel/2006/main",
    }
)
_RULES: Final = "conditionalFormattings"
"""All that is read of what newer programs add at the end of a sheet."""
_READ: Final = frozenset(
    {
        *("sheetData", "row", "c", "v", "f", "is", "si", "t", "r", "rPr", "sheets", "sheet", "workbookPr"),
        *("cols", "col", "sheetViews", "sheetView", "sheetFormatPr", "mergeCells", "mergeCell", "cfRule"),
        *("conditionalFormatting", "numFmts", "numFmt", "fonts", "font", "fills", "fill", "cellXfs", "xf"),
        *("dxfs", "dxf", "indexedColors", "Relationship"),
    }
)
"""Elements on which it depends what is seen in a cell."""


def parse(body: bytes, opened: Opened, closed: Closed | None = None, said: Said | None = None) -> None:
    """Walk through one part. Raises `FileUnreadable` for what is no XML, or has a document type."""
    for _ in walk(body, opened, closed, said, piece=max(len(body), 1)):
        pass


def walk(
    body: bytes, opened: Opened, closed: Closed | None = None, said: Said | None = None, piece: int = 65_536
) -> Iterator[None]:
    """As `parse`, stopping after every `piece` bytes so that what came so far can be taken."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartDoctypeDeclHandler = _refuse_type
    elements = _Elements(opened, closed or _nothing, said or _nothing)
    parser.StartElementHandler = elements.open
    parser.EndElementHandler = elements.close
    if said is not None:
        parser.CharacterDataHandler = elements.say
    for start in range(0, max(len(body), 1), piece):
        try:
            parser.Parse(body[start : start + piece], start + piece >= len(body))
        except (expat.ExpatError, LookupError, ValueError, UnicodeError):
            raise FileUnreadable(expected="xlsx", reason="broken-xml") from None
        yield


def _refuse_type(*_: object) -> None:
    raise FileUnreadable(expected="xlsx", reason="unsafe-xml")


def _nothing(_: str) -> None:
    return


@dataclass(slots=True)
class _Elements:
    """Tells the elements of the part's own language."""

    opened: Opened
    closed: Closed
    said: Said
    _language: str | None = None
    _plain: dict[str, str] = field(default_factory=dict)
    """Names met so far that need no second look where nothing is aside, added or a choice."""
    _aside: int = 0
    """How deep in an element that is not read."""
    _choices: int = 0
    _added: bool = False
    """Inside what a newer program added."""
    _rules: bool = False

    def open(self, name: str, given: Attributes) -> None:
        if self._aside:
            self._aside += 1
            return
        local = None if self._added or self._choices else self._plain.get(name)
        if local is None:
            local = self._looked_at(name)
        self.opened(local, given)

    def _looked_at(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        if self._language is None:
            self._language = space
            if space not in _LANGUAGES:
                raise FileUnreadable(expected="xlsx", reason="broken-xml")
        if space == _CHOICES:
            self._choices += local == "AlternateContent"
            return FOREIGN
        if not self._is_read(space, local):
            self._aside = 1
            return FOREIGN
        if self._choices and local in _READ:
            raise FileUnreadable(expected="xlsx", reason="alternatives")
        if space in _NEWER:
            self._rules = True
            return FOREIGN if local == "f" else local
        if not self._added and not self._choices and local != "ext":
            self._plain[name] = local
        self._added = self._added or local == "ext"
        return local

    def _is_read(self, space: str, local: str) -> bool:
        """Whether an element is of the part's language, or a rule among what was added."""
        if self._added and not self._rules:
            return space in _NEWER and local == _RULES
        return space == self._language or (self._rules and space in _NEWER)

    def say(self, text: str) -> None:
        if not self._aside:
            self.said(text)

    def close(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
            if self._aside:
                return
            self.closed(FOREIGN)
            return
        local = self._plain.get(name)
        if local is None or self._added:
            local = self._ended(name)
        self.closed(local)

    def _ended(self, name: str) -> str:
        space, _, local = name.rpartition(" ")
        if space == _CHOICES:
            self._choices -= local == "AlternateContent"
            return FOREIGN
        if space in _NEWER:
            self._rules = self._rules and local != _RULES
            return FOREIGN if local == "f" else local
        if local == "ext" and not self._rules:
            self._added = False
        return local
