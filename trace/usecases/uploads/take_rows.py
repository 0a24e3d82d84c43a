"""Reading of an upload: its sheets to rows, five hundred at a time, from where the last reader stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Final

from trace.errors import Refusal
from trace.errors.tables import SheetsMissing, SheetUnknown
from trace.errors.uploads import AmendmentsByDesk, DigestDiffers
from trace.exchange.tabular.cells import Reading, clean, is_blank
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import EXAMPLE, Faults, Grid
from trace.exchange.tabular.headers import has_content, header_of
from trace.exchange.tabular.json_lines import open_lines
from trace.exchange.tabular.kept_cells import cells_from_json, cells_to_json
from trace.exchange.tabular.mapping import Mapping as ColumnMapping
from trace.exchange.tabular.mapping import mapped
from trace.exchange.tabular.row_stream import StreamedRow, StreamedSheet, open_sheets, open_table
from trace.exchange.tabular.rows import RowReader, open_rows
from trace.exchange.tabular.seen import shown_text
from trace.exchange.workbook.amending import SHEET as AMENDING
from trace.exchange.workbook.reading import check_version
from trace.exchange.workbook.template import GUIDE
from trace.store.uploads.files import read_body
from trace.store.uploads.rows import (
    OF_FILE,
    KeptRow,
    SheetRow,
    end_sheet,
    last_number,
    list_sheets,
    put_faults,
    put_rows,
    put_sheet,
)
from trace.usecases.uploads.forms import FORMS, record_of
from trace.usecases.uploads.look import look_at
from trace.usecases.uploads.working import READ, ROWS_AT_ONCE, Work, faults_at

_FILE: Final = -1


@dataclass(frozen=True, slots=True)
class _Place:
    """A sheet of the file, its place, and the form whose records it holds (None: none of ours)."""

    place: int
    sheet: StreamedSheet
    form: Form | None


def take_rows(work: Work, mapping: ColumnMapping | None) -> None:
    """Keep every row of the file; what ails the file or a sheet is kept as its fault."""
    with work.transactions.look("uploads") as tx:
        body = read_body(tx.connection, work.upload.id)
        known = {one.place: one for one in list_sheets(tx.connection, work.upload.id)}
    faults = Faults()
    try:
        if hashlib.sha256(body).hexdigest() != work.upload.sha256:
            raise DigestDiffers(name=work.upload.name[:120])
        look_at(work, body)
        done, ours = 0, False
        for one in _places(work, body, mapping, faults):
            ours = ours or one.form is not None
            done = _take_sheet(work, one, known.get(one.place), done)
        if not ours and not faults.count:
            faults.add("", 0, "", SheetsMissing(wanted="、".join(FORMS)))
    except Refusal as refusal:
        faults.add("", 0, "", refusal)
    if faults.errors:
        with work.step(READ, 0) as tx:
            put_faults(tx.connection, work.upload.id, faults_at(OF_FILE, faults.errors, _FILE))


def _places(work: Work, body: bytes, mapping: ColumnMapping | None, faults: Faults) -> Iterator[_Place]:
    for place, sheet in zip(count(), _sheets(work, body, faults)):
        name = sheet.head.name
        if mapping is not None:
            if mapping.sheet in ("", name) and has_content(sheet.head):
                yield _Place(place, mapped(sheet, mapping, FORMS[mapping.form], faults), FORMS[mapping.form])
        elif name == GUIDE:
            check_version(sheet.head, faults)
        elif name == AMENDING:
            _refuse_amendments(sheet, faults)
        elif name in FORMS:
            yield _Place(place, sheet, FORMS[name])
        elif has_content(sheet.head):
            faults.add(name, 0, "", SheetUnknown(name=name[:60]))


def _refuse_amendments(sheet: StreamedSheet, faults: Faults) -> None:
    """Corrections by cell name records that the signer's desk looks up; here the file is sent again."""
    for row in sheet.rows:
        marked = any(clean(shown_text(cell)) == EXAMPLE for cell in row.cells[:1])
        if row.number > sheet.head.heading and not marked and any(not is_blank(cell) for cell in row.cells):
            faults.add(sheet.head.name, row.number, "", AmendmentsByDesk())
            return


def _sheets(work: Work, body: bytes, faults: Faults) -> Iterable[StreamedSheet]:
    one = work.upload
    if one.format == "xlsx":
        return open_sheets(body, faults)
    if one.format == "jsonl":
        return open_lines(body, FORMS, faults)
    return [open_table(one.form or one.name, body)]


def _take_sheet(work: Work, one: _Place, known: SheetRow | None, done: int) -> int:
    """Keep the rows of a sheet that are not kept yet; gives how many rows of the file were read by then."""
    if one.form is None:
        return done
    faults = Faults()
    reader = open_rows(one.form, one.sheet.head, reading_of(work), faults, each=True)
    if known is None:
        with work.step(READ, done) as tx:
            row = SheetRow(one.place, one.sheet.head.name, one.form.name, _head(one.sheet.head), False)
            put_sheet(tx.connection, work.upload.id, row)
            put_faults(tx.connection, work.upload.id, faults_at(OF_FILE, faults.errors, one.place))
    with work.transactions.look("uploads") as tx:
        last = last_number(tx.connection, work.upload.id, one.place)
    rows = one.sheet.rows if reader is not None and not (known is not None and known.ended) else ()
    heading = one.sheet.head.heading
    for chunk in _runs(row for row in rows if row.number > heading):
        done += len(chunk)
        fresh = [row for row in chunk if row.number > last]
        if fresh and reader is not None:
            with work.step(READ, done) as tx:
                put_rows(tx.connection, work.upload.id, _kept(work, one, reader, fresh))
    with work.step(READ, done) as tx:
        end_sheet(tx.connection, work.upload.id, one.place, tx.now)
    return done


def _runs(rows: Iterable[StreamedRow]) -> Iterator[list[StreamedRow]]:
    left = iter(rows)
    while run := list(islice(left, ROWS_AT_ONCE)):
        yield run


def _kept(work: Work, one: _Place, reader: RowReader, rows: Iterable[StreamedRow]) -> Iterator[KeptRow]:
    if one.form is None:
        return
    reading = reading_of(work)
    for row in rows:
        record = record_of(reader, one.form, row.number, row.cells, reading)
        yield KeptRow(one.place, row.number, record, cells_to_json(row.cells), row.hidden)


def reading_of(work: Work) -> Reading:
    """Whose batch numbers the bare ones of this upload are."""
    return Reading(work.upload.holder.rsplit(":", 1)[1])


def _head(head: Grid) -> Mapping[str, Any]:
    """What the rows of a sheet are read under: its heading row, hidden columns, and the headings shown."""
    cells = head.rows[0] if head.rows else []
    shown = head.shown or tuple(header_of(cell) for cell in cells)
    return {"cells": cells_to_json(cells), "hidden": head.hidden_columns, "shown": list(shown)}


def grid_of(sheet: SheetRow) -> Grid:
    """The heading of a sheet as it was kept: to read its rows again."""
    spans = tuple((int(first), int(last)) for first, last in sheet.head["hidden"])
    return Grid(sheet.name, [cells_from_json(sheet.head["cells"])], hidden_columns=spans)
