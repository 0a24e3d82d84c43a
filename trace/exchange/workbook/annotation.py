"""A copy of the workbook with each fault as a comment at its cell (openpyxl)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from trace.errors.exchange import FileUnreadable
from trace.exchange.tabular.rows import CellError
from trace.exchange.tabular.xlsx import load, repacked, unpack

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
    packed = load(path_in if isinstance(path_in, bytes) else Path(path_in))
    # Only the parts that were checked: openpyxl has no limits of its own.
    checked = repacked(unpack(packed))
    try:
        book = load_workbook(BytesIO(checked), keep_links=False)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its parsers raise
        raise FileUnreadable(expected="xlsx", reason=type(error).__name__) from None
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    shown = 0
    for place, texts in _by_place(errors, sentence).items():
        sheet = sheets.get(place[0])
        if sheet is not None and _note(sheet, place[1], place[2], texts):
            shown += len(texts)
    book.save(path_out)
    return shown


def _by_place(errors: Iterable[CellError], sentence: Sentence) -> Mapping[tuple[str, int, str], list[str]]:
    places: dict[tuple[str, int, str], list[str]] = {}
    for error in errors:
        places.setdefault((error.sheet, max(error.row, 1), error.column or "A"), []).append(sentence(error))
    return places


def _note(sheet: Worksheet, row: int, column: str, texts: list[str]) -> bool:
    cell = sheet[f"{column}{row}"]
    if isinstance(cell, (tuple, MergedCell)):
        return False
    cell.comment = Comment("\n".join(texts), "GreenTrace", height=120, width=320)
    cell.fill = PatternFill("solid", fgColor="F6D5D0")
    return True
