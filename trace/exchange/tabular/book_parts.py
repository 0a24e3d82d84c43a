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


def sheets_of(parts: Mapping[str, bytes], limits: Limits) -> list[SheetPart]:
    """The sheets in the order of their tabs. Raises `FileUnreadable`: days from 1904, a sheet without XML."""
    listed: list[Attributes] = []

    def opened(name: str, given: Attributes) -> None:
        if name == "workbookPr" and is_true(given.get("date1904")):
            raise DatesFrom1904(expected="xlsx", reason="dates-from-1904")
        if name == "sheet":
            listed.append(given)

    parse(parts["xl/workbook.xml"], opened)
    if len(listed) > limits.sheets:
        raise FileTooLarge(what="sheets", limit=limits.sheets)
    targets = _targets(parts)
    found = [part for given in listed if (part := _sheet(given, targets, parts)) is not None]
    if len({part.name for part in found}) != len(found):
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    return found


def _sheet(given: Attributes, targets: Mapping[str, str], parts: Mapping[str, bytes]) -> SheetPart | None:
    """The sheet of a tab; None for a tab without cells, such as a chart."""
    relation = next((given[name] for name in _RELATION if name in given), "")
    path = targets.get(relation, "")
    if path.startswith(_WITHOUT_CELLS):
        return None
    if path not in parts or not given.get("name"):
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    return SheetPart(given["name"], given.get("state", VISIBLE), parts[path])


def _targets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Relation id -> path of the part in the archive."""
    targets: dict[str, str] = {}

    def opened(name: str, given: Attributes) -> None:
        if name == "Relationship":
            target = given.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[given.get("Id", "")] = path

    parse(parts.get("xl/_rels/workbook.xml.rels", b"<r/>"), opened)
    return targets


def strings_of(parts: Mapping[str, bytes], colors: Palette) -> list[RichText]:
    """The shared strings, by place."""
    body = parts.get("xl/sharedStrings.xml")
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


def palette_of(parts: Mapping[str, bytes]) -> Palette:
    """What the workbook's numbers of colours mean: its theme's, and its own palette's (18.8.27)."""
    palette, styles = Palette(_theme_colors(parts)), parts.get("xl/styles.xml", b"")
    if b"indexedColors" not in styles:
        return palette
    own: list[str | None] = []

    def opened(name: str, given: Attributes) -> None:
        if name == "rgbColor":
            own.append(color_of(given, palette))

    parse(styles, opened)
    return palette.renumbered({place: color for place, color in enumerate(own) if color is not None})


def _theme_colors(parts: Mapping[str, bytes]) -> dict[int, str]:
    """The theme's colours by the number that styles use: 0 the paper, 1 the ink (ECMA-376-1, 20.1.6.2)."""
    body = next((part for name, part in parts.items() if name.startswith("xl/theme/")), None)
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
