"""A bounded XLSX reader for workbooks of anybody: checked, and only then read (python-calamine).

The archive is unpacked here with a limit on every byte (a small file may hold gigabytes, and the sizes it
declares may lie), its sheets are looked through for formulas, error values and far-off cells that a reader
would drop or choke on, and only the parts that carry data are handed on, in an archive of our own making.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from trace.errors.exchange import (
    CellErrorValue,
    CellFormula,
    CellsMerged,
    FileEncrypted,
    FileTooLarge,
    FileUnreadable,
    SheetHidden,
)
from trace.exchange.tabular.rows import Faults, Grid, letter

_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?[^/]+\.(?:xml|rels)|xl/worksheets/[^/]+\.xml"
)
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?c(\s[^<>]*?)?(/?)>\s*(<(?:[A-Za-z0-9]+:)?f[\s/>])?")
_ROW: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?row\s[^<>]*?\br\s*=\s*[\"']([^\"']*)[\"']")
_ATTRIBUTE: Final = re.compile(rb"\b([rt])\s*=\s*[\"']([^\"']*)[\"']")
_PLACE: Final = re.compile(rb"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DATES_1904: Final = re.compile(rb"date1904\s*=\s*[\"'](?:1|true)")
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, rows and columns that the reader takes; above them the file is refused whole."""

    file_bytes: int = 16 * 2**20
    unpacked_bytes: int = 128 * 2**20
    parts: int = 400
    rows: int = 50_000
    columns: int = 200
    sheets: int = 40


DEFAULT_LIMITS: Final = Limits()


def open_grids(source: Path | bytes, faults: Faults, limits: Limits = DEFAULT_LIMITS) -> list[Grid]:
    """The visible sheets with their cells.

    Raises `FileUnreadable`, `FileEncrypted` or `FileTooLarge` for the file; hidden sheets, formulas, error
    values and merged cells go to `faults`.
    """
    packed = load(source, limits)
    parts = unpack(packed, limits)
    with _opened(repacked(parts)) as book:
        named = _sheet_parts(parts, book)
        grids = []
        for shown in book.sheets_metadata:
            if shown.visible != SheetVisibleEnum.Visible:
                faults.add(shown.name, 0, "", SheetHidden(name=shown.name[:60]))
                continue
            _look_through(shown.name, named.get(shown.name, b""), faults)
            grids.append(_grid(book, shown.name, faults))
        return grids


