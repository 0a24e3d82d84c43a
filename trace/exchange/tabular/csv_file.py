"""A CSV file as a grid: UTF-8 (with or without mark) or GB 18030, as Excel in China writes it."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from trace.errors.exchange import FileTooLarge, FileUnreadable
from trace.exchange.tabular.rows import Grid
from trace.exchange.tabular.xlsx import DEFAULT_LIMITS, Limits

_LONGEST_FIELD: Final = 32_768


def read_csv(name: str, body: bytes, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """The grid of a CSV file; raises `FileTooLarge`, `FileUnreadable` (encoding, open quotes, binary)."""
    if len(body) > limits.file_bytes:
        raise FileTooLarge(what="bytes", limit=limits.file_bytes)
    text = _decoded(body)
    if "\x00" in text:
        raise FileUnreadable(expected="csv", reason="binary")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), strict=True):
            if len(row) > limits.columns or len(rows) >= limits.rows:
                raise FileTooLarge(what="rows", limit=limits.rows)
            if any(len(field) > _LONGEST_FIELD for field in row):
                raise FileTooLarge(what="field", limit=_LONGEST_FIELD)
            rows.append(row)
    except csv.Error:
        raise FileUnreadable(expected="csv", reason="quotes") from None
    return Grid(name, rows)


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(expected="csv", reason="encoding")
