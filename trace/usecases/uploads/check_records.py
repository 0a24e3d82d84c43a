"""Checking of what was read: the rows of each record together, to drafts or to faults with their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from trace.exchange.draft import Draft
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.kept_cells import cells_from_json
from trace.exchange.tabular.records import RecordWriter, refuse_repeats
from trace.exchange.tabular.rows import Row, RowReader, open_rows
from trace.store.transaction import Connection
from trace.store.uploads.drafts import put_drafts
from trace.store.uploads.rows import (
    EMPTY,
    FAULTY,
    OF_ROWS,
    SOUND,
    FaultRow,
    KeptRow,
    SheetRow,
    count_rows,
    judge_rows,
    list_sheets,
    put_faults,
    rows_of,
    unread_records,
)
from trace.usecases.uploads.forms import BUILDERS, FORMS
from trace.usecases.uploads.take_rows import grid_of, reading_of
from trace.usecases.uploads.working import CHECKED, Work, faults_at

_RECORDS_AT_ONCE: Final = 400
_UNCAPPED: Final = 10**9


@dataclass(slots=True)
class _Found:
    """What a run of records came to."""

    verdicts: list[tuple[int, int, int]] = field(default_factory=list)
    faults: list[FaultRow] = field(default_factory=list)
    drafts: list[tuple[int, str, Draft]] = field(default_factory=list)


def check_records(work: Work) -> None:
    """Check every record that is unread, some hundred at a time."""
    upload = work.upload.id
    with work.transactions.look("uploads") as tx:
        sheets = {one.place: one for one in list_sheets(tx.connection, upload)}
        done = sum(count for verdict, count in count_rows(tx.connection, upload).items() if verdict)
    while True:
        with work.transactions.look("uploads") as tx:
            wanted = unread_records(tx.connection, upload, _RECORDS_AT_ONCE)
            rows = _rows(tx.connection, upload, wanted)
        if not wanted:
            return
        found = _Found()
        for place, records in rows.items():
            _check(work, sheets[place], records, found)
        done += len(found.verdicts)
        with work.step(CHECKED, done) as tx:
            judge_rows(tx.connection, upload, found.verdicts)
            put_faults(tx.connection, upload, found.faults)
            put_drafts(tx.connection, upload, found.drafts)


def _rows(
    connection: Connection, upload: str, wanted: Iterable[tuple[int, str]]
) -> dict[int, list[list[KeptRow]]]:
    """Sheet -> its records, each as all of its rows."""
    found: dict[int, list[list[KeptRow]]] = {}
    for place, named in groupby(wanted, key=lambda one: one[0]):
        records: defaultdict[str, list[KeptRow]] = defaultdict(list)
        for row in rows_of(connection, upload, place, [record for _, record in named]):
            records[row.record].append(row)
        found[place] = list(records.values())
    return found


def _check(work: Work, sheet: SheetRow, records: Iterable[Sequence[KeptRow]], found: _Found) -> None:
    faults = Faults(kept=_UNCAPPED)
    form = FORMS[sheet.form]
    reader = open_rows(form, grid_of(sheet), reading_of(work), faults, each=True)
    for rows in records:
        faults.errors.clear()
        drafts = [] if reader is None else _drafts(work, form, reader, rows, faults)
        empty = not faults.errors and not drafts
        verdict = EMPTY if empty else FAULTY if faults.errors else SOUND
        record = rows[0].record
        found.verdicts += [(sheet.place, row.number, verdict) for row in rows]
        found.faults += faults_at(OF_ROWS, faults.errors, sheet.place, {row.number: record for row in rows})
        if not faults.errors:
            found.drafts += [(sheet.place, record, one) for one in drafts]


def _drafts(
    work: Work, form: Form, reader: RowReader, kept: Sequence[KeptRow], faults: Faults
) -> list[Draft]:
    """What the rows of one record state; the reader's faults go to `faults`."""
    read: list[Row] = []
    for row in kept:
        said = reader.row(row.number, cells_from_json(row.cells), hidden=row.hidden)
        if said is not None:
            read.append(said)
    reader.close()
    if not read:
        return []
    writer = RecordWriter(work.upload.holder, form, faults, whole=not faults.errors)
    drafts = BUILDERS[form.name](writer, read)
    refuse_repeats(drafts, faults)
    return drafts
