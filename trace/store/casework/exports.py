"""Files of a case as a job made them: the bytes in parts, each written and read by itself.

Parts are written while a file is being made, and count once it is whole. Of each file the last two are kept:
the one before the last may be on its way to somebody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.casework import case_export, case_export_part

BUNDLE: Final = "bundle"
"""The sort of file that carries signed records with what their signers disclosed."""
_COLUMNS: Final = ("export", "number", "sort", "language", "size", "arrival", "read_at", "made_at")
_SAME: Final = "number = ? AND sort = ? AND language = ?"
_LAST: Final = (
    f"SELECT {', '.join(_COLUMNS)}, hash FROM case_export WHERE {_SAME} "  # noqa: S608 - names of our own
    "AND hash IS NOT NULL ORDER BY made_at DESC, export LIMIT 1"
)
_PART: Final = "SELECT body FROM case_export_part WHERE export = ? AND number = ?"
_ENDED: Final = (
    "UPDATE case_export SET hash = ?, size = ?, arrival = ?, read_at = ?, made_at = ? WHERE export = ?"
)
_STRAY: Final = (
    "DELETE FROM case_export_part WHERE export = ? AND export NOT IN (SELECT export FROM case_export)"
)
_GIVEN_UP: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file of the sort `sort` in `language`; `hash` of the document about it, "" until it is whole.

    It is of the log as it was taken in up to `arrival`, read at `read_at`.
    """

    export: str
    number: str
    sort: str
    language: str
    size: int
    arrival: int
    read_at: datetime
    made_at: datetime
    hash: str = ""


def begin_export(connection: Connection, row: ExportRow) -> None:
    """A file is begun; what one left that was begun long ago and never ended goes."""
    values = (*_same(row), to_micros(row.made_at - _GIVEN_UP))
    _forget(connection, f"{_SAME} AND hash IS NULL AND made_at < ?", values)
    told = (row.export, *_same(row), 0, -1, to_micros(row.made_at), to_micros(row.made_at))
    insert_rows(connection, case_export, _COLUMNS, [told])


def add_part(connection: Connection, export: str, number: int, body: bytes) -> None:
    """Keep a part of a file that is being made."""
    insert_rows(connection, case_export_part, ("export", "number", "body"), [(export, number, body)])


def end_export(connection: Connection, row: ExportRow) -> None:
    """It is whole; those before the last go. One that was forgotten while it was made, since it may say what
    was erased meanwhile, goes itself."""
    before = last_export(connection, *_same(row))
    keeps = before.export if before is not None else ""
    _forget(connection, f"{_SAME} AND hash IS NOT NULL AND export <> ?", (*_same(row), keeps))
    told = (row.hash, row.size, row.arrival, to_micros(row.read_at), to_micros(row.made_at), row.export)
    run_many(connection, _ENDED, [told])
    run_many(connection, _STRAY, [(row.export,)])


def forget_exports(connection: Connection, numbers: Collection[str], sort: str = "") -> None:
    """The files of these cases go, and of every case those of a sort: they are as easily made again."""
    for number in numbers:
        _forget(connection, "number = ?", (number,))
    if sort:
        _forget(connection, "sort = ?", (sort,))


def last_export(connection: Connection, number: str, sort: str, language: str) -> ExportRow | None:
    """The last whole file of a sort in a language."""
    rows = select(connection, _LAST, (number, sort, language))
    return _row(rows[0]) if rows else None


def part_of_export(connection: Connection, export: str, number: int) -> bytes | None:
    """A part's bytes; None behind the last."""
    rows = select(connection, _PART, (export, number))
    return bytes(rows[0][0]) if rows else None


def _same(row: ExportRow) -> tuple[str, str, str]:
    return row.number, row.sort, row.language


def _row(row: Any) -> ExportRow:
    *said, size, arrival, read_at, made_at, key = row
    export, number, sort, language = said
    times = from_micros(int(read_at)), from_micros(int(made_at))
    return ExportRow(export, number, sort, language, int(size), int(arrival), *times, key)


def _forget(connection: Connection, where: str, values: tuple[object, ...]) -> None:
    older = f"SELECT export FROM case_export WHERE {where}"  # noqa: S608 - texts of ours
    run_many(connection, f"DELETE FROM case_export_part WHERE export IN ({older})", [values])  # noqa: S608
    run_many(connection, f"DELETE FROM case_export WHERE {where}", [values])  # noqa: S608
