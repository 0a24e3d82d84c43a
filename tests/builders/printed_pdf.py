"""What stands on the pages of a PDF of ours: the text of each, and the glyphs that no font had.

It reads what typst writes and no more: fonts with two-byte codes, each with a table of the characters of
glyphs. Glyph 0 is a font's mark for "I have none" (.notdef), a box or a gap on paper.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"(<<.*?>>)\s*stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
_MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n")
_INNER = rb"(?:\\.|[^\\()]|\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))*"
"""Inside a text: parentheses that pair need no backslash."""
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((" + _INNER + rb")\)|<([0-9A-Fa-f]+)>", re.DOTALL)
_TEXT = re.compile(rb"\bBT\b(.*?)\bET\b", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The text of a page, one line for each piece in the order of its drawing; `missing` glyphs."""

    text: str
    missing: int


def printed_pages(document: bytes) -> list[PrintedPage]:
    """The pages in their order."""
    objects = {int(number): body for number, body in _OBJECT.findall(document)}
    pages = [body for _, body in sorted(objects.items()) if b"/Type/Page/" in body]
    return [_page(objects, body) for body in pages]


def embedded(document: bytes) -> bool:
    """Whether every font lies in the file, cut down to what is used."""
    objects = [body for _, body in _OBJECT.findall(document)]
    fonts = [body for body in objects if b"/Type/FontDescriptor" in body]
    return bool(fonts) and all(re.search(rb"/FontName/[A-Z]{6}\+.*/FontFile", one) for one in fonts)


def _page(objects: Mapping[int, bytes], body: bytes) -> PrintedPage:
    resources = objects[_number(body, rb"/Resources (\d+) 0 R")]
    fonts = {
        name: _characters(_opened(objects[_number(objects[int(font)], rb"/ToUnicode (\d+) 0 R")]))
        for name, font in _FONT.findall(resources)
    }
    content = _opened(objects[_number(body, rb"/Contents (\d+) 0 R")])
    pieces, missing = [], 0
    for shown in _TEXT.findall(content):
        font: Mapping[int, str] = {}
        glyphs: list[str] = []
        for name, literal, digits in _SHOWN.findall(shown):
            if name:
                font = fonts[name]
                continue
            codes = list(_codes(bytes.fromhex(digits.decode()) if digits else _unescaped(literal)))
            missing += codes.count(0)
            glyphs += [font.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes]
        pieces.append("".join(glyphs))
    return PrintedPage("\n".join(pieces), missing)


def _number(body: bytes, of: bytes) -> int:
    found = re.search(of, body)
    assert found is not None, body[:200]
    return int(found[1])


def _opened(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None, body[:200]
    return zlib.decompress(found[2])


def _characters(table: bytes) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _MAPPED.findall(table)
    }


def _unescaped(literal: bytes) -> bytes:
    return _ESCAPED.sub(
        lambda one: bytes([int(one[1], 8)]) if one[1].isdigit() else _LETTERS.get(one[1], one[1]), literal
    )


def _codes(text: bytes) -> Iterator[int]:
    return (int.from_bytes(text[place : place + 2]) for place in range(0, len(text), 2))
