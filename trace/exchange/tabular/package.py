"""The archive of a workbook of anybody: unpacked with a limit on every byte, before anything is read of it.

A small file may hold gigabytes and lie about its size; document types and entities are never needed. What is
no XLSX is named as what it is, so that people know what to save it as.
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

from trace.errors.exchange import FileEncrypted, FileNotReadable, FileTooLarge, FileUnreadable

_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?[^/]+\.(?:xml|rels)|xl/worksheets/[^/]+\.xml"
    r"|xl/theme/[^/]+\.xml"
)
_BOOKS: Final = re.compile(r"xl/[^/]+\.xml")
"""Parts of which one is the workbook: which, its relations say."""
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL_HEADER: Final = b"PK\x03\x04"
_TEXTS: Final = (
    *((b"<?xml", "xml-2003"), (b"<html", "web-page"), (b"<!doctype html", "web-page"), (b"%pdf", "pdf")),
    *((b"\x89png", "picture"), (b"\xff\xd8\xff", "picture"), (b"rar!", "other-archive")),
    (b"7z\xbc\xaf", "other-archive"),
)
_FOREIGN: Final = {
    "content.xml": "open-document",
    "Index/Document.iwa": "numbers",
    "Index.zip": "numbers",
    "xl/workbook.bin": "binary-xlsb",
    "word/document.xml": "word-document",
}
"""A part that only files of another kind have -> which kind."""


_CODE: Final = re.compile(r"vbaProject|(?:^|/)macrosheets/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, rows and columns that the reader takes; above them the file is refused whole."""

    file_bytes: int = 16 * 2**20
    unpacked_bytes: int = 128 * 2**20
    parts: int = 400
    rows: int = 50_000
    columns: int = 200
    cells: int = 2_000_000
    sheets: int = 40


DEFAULT_LIMITS: Final = Limits()


def load(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a file, at most `limits.file_bytes`; raises `FileTooLarge` or `FileUnreadable`."""
    if isinstance(source, bytes):
        packed = source
    else:
        try:
            with source.open("rb") as file:
                packed = file.read(limits.file_bytes + 1)
        except OSError as error:
            raise unreadable("xlsx", error) from None
    if len(packed) > limits.file_bytes:
        raise FileTooLarge(what="bytes", limit=limits.file_bytes)
    return packed


def unreadable(expected: str, error: OSError) -> FileNotReadable:
    """Why the system would not give us a file."""
    if isinstance(error, PermissionError):
        return FileNotReadable(expected=expected, reason="not-permitted")
    if isinstance(error, FileNotFoundError):
        return FileNotReadable(expected=expected, reason="no-such-file")
    return FileNotReadable(expected=expected, reason="not-readable")


def unpack(packed: bytes, limits: Limits = DEFAULT_LIMITS) -> dict[str, bytes]:
    """The parts of the archive that carry cells, checked for size and checksum as they are unpacked."""
    _refuse_others(packed)
    members = _members(packed)
    if len(members) > limits.parts:
        raise FileTooLarge(what="parts", limit=limits.parts)
    # Names that differ by capitals alone, or by the slant of a stroke, are one part to the programs.
    names = [member.filename.replace("\\", "/").lstrip("/").casefold() for member in members]
    if len(set(names)) != len(names):
        raise FileUnreadable(expected="xlsx", reason="part-twice")
    parts, left = dict[str, bytes](), limits.unpacked_bytes
    for member in members:
        if _PARTS.fullmatch(member.filename):
            parts[member.filename] = _unpacked(packed, member, left)
            left -= len(parts[member.filename])
    _check_parts(parts, [member.filename for member in members])
    return parts


def _refuse_others(packed: bytes) -> None:
    """What is no archive at all, named as what it is."""
    if packed.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in packed:
            raise FileEncrypted
        raise FileUnreadable(expected="xlsx", reason="old-xls")
    head = packed[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for mark, reason in _TEXTS:
        if head.startswith(mark):
            raise FileUnreadable(expected="xlsx", reason=reason)


def _members(packed: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError):
        # A download that was broken off begins as it should and lacks the list of members at its end.
        reason = "cut-short" if packed.startswith(_LOCAL_HEADER) else "not-a-zip"
        raise FileUnreadable(expected="xlsx", reason=reason) from None


def _unpacked(packed: bytes, member: zipfile.ZipInfo, left: int) -> bytes:
    """Inflate one member ourselves: its declared size may be a lie, and only real bytes count."""
    if member.flag_bits & 1:
        raise FileEncrypted
    start = member.header_offset
    header = packed[start : start + 30]
    if len(header) != 30 or header[:4] != _LOCAL_HEADER or member.compress_type not in {0, 8}:
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
        return inflater.decompress(body, left + 1)
    except zlib.error:
        raise FileUnreadable(expected="xlsx", reason="broken-zip") from None


def refuse_macros(packed: bytes) -> None:
    """Raise `FileUnreadable` for a workbook that brings code along: what it shows may be the code's doing."""
    if any(_CODE.search(member.filename) for member in _members(packed)):
        raise FileUnreadable(expected="xlsx", reason="macros")


def _check_parts(parts: Mapping[str, bytes], names: list[str]) -> None:
    if not any(_BOOKS.fullmatch(name) for name in parts):
        found = next((reason for name, reason in _FOREIGN.items() if name in names), "no-workbook")
        raise FileUnreadable(expected="xlsx", reason=found)
    for body in parts.values():
        if b"\x00" in body or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
            raise FileUnreadable(expected="xlsx", reason="unsafe-xml")


def repacked(parts: Mapping[str, bytes]) -> bytes:
    """An archive of our own with these parts only."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return packed.getvalue()
