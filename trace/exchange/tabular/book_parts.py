"""What a workbook says outside its sheets: their names and states, its strings, its date system."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trace.errors.exchange import DatesFrom1904, FileTooLarge, FileUnreadable
from trace.exchange.tabular.colors import USUAL_THEME, Palette, color_of
from trace.exchange.tabular.elements import Attributes, parse
from trace.exchange.tabular.markup import RichText, TextReader, is_true
from trace.exchange.tabular.package import Limits

VISIBLE: Final = "visible"
_RELATION: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
"""The attribute that names a relation, in both editions of the standard."""
_WITHOUT_CELLS: Final = ("xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, whether it is shown (`visible`, `hidden`, `veryHidden`), and its XML."""

    name: str
    state: str
    body: bytes


@dataclass(frozen=True, slots=True)
class BookParts:
    """The parts of a workbook, as its relations name them: no name of a part is fixed (ECMA-376 part 2, 6.5).

    `sheets` in the order of their tabs; None for a part that the workbook does not name.
    """

    sheets: tuple[SheetPart, ...]
    strings: bytes | None
    styles: bytes | None
    theme: bytes | None


def book_parts(parts: Mapping[str, bytes], limits: Limits) -> BookParts:
    """The parts that programs read.

    Raises `FileUnreadable`: no workbook, unclear relations or sheets, days from 1904, a sheet without XML.
    """
    path = next(iter(_relations("", parts, _USUAL).of_kind("officeDocument")), "")
    if path not in parts:
        raise FileUnreadable(expected="xlsx", reason="no-workbook")
    relations = _relations(path, parts, {})
    named = {kind: relations.of_kind(kind) for kind in ("sharedStrings", "styles", "theme")}
    if any(len(paths) > 1 for paths in named.values()):
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    strings, styles, theme = (parts.get(next(iter(paths), "")) for paths in named.values())
    return BookParts(_sheets(parts[path], parts, relations, limits), strings, styles, theme)


@dataclass(frozen=True, slots=True)
class _Relations:
    """The parts that one part names, by the id of the relation: (kind, path)."""

    by_id: Mapping[str, tuple[str, str]]

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for each, path in self.by_id.values() if each == kind))


_USUAL: Final = {"": ("officeDocument", "xl/workbook.xml")}
"""Where an archive does not say where its workbook is."""


def _relations(source: str, parts: Mapping[str, bytes], usual: Mapping[str, tuple[str, str]]) -> _Relations:
    """What the part at `source` names ("": the archive itself); `usual` where it says nothing at all."""
    folder, name = posixpath.split(source)
    body = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if body is None:
        return _Relations(usual)
    found: dict[str, tuple[str, str]] = {}

    def opened(element: str, given: Attributes) -> None:
        if element == "Relationship" and given.get("TargetMode") != "External":
            number, kind = given.get("Id", ""), given.get("Type", "").rpartition("/")[2]
            target = given.get("Target", "")
            path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            if found.setdefault(number, (kind, path)) != (kind, path):
                raise FileUnreadable(expected="xlsx", reason="sheets-unclear")

    parse(body, opened)
    return _Relations(found)


def _sheets(
    body: bytes, parts: Mapping[str, bytes], relations: _Relations, limits: Limits
) -> tuple[SheetPart, ...]:
    listed: list[Attributes] = []

    def opened(name: str, given: Attributes) -> None:
        if name == "workbookPr" and is_true(given.get("date1904")):
            raise DatesFrom1904(expected="xlsx", reason="dates-from-1904")
        if name == "sheet":
            listed.append(given)

    parse(body, opened)
    if len(listed) > limits.sheets:
        raise FileTooLarge(what="sheets", limit=limits.sheets)
    found = tuple(part for given in listed if (part := _sheet(given, relations, parts)) is not None)
    if len({part.name.casefold() for part in found}) != len(found):
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    return found


def _sheet(given: Attributes, relations: _Relations, parts: Mapping[str, bytes]) -> SheetPart | None:
    """The sheet of a tab; None for a tab without cells, such as a chart."""
    relation = next((given[name] for name in _RELATION if name in given), "")
    _, path = relations.by_id.get(relation, ("", ""))
    if path.startswith(_WITHOUT_CELLS):
        return None
    if path not in parts or not given.get("name"):
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    return SheetPart(given["name"], given.get("state", VISIBLE), parts[path])


def strings_of(body: bytes | None, colors: Palette) -> list[RichText]:
    """The shared strings, by place."""
    if body is None:
        return []
    reader, found = TextReader(colors), list[RichText]()

    def closed(name: str) -> None:
        if name == "si":
            found.append(reader.item())
        else:
            reader.closed(name)

    parse(body, reader.opened, closed, reader.said)
    return found


def palette_of(book: BookParts) -> Palette:
    """What the workbook's numbers of colours mean: its theme's, and its own palette's (18.8.27)."""
    palette, styles = Palette(_theme_colors(book.theme)), book.styles or b""
    if b"indexedColors" not in styles:
        return palette
    own: list[str | None] = []

    def opened(name: str, given: Attributes) -> None:
        if name == "rgbColor":
            own.append(color_of(given, palette))

    parse(styles, opened)
    return palette.renumbered({place: color for place, color in enumerate(own) if color is not None})


def _theme_colors(body: bytes | None) -> dict[int, str]:
    """The theme's colours by the number that styles use: 0 the paper, 1 the ink (ECMA-376-1, 20.1.6.2)."""
    if body is None:
        return dict(USUAL_THEME)
    order = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
    found: dict[str, str] = {}
    at: list[str] = []

    def opened(name: str, given: Attributes) -> None:
        if name in order:
            at[:] = [name]
        elif at and name == "srgbClr":
            found.setdefault(at[0], given.get("val", "")[-6:].upper())
        elif at and name == "sysClr":
            found.setdefault(at[0], given.get("lastClr", "")[-6:].upper())

    def closed(name: str) -> None:
        if at and name == at[0]:
            at.clear()

    parse(body, opened, closed)
    return USUAL_THEME | {place: found[name] for place, name in enumerate(order) if found.get(name)}
