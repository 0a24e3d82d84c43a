"""The copy of an upload to take away: the firm's workbook, or its table as one, with each fault marked."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter

from trace.exchange.tabular.grids import CellError
from trace.exchange.tabular.kept_cells import cells_from_json
from trace.exchange.tabular.seen import shown_text
from trace.exchange.workbook.annotation import annotate
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.uploads.files import read_body
from trace.store.uploads.rows import KeptRow, SheetRow, list_all_rows, list_faults, list_sheets
from trace.usecases.uploads.receive import require_own

_FAULTS: Final = 20_000
_COMMENT: Final = {"author": "GreenTrace", "x_scale": 2.5, "y_scale": 1.6}
Sentence = Callable[[CellError], str]


def annotated_copy(transactions: Transactions, actor: Actor, upload: str, sentence: Sentence) -> bytes:
    """An XLSX file in which faulty cells say what is wrong; raises `UploadUnknown`, `FileUnreadable`."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        errors = [
            CellError(fault.sheet, fault.row, fault.letter, fault.code, fault.params)
            for fault in list_faults(tx.connection, one.id, _FAULTS)
        ]
        body = read_body(tx.connection, one.id) if one.format == "xlsx" else b""
        sheets = list_sheets(tx.connection, one.id)
        rows = (
            {}
            if body
            else {sheet.place: list_all_rows(tx.connection, one.id, sheet.place) for sheet in sheets}
        )
    if not body:
        return _table(sheets, rows, errors, sentence)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.xlsx"
        annotate(body, errors, path, sentence)
        return path.read_bytes()


def _table(
    sheets: list[SheetRow], rows: dict[int, list[KeptRow]], errors: list[CellError], sentence: Sentence
) -> bytes:
    """Rows of a table without sheets of its own, every cell a text, at the places that they have in it."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        text = book.add_format({"num_format": "@"})
        marked = book.add_format({"num_format": "@", "bg_color": "#F6D5D0"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            faulty = {(one.row, one.column or "A"): one for one in errors if one.sheet == sheet.name}
            page.write_row(0, 0, sheet.head["shown"], text)
            for row in rows.get(sheet.place, ()):
                for place, cell in enumerate(cells_from_json(row.cells)):
                    page.write_string(row.number - 1, place, shown_text(cell), text)
            for (number, letter), one in faulty.items():
                at = f"{letter}{max(number, 1)}"
                kept = next((row for row in rows.get(sheet.place, ()) if row.number == number), None)
                page.write_string(at, _shown(kept, letter), marked)
                page.write_comment(at, sentence(one), _COMMENT)
    return packed.getvalue()


def _shown(row: KeptRow | None, letter: str) -> str:
    cells = [] if row is None else cells_from_json(row.cells)
    place = ord(letter[-1]) - 65 + 26 * (ord(letter[-2]) - 64 if len(letter) > 1 else 0)
    return shown_text(cells[place]) if place < len(cells) else ""
