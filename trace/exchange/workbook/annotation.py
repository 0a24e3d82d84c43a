"""A copy of the workbook with each fault as a comment at its cell (openpyxl)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trace.errors.exchange import FileUnreadable
from trace.exchange.tabular.grids import CellError
from trace.exchange.tabular.package import load, repacked, unpack

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Sentence = Callable[[CellError], str]
"""Says a fault to a person; the skins pass the wording in, the default is the slug and its values."""


def plainly(error: CellError) -> str:
    shown = ", ".join(f"{name}={value}" for name, value in sorted(error.params.items()))
    return f"{error.code}: {shown}" if shown else error.code


def annotate(
    path_in: Path | str | bytes,
    errors: Iterable[CellError],
    path_out: Path | str,
    sentence: Sentence = plainly,
) -> int:
    """Write the copy; gives back how many faults have a cell. Raises as `read_workbook` does."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a tenth of what a server takes to start

    packed = load(path_in if isinstance(path_in, bytes) else Path(path_in))
    # Only the parts that were checked: openpyxl has no limits of its own.
    parts = unpack(packed)
    checked = repacked(
        {name: _without_references(body) if "/worksheets/" in name else body for name, body in parts.items()}
    )
    try:
        book = load_workbook(BytesIO(checked), keep_links=False, rich_text=True)
    except Exception:  # noqa: BLE001 - openpyxl raises whatever its parsers raise
        raise FileUnreadable(expected="xlsx", reason="not-annotated") from None
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    shown = 0
    for place, texts in _by_place(errors, sentence).items():
        sheet = sheets.get(place[0])
        if sheet is not None and _note(sheet, place[1], place[2], texts):
            shown += len(texts)
    book.save(path_out)
    return shown


_REFERRING: Final = re.compile(
    rb"<((?:[A-Za-z0-9]+:)?(?:tableParts|drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls"
    rb"|hyperlinks|webPublishItems|extLst))\b[^<>]*(/?)>"
)


def _without_references(body: bytes) -> bytes:
    """A sheet without what stands in other parts: tables, pictures, links. Those parts are not kept."""
    kept, start = [], 0
    for found in _REFERRING.finditer(body):
        if found.start() < start:
            continue
        closing = b"</" + found[1] + b">"
        empty = found[0].endswith(b"/>")
        end = found.end() if empty else body.find(closing, found.end()) + len(closing)
        if not empty and end < len(closing):
            break  # never closed: the reader says so
        kept.append(body[start : found.start()])
        start = end
    return b"".join([*kept, body[start:]])


def _by_place(errors: Iterable[CellError], sentence: Sentence) -> Mapping[tuple[str, int, str], list[str]]:
    places: dict[tuple[str, int, str], list[str]] = {}
    for error in errors:
        places.setdefault((error.sheet, max(error.row, 1), error.column or "A"), []).append(sentence(error))
    return places


def _note(sheet: Worksheet, row: int, column: str, texts: list[str]) -> bool:
    from openpyxl.cell.cell import MergedCell  # noqa: PLC0415 - loaded with the workbook above
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell = sheet[f"{column}{row}"]
    if isinstance(cell, (tuple, MergedCell)):
        return False
    cell.comment = Comment("\n".join(texts), "GreenTrace", height=120, width=320)
    cell.fill = PatternFill("solid", fgColor="F6D5D0")
    return True