def load(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a file, at most `limits.file_bytes`; raises `FileTooLarge` or `FileUnreadable`."""
    if isinstance(source, bytes):
        packed = source
    else:
        try:
            with source.open("rb") as file:
                packed = file.read(limits.file_bytes + 1)
        except OSError as error:
            raise FileUnreadable(expected="xlsx", reason=type(error).__name__) from None
    if len(packed) > limits.file_bytes:
        raise FileTooLarge(what="bytes", limit=limits.file_bytes)
    return packed


def unpack(packed: bytes, limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """The parts of the archive that carry cells, checked for size and checksum as they are unpacked."""
    if packed.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in packed:
            raise FileEncrypted
        raise FileUnreadable(expected="xlsx", reason="old-xls")
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
        raise FileUnreadable(expected="xlsx", reason="not-a-zip") from None
    if len(members) > limits.parts:
        raise FileTooLarge(what="parts", limit=limits.parts)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise FileUnreadable(expected="xlsx", reason="part-twice")
    parts, left = dict[str, bytes](), limits.unpacked_bytes
    for member in members:
        if _PARTS.fullmatch(member.filename):
            parts[member.filename] = _unpacked(packed, member, left)
            left -= len(parts[member.filename])
    _check_parts(parts, limits)
    return parts


def _unpacked(packed: bytes, member: zipfile.ZipInfo, left: int) -> bytes:
    """Inflate one member ourselves: its declared size may be a lie, and only real bytes count."""
    if member.flag_bits & 1:
        raise FileEncrypted
    start = member.header_offset
    header = packed[start : start + 30]
    if len(header) != 30 or header[:4] != b"PK\x03\x04" or member.compress_type not in {0, 8}:
        raise FileUnreadable(expected="xlsx", reason="broken-zip")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    body = packed[start : start + member.compress_size]
    if member.compress_type:
        body = _inflated(body, left)
    if len(body) > left:
        raise FileTooLarge(what="unpacked", limit=left)
    if len(body) != member.file_size or zlib.crc32(body) != member.CRC:
        raise FileUnreadable(expected="xlsx", reason="broken-zip")
    return body


def _inflated(body: bytes, left: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    try:
        inflated = inflater.decompress(body, left + 1)
    except zlib.error:
        raise FileUnreadable(expected="xlsx", reason="broken-zip") from None
    return inflated


def _check_parts(parts: Mapping[str, bytes], limits: Limits) -> None:
    if "xl/workbook.xml" not in parts:
        raise FileUnreadable(expected="xlsx", reason="no-workbook")
    if _DATES_1904.search(parts["xl/workbook.xml"]):
        raise FileUnreadable(expected="xlsx", reason="dates-from-1904")
    for name, body in parts.items():
        if b"\x00" in body or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise FileUnreadable(expected="xlsx", reason="unsafe-xml")
        if _SHEET.fullmatch(name):
            _check_extent(body, limits)


def _check_extent(body: bytes, limits: Limits) -> None:
    """A single cell far off would make the reader hold every empty one before it."""
    for found in _ROW.finditer(body):
        if not found[1].isdigit():
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
    for found in _CELL.finditer(body):
        attributes = dict(_ATTRIBUTE.findall(found[1] or b""))
        place = _PLACE.fullmatch(attributes.get(b"r", b""))
        if place is None:
            raise FileUnreadable(expected="xlsx", reason="broken-cells")
        if found[2]:
            continue  # a formatted cell without content
        if int(place[2]) > limits.rows or (_position(place[1]) > limits.columns):
            raise FileTooLarge(what="rows", limit=limits.rows)


def _position(letters: bytes) -> int:
    position = 0
    for sign in letters:
        position = position * 26 + sign - 64
    return position


def repacked(parts: Mapping[str, bytes]) -> bytes:
    """An archive of our own with these parts only."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return packed.getvalue()


def _opened(packed: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(packed))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the reader's Rust is no Exception
        raise FileUnreadable(expected="xlsx", reason=type(error).__name__) from None


def _grid(book: CalamineWorkbook, name: str, faults: Faults) -> Grid:
    try:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - as above
        raise FileUnreadable(expected="xlsx", reason=type(error).__name__) from None
    for (top, left), (bottom, right) in merged:
        shown = f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
        faults.add(name, top + 1, letter(left), CellsMerged(range=shown))
    return Grid(name, rows)


def _look_through(sheet: str, body: bytes, faults: Faults) -> None:
    """Formulas and error values; the reader gives a formula's last result and nothing for an error."""
    for found in _CELL.finditer(body):
        attributes = dict(_ATTRIBUTE.findall(found[1] or b""))
        formula, broken = found[3] is not None, attributes.get(b"t") == b"e"
        if not formula and not broken:
            continue
        place = _PLACE.fullmatch(attributes[b"r"])
        if place is not None:
            refusal = CellFormula() if formula else CellErrorValue()
            faults.add(sheet, int(place[2]), place[1].decode(), refusal)


_SHEET_NAME: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheet\s([^<>]*)/?>")
_RELATION: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?Relationship\s([^<>]*)/?>")
_PAIR: Final = re.compile(rb"([A-Za-z0-9:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _sheet_parts(parts: Mapping[str, bytes], book: CalamineWorkbook) -> dict[str, bytes]:
    """Sheet name -> its XML, by workbook.xml and its relations, in the order of the reader's own names."""
    targets = {}
    for found in _RELATION.finditer(parts.get("xl/_rels/workbook.xml.rels", b"")):
        pairs = _pairs(found[1])
        targets[pairs.get("Id", "")] = pairs.get("Target", "").removeprefix("/xl/").removeprefix("xl/")
    listed = []
    for found in _SHEET_NAME.finditer(parts["xl/workbook.xml"]):
        pairs = _pairs(found[1])
        relation = next((value for name, value in pairs.items() if name.endswith(":id")), "")
        listed.append(parts.get(f"xl/{targets.get(relation, '')}"))
    if len(listed) != len(book.sheet_names) or None in listed:
        raise FileUnreadable(expected="xlsx", reason="sheets-unclear")
    return {name: body for name, body in zip(book.sheet_names, listed, strict=True) if body is not None}


def _pairs(attributes: bytes) -> dict[str, str]:
    return {
        found[1].decode(): (found[2] or found[3] or b"").decode("utf-8", "replace")
        for found in _PAIR.finditer(attributes)
    }
