"""A CSV file as a grid, as Excel and WPS in China write it: UTF-8, GB 18030 or UTF-16 ("Unicode text").

Fields stand apart by commas, or by what the file itself uses: a `sep=` line says it, or the first line shows
it, tabs and semicolons included.
"""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO
from typing import Final

from trace.errors.exchange import FileTooLarge, FileUnreadable
from trace.exchange.tabular.grids import Grid
from trace.exchange.tabular.package import DEFAULT_LIMITS, Limits

_LONGEST_FIELD: Final = 32_768
_SEPARATORS: Final = (",", "\t", ";", "|")
_WIDE: Final = ("，", "；")
_LOOKED_AT: Final = 65_536
_SAID: Final = re.compile(r"[sS][eE][pP]=(.)\r?\n")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(name: str, body: bytes, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """The grid of a CSV file; raises `FileTooLarge`, `FileUnreadable` (encoding, open quotes, binary)."""
    if len(body) > limits.file_bytes:
        raise FileTooLarge(what="bytes", limit=limits.file_bytes)
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileUnreadable(expected="csv", reason="workbook-named-csv")
    text = _decoded(body)
    if "\x00" in text:
        raise FileUnreadable(expected="csv", reason="binary")
    said = _SAID.match(text)
    separator = said[1] if said is not None else _separator(text)
    rows: list[list[str]] = []
    rest = text[said.end() :] if said is not None else text  # nor does Excel show that line
    try:
        for row in csv.reader(StringIO(rest, newline=""), strict=True, delimiter=separator):
            if len(row) > limits.columns or len(rows) >= limits.rows:
                raise FileTooLarge(what="rows", limit=limits.rows)
            if any(len(field) > _LONGEST_FIELD for field in row):
                raise FileTooLarge(what="field", limit=_LONGEST_FIELD)
            rows.append(row)
    except csv.Error:
        raise FileUnreadable(expected="csv", reason="quotes") from None
    return Grid(name, rows)


def _separator(text: str) -> str:
    """What separates the fields of the first line that has any: the sign that makes most of them."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:_LOOKED_AT].splitlines()[:30]]
    for signs in (_SEPARATORS, _WIDE):
        for line in lines:
            best = max(signs, key=lambda sign: (line.count(sign), -signs.index(sign)))
            if best in line:
                return best
    return ","


def _decoded(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _read(body, encoding) or ""
    for encoding in ("utf-8", "gb18030"):
        text = _read(body, encoding)
        if text is not None:
            return text
    raise FileUnreadable(expected="csv", reason="encoding")


def _read(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        if encoding.startswith("utf-16") or encoding == "utf-8-sig":
            raise FileUnreadable(expected="csv", reason="encoding") from None
        return None
