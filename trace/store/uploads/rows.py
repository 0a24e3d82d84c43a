"""What was read of an upload: its sheets and rows, and the faults that were found in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables import uploads as tables

UNREAD, SOUND, FAULTY, EMPTY = range(4)
OF_FILE, OF_ROWS, OF_PLATFORM = range(3)
_ROW: Final = ("upload", "sheet", "number", "record", "cells", "hidden", "verdict", "edited")
_FAULT: Final = ("upload", "id", "stage", "sheet", "place", "row", "letter", "code", "params", "record")
_SHEETS: Final = "SELECT place, name, form, head, ended_at FROM upload_sheet WHERE upload = ? ORDER BY place"
_LAST: Final = "SELECT max(number) FROM upload_row WHERE upload = ? AND sheet = ?"
_UNREAD: Final = (
    "SELECT DISTINCT sheet, record FROM upload_row WHERE upload = ? AND verdict = 0 "
    "ORDER BY sheet, record LIMIT ?"
)
_OF_RECORDS: Final = (
    "SELECT sheet, number, record, cells, hidden, verdict, edited FROM upload_row "
    "WHERE upload {among} AND sheet {among} AND record {among} ORDER BY number"
)
_ONE: Final = (
    "SELECT sheet, number, record, cells, hidden, verdict, edited FROM upload_row "
    "WHERE upload = ? AND sheet = ? AND number = ?"
)
_ALL: Final = (
    "SELECT sheet, number, record, cells, hidden, verdict, edited FROM upload_row "
    "WHERE upload = ? AND sheet = ? ORDER BY number"
)
_COUNTS: Final = "SELECT verdict, count(*) FROM upload_row WHERE upload = ? GROUP BY verdict"
_FAULTS: Final = (
    "SELECT stage, sheet, place, row, letter, code, params, record FROM upload_fault WHERE upload = ? {more}"
    "ORDER BY place, row, length(letter), letter, code LIMIT ? OFFSET ?"
)
_GROUPS: Final = (
    "SELECT sheet, place, letter, code, params, count(*), min(row) FROM upload_fault WHERE upload = ? "
    "GROUP BY sheet, place, letter, code, params ORDER BY count(*) DESC, place, min(row) LIMIT ?"
)
_FAULTY_ROWS: Final = (
    "SELECT count(*) FROM upload_row AS r WHERE r.upload = ? AND r.verdict IN (1, 2) AND EXISTS "
    "(SELECT 1 FROM upload_fault AS f WHERE f.upload = r.upload AND f.place = r.sheet "
    "AND f.record = r.record AND f.stage > 0)"
)
_FAULT_COUNTS: Final = (
    "SELECT count(*), count(DISTINCT CASE WHEN row > 0 THEN place * 1000000 + row END), "
    "sum(CASE WHEN stage = 0 THEN 1 ELSE 0 END) FROM upload_fault WHERE upload = ?"
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet of an upload; `form` is "" for one without records, `head` what its rows are read under."""

    place: int
    name: str
    form: str
    head: Mapping[str, Any]
    ended: bool


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One row as it was read; `edited` names the columns that somebody wrote anew."""

    sheet: int
    number: int
    record: str
    cells: str
    hidden: bool = False
    verdict: int = UNREAD
    edited: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault and its place; `place` is that of its sheet, -1 for the file."""

    stage: int
    sheet: str
    place: int
    row: int
    letter: str
    code: str
    params: Mapping[str, Any]
    record: str = ""


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Equal faults of one column: how many, and the first row that has it."""

    sheet: str
    place: int
    letter: str
    code: str
    params: Mapping[str, Any]
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class FaultCounts:
    """All faults, the rows that have any, and those that are the whole file's or a sheet's."""

    faults: int
    rows: int
    of_file: int


def put_sheet(connection: Connection, upload: str, one: SheetRow) -> None:
    head = orjson.dumps(one.head).decode()
    columns = ("upload", "place", "name", "form", "head", "ended_at")
    insert_rows(
        connection, tables.upload_sheet, columns, [(upload, one.place, one.name, one.form, head, None)]
    )


def end_sheet(connection: Connection, upload: str, place: int, at: datetime) -> None:
    sql = "UPDATE upload_sheet SET ended_at = ? WHERE upload = ? AND place = ?"
    run_many(connection, sql, [(to_micros(at), upload, place)])


def list_sheets(connection: Connection, upload: str) -> list[SheetRow]:
    return [
        SheetRow(place, name, form, orjson.loads(head), ended is not None)
        for place, name, form, head, ended in select(connection, _SHEETS, (upload,))
    ]


def last_number(connection: Connection, upload: str, sheet: int) -> int:
    """The last row of a sheet that is kept, 0 before there is any."""
    return int(select(connection, _LAST, (upload, sheet))[0][0] or 0)


def put_rows(connection: Connection, upload: str, rows: Iterable[KeptRow]) -> None:
    values = [
        (upload, one.sheet, one.number, one.record, one.cells, int(one.hidden), one.verdict, None)
        for one in rows
    ]
    insert_rows(connection, tables.upload_row, _ROW, values)


def unread_records(connection: Connection, upload: str, most: int) -> list[tuple[int, str]]:
    """(sheet, record) of what is still to be read."""
    return [(sheet, record) for sheet, record in select(connection, _UNREAD, (upload, most))]


def rows_of(connection: Connection, upload: str, sheet: int, records: Iterable[str]) -> list[KeptRow]:
    return [_kept(row) for row in rows_where(connection, _OF_RECORDS, [upload], [sheet], records)]


def find_row(connection: Connection, upload: str, sheet: int, number: int) -> KeptRow | None:
    return next((_kept(row) for row in select(connection, _ONE, (upload, sheet, number))), None)


def judge_rows(connection: Connection, upload: str, verdicts: Iterable[tuple[int, int, int]]) -> None:
    """Write down (sheet, number, verdict)."""
    sql = "UPDATE upload_row SET verdict = ? WHERE upload = ? AND sheet = ? AND number = ?"
    run_many(connection, sql, [(verdict, upload, sheet, number) for sheet, number, verdict in verdicts])


def edit_row(connection: Connection, upload: str, one: KeptRow) -> None:
    """What somebody wrote into a row; it is unread again, and may belong to another record than before."""
    sql = (
        "UPDATE upload_row SET cells = ?, edited = ?, record = ?, verdict = ? "
        "WHERE upload = ? AND sheet = ? AND number = ?"
    )
    edited = orjson.dumps(one.edited or {}).decode()
    run_many(
        connection,
        sql,
        [(one.cells, edited, one.record, one.verdict, upload, one.sheet, one.number)],
    )


def unread_again(connection: Connection, upload: str, sheet: int, records: Iterable[str]) -> None:
    """Forget what came of these records: faults, drafts and verdicts."""
    for record in records:
        values = (upload, sheet, record)
        run_many(
            connection,
            "UPDATE upload_row SET verdict = 0 WHERE upload = ? AND sheet = ? AND record = ?",
            [values],
        )
        run_many(
            connection,
            "DELETE FROM upload_fault WHERE upload = ? AND place = ? AND record = ? AND stage > 0",
            [values],
        )
        run_many(
            connection, "DELETE FROM upload_draft WHERE upload = ? AND sheet = ? AND record = ?", [values]
        )


def put_faults(connection: Connection, upload: str, faults: Iterable[FaultRow]) -> None:
    """Keep faults; one that is there already is the same fault."""
    rows = {}
    for one in faults:
        params = orjson.dumps(one.params, option=orjson.OPT_SORT_KEYS).decode()
        said = f"{one.place}\n{one.row}\n{one.letter}\n{one.code}\n{params}\n{one.record}"
        name = int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") >> 1
        rows[name] = (
            upload, name, one.stage, one.sheet, one.place, one.row, one.letter, one.code, params, one.record,
        )  # fmt: skip
    marks = ", ".join("?" for _ in _FAULT)
    sql = (
        f"INSERT INTO upload_fault ({', '.join(_FAULT)}) VALUES ({marks}) "  # noqa: S608 - names of ours
        "ON CONFLICT (upload, id) DO NOTHING"
    )
    run_many(connection, sql, list(rows.values()))


def count_rows(connection: Connection, upload: str) -> dict[int, int]:
    """Verdict -> how many rows."""
    return {int(verdict): int(count) for verdict, count in select(connection, _COUNTS, (upload,))}


def count_faulty_rows(connection: Connection, upload: str) -> int:
    """Rows of records that have a fault, by themselves or by what the platform says."""
    return int(select(connection, _FAULTY_ROWS, (upload,))[0][0])


def count_faults(connection: Connection, upload: str) -> FaultCounts:
    faults, rows, of_file = select(connection, _FAULT_COUNTS, (upload,))[0]
    return FaultCounts(int(faults), int(rows), int(of_file or 0))


def list_faults(
    connection: Connection, upload: str, most: int, offset: int = 0, of: tuple[int, str, str] | None = None
) -> list[FaultRow]:
    """Faults in the order of the file; `of`: (place, letter, code) of one group alone."""
    more, values = "", tuple[object, ...]()
    if of is not None:
        more, values = "AND place = ? AND letter = ? AND code = ? ", of
    found = select(connection, _FAULTS.format(more=more), (upload, *values, most, offset))
    return [_fault(row) for row in found]


def faults_of_row(connection: Connection, upload: str, place: int, row: int) -> list[FaultRow]:
    """What ails one row."""
    found = select(
        connection, _FAULTS.format(more="AND place = ? AND row = ? "), (upload, place, row, 1_000, 0)
    )
    return [_fault(one) for one in found]


def group_faults(connection: Connection, upload: str, most: int) -> list[FaultGroup]:
    """Equal faults together, the most frequent first."""
    found = select(connection, _GROUPS, (upload, most))
    return [
        FaultGroup(sheet, place, letter, code, orjson.loads(params), int(count), int(first))
        for sheet, place, letter, code, params, count, first in found
    ]


def _fault(found: Sequence[Any]) -> FaultRow:
    stage, sheet, place, row, letter, code, params, record = found
    return FaultRow(stage, sheet, place, row, letter, code, orjson.loads(params), record)


def _kept(row: Sequence[Any]) -> KeptRow:
    sheet, number, record, cells, hidden, verdict, edited = row
    changed = None if edited is None else orjson.loads(edited)
    return KeptRow(sheet, number, record, cells, bool(hidden), verdict, changed)


def forget_said(connection: Connection, upload: str, records: Iterable[tuple[int, str]]) -> None:
    """Forget what the platform said of these records: they are tried again."""
    sql = "DELETE FROM upload_fault WHERE upload = ? AND place = ? AND record = ? AND stage = 2"
    run_many(connection, sql, [(upload, place, record) for place, record in records])


def list_all_rows(connection: Connection, upload: str, sheet: int) -> list[KeptRow]:
    """Every row of a sheet, in its order."""
    return [_kept(row) for row in select(connection, _ALL, (upload, sheet))]
