"""Print runs and their parts, as rows; and what a label needs that pages do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.codes.intervals import Interval
from trace.labels.manifest import PartMade
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.printing import print_part, print_report, print_run

_RUN: Final = (
    "id", "lot", "scope", "epoch", "first", "count", "form", "described", "parts", "printer", "asked_by",
    "holder", "asked_at", "again", "manifest", "signed_with", "signed_at", "of_run",
)  # fmt: skip
_PART: Final = ("run", "number", "name", "first", "count", "bytes", "sha256", "made_at")
_COLUMNS: Final = ", ".join(f"print_run.{name}" for name in _RUN)
_BY_ID: Final = f"SELECT {_COLUMNS} FROM print_run WHERE id = ?"  # noqa: S608 - own names, here and below
_OF_LOT: Final = f"SELECT {_COLUMNS} FROM print_run WHERE lot = ? ORDER BY asked_at, id"  # noqa: S608
_OVERLAPPING: Final = (
    f"SELECT {_COLUMNS} FROM print_run "  # noqa: S608
    "WHERE scope = ? AND epoch = ? AND first < ? AND first + count > ? ORDER BY asked_at, id"
)
_OF_RUN: Final = f"SELECT {_COLUMNS} FROM print_run WHERE of_run = ? ORDER BY asked_at, id"  # noqa: S608
_REPORT: Final = ("run", "number", "good", "out", "reported_by", "reported_at")
_REPORTS: Final = "SELECT good, out, reported_by, reported_at FROM print_report WHERE run = ? ORDER BY number"
_PARTS: Final = (
    "SELECT number, name, first, count, bytes, sha256 FROM print_part WHERE run = ? ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A print run: counters `first` … of a lot, what was asked for (`described`), by whom, for what printer.

    `again` says why codes that were printed before are printed once more; `manifest` is the holder's JWS;
    `of_run` is the run whose codes it prints on, or again.
    """

    id: str
    lot: str
    scope: str
    epoch: str
    first: int
    count: int
    form: str
    described: Mapping[str, Any]
    parts: int
    printer: str
    asked_by: str
    holder: str
    asked_at: datetime
    again: str | None = None
    manifest: str | None = None
    signed_with: str | None = None
    signed_at: datetime | None = None
    of_run: str | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.first, self.count)


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What somebody said came out of a run's printer: `out` labels, the first `good` of them good."""

    run: str
    good: int
    out: int
    reported_by: str
    reported_at: datetime


def put_run(connection: Connection, run: RunRow) -> None:
    """A new run; raises `AlreadyRecorded` for one that is there."""
    row = (
        run.id, run.lot, run.scope, run.epoch, run.first, run.count, run.form,
        orjson.dumps(run.described, option=orjson.OPT_SORT_KEYS).decode(), run.parts, run.printer,
        run.asked_by, run.holder, to_micros(run.asked_at), run.again, None, None, None, run.of_run,
    )  # fmt: skip
    insert_rows(connection, print_run, _RUN, [row])


def find_run(connection: Connection, run: str) -> RunRow | None:
    return next((_run(row) for row in select(connection, _BY_ID, (run,))), None)


def runs_of_lot(connection: Connection, lot: str) -> list[RunRow]:
    """The oldest first."""
    return [_run(row) for row in select(connection, _OF_LOT, (lot,))]


def runs_over(connection: Connection, scope: str, epoch: str, first: int, end: int) -> list[RunRow]:
    """The runs that hold a counter of `first` … `end` - 1, the oldest first."""
    return [_run(row) for row in select(connection, _OVERLAPPING, (scope, epoch, end, first))]


def runs_of_run(connection: Connection, run: str) -> list[RunRow]:
    """The runs that print codes of another on, or again, the oldest first."""
    return [_run(row) for row in select(connection, _OF_RUN, (run,))]


def list_reports(connection: Connection, run: str) -> list[PrintReport]:
    """What was said of a run, the last word last."""
    rows = select(connection, _REPORTS, (run,))
    return [PrintReport(run, good, out, by, from_micros(at)) for good, out, by, at in rows]


def put_report(connection: Connection, report: PrintReport, number: int) -> None:
    """The report `number` of a run, from 0; raises `AlreadyRecorded`."""
    row = (report.run, number, report.good, report.out, report.reported_by, to_micros(report.reported_at))
    insert_rows(connection, print_report, _REPORT, [row])


def forget_run(connection: Connection, run: str) -> None:
    run_many(connection, "DELETE FROM print_run WHERE id = ?", [(run,)])


def list_parts_made(connection: Connection, run: str) -> dict[int, PartMade]:
    """The parts that were made at least once, by number."""
    return {row[0]: PartMade(*row[1:]) for row in select(connection, _PARTS, (run,))}


def put_part(connection: Connection, run: str, number: int, part: PartMade, at: datetime) -> None:
    row = (run, number, part.name, part.first, part.count, part.bytes, part.sha256, to_micros(at))
    insert_rows(connection, print_part, _PART, [row])


def put_manifest(connection: Connection, run: str, jws: str, kid: str, at: datetime) -> None:
    sql = "UPDATE print_run SET manifest = ?, signed_with = ?, signed_at = ? WHERE id = ?"
    run_many(connection, sql, [(jws, kid, to_micros(at), run)])


def find_platform_code(connection: Connection, lot: int) -> str | None:
    """The platform code that a pack lot was activated with, 12 characters or XXXX-XXXX-XXXX."""
    sql = "SELECT platform_code FROM pack WHERE lot = ? AND platform_code IS NOT NULL"
    return next((row[0] for row in select(connection, sql, (lot,))), None)


def _run(row: Sequence[Any]) -> RunRow:
    values = dict(zip(_RUN, row, strict=True))
    values["described"] = orjson.loads(values["described"])
    values["asked_at"] = from_micros(values["asked_at"])
    if values["signed_at"] is not None:
        values["signed_at"] = from_micros(values["signed_at"])
    return RunRow(**values)
