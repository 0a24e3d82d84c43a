"""What stands at the top of each sheet of a file, noted by the job: people are asked about the columns by it.

A file of anybody's is opened by the job alone, which has the memory and the time for it. What is kept of it
is bounded: so many rows, so many columns, so much of a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from trace.errors import UploadBusy, UploadIncomplete, UploadNotShown
from trace.exchange.tabular.grids import Faults, Grid
from trace.exchange.tabular.kept_cells import cells_from_json, cells_to_json
from trace.exchange.tabular.row_stream import HEAD, StreamedRow, StreamedSheet, open_sheets, open_table
from trace.exchange.tabular.seen import Cell
from trace.store.transaction import Tx
from trace.store.uploads.files import UploadRow, job_state
from trace.store.uploads.looks import LookRow, list_looks, put_look
from trace.usecases.uploads.working import READ, Work

PREVIEWED: Final = 10
_SHEETS: Final = 50
_COLUMNS: Final = 200
_TEXT: Final = 500


def look_at(work: Work, body: bytes) -> None:
    """Note the first rows of every sheet, once; raises what ails the file."""
    with work.transactions.look("uploads") as tx:
        if list_looks(tx.connection, work.upload.id):
            return
    sheets = islice(_sheets(work.upload, body), _SHEETS)
    found = [LookRow(place, sheet.head.name, _content(sheet)) for place, sheet in enumerate(sheets)]
    with work.step(READ, 0) as tx:
        for one in found:
            put_look(tx.connection, work.upload.id, one)


def _sheets(one: UploadRow, body: bytes) -> Iterable[StreamedSheet]:
    if one.format == "xlsx":
        return open_sheets(body, Faults())
    return [open_table(one.name, body)] if one.format == "csv" else []


def _content(sheet: StreamedSheet) -> dict[str, Any]:
    head = sheet.head
    return {
        "head": [cells_to_json(_bounded(row)) for row in head.rows[:HEAD]],
        "hiddenRows": sorted(number for number in head.hidden_rows if number <= HEAD),
        "hiddenColumns": [list(one) for one in head.hidden_columns[:_COLUMNS]],
        "merged": [list(one) for one in head.merged[:_COLUMNS] if one[1] <= HEAD],
        "rows": [
            [row.number, cells_to_json(_bounded(row.cells)), row.hidden]
            for row in islice(sheet.rows, HEAD + PREVIEWED)
        ],
    }


def _bounded(cells: Iterable[Cell]) -> list[Cell]:
    return [one[:_TEXT] if isinstance(one, str) else one for one in islice(cells, _COLUMNS)]


def sheets_seen(tx: Tx, one: UploadRow) -> list[StreamedSheet]:
    """The sheets of a file as they were noted: their first rows alone.

    Raises `UploadIncomplete` before it has come, `UploadBusy` before the job has looked, `UploadNotShown`
    where the file could not be read.
    """
    found = list_looks(tx.connection, one.id)
    if not found:
        job = job_state(tx.connection, one)
        if job is None:
            raise UploadIncomplete(upload=one.id)
        if job.open:
            raise UploadBusy(upload=one.id)
        raise UploadNotShown(upload=one.id)
    return [_sheet(each) for each in found]


def _sheet(one: LookRow) -> StreamedSheet:
    said = one.content
    grid = Grid(
        one.name,
        [cells_from_json(row) for row in said["head"]],
        frozenset(said["hiddenRows"]),
        tuple((int(first), int(last)) for first, last in said["hiddenColumns"]),
        tuple((str(shown), int(row), int(place)) for shown, row, place in said["merged"]),
    )
    rows = (StreamedRow(number, cells_from_json(cells), hidden) for number, cells, hidden in said["rows"])
    return StreamedSheet(grid, rows)
