"""Analyses that were handed in as rows: who asked what and what for, how far it is, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.columns import json_text, json_value
from trace.store.tables.analyses import analysis_run

WORK: Final = "analyses.work"
FILES: Final = "cases.files"
"""The kinds of jobs that answer them: those of files are done by whoever can set words and diagrams."""
WAITING, WORKING, DONE, REFUSED = "waiting", "working", "done", "refused"
_COLUMNS: Final = (
    *("number", "authority", "person", "name", "asked", "actor", "purpose", "asked_at", "state", "phase"),
    *("done", "total", "ended_at", "hash", "problem"),
)
_SELECT: Final = (
    f"SELECT {', '.join('analysis_run.' + name for name in _COLUMNS)}, "  # noqa: S608 - names of our own
    "job.attempts, job.last_error FROM analysis_run "
    f"LEFT JOIN job ON job.kind IN ('{WORK}', '{FILES}') AND job.key = analysis_run.number "
)
_ONE: Final = f"{_SELECT}WHERE analysis_run.number = ?"
_OF: Final = f"{_SELECT}WHERE analysis_run.authority = ? ORDER BY analysis_run.asked_at DESC, number LIMIT ?"
_TOLD: Final = (
    "UPDATE analysis_run SET state = ?, phase = ?, done = ?, total = ? WHERE number = ? AND hash IS NULL"
)
_ENDED: Final = "UPDATE analysis_run SET state = ?, ended_at = ?, hash = ?, problem = ? WHERE number = ?"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One that was handed in. `attempts` failed so far, the last with `error`; `problem` is what it was
    refused for: code and parameters."""

    number: str
    authority: str
    person: str
    name: str
    asked: Mapping[str, Any]
    actor: Mapping[str, Any]
    purpose: str
    asked_at: datetime
    state: str = WAITING
    phase: str = ""
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    hash: str | None = None
    problem: Mapping[str, Any] | None = None
    attempts: int = 0
    error: str | None = None

    @property
    def ended(self) -> bool:
        return self.state in {DONE, REFUSED}


def add_run(connection: Connection, row: RunRow) -> bool:
    """Keep one that is new; False where its number is known."""
    if select(connection, "SELECT 1 FROM analysis_run WHERE number = ?", (row.number,)):
        return False
    values = (
        row.number, row.authority, row.person, row.name, json_text(dict(row.asked)),
        json_text(dict(row.actor)), row.purpose, to_micros(row.asked_at), row.state, "", 0, 0, None, None,
        None,
    )  # fmt: skip
    insert_rows(connection, analysis_run, _COLUMNS, [values])
    return True


def find_run(connection: Connection, number: str) -> RunRow | None:
    rows = select(connection, _ONE, (number,))
    return _row(rows[0]) if rows else None


def list_runs(connection: Connection, authority: str, most: int) -> list[RunRow]:
    """What people of an authority handed in, the newest first."""
    return [_row(row) for row in select(connection, _OF, (authority, most))]


def note_progress(connection: Connection, number: str, phase: str, done: int, total: int) -> None:
    """So far it is by now."""
    run_many(connection, _TOLD, [(WORKING, phase, done, total, number)])


def end_run(connection: Connection, number: str, at: datetime, key: str | None, problem: Any = None) -> None:
    """It is answered by the analysis of that hash, or refused."""
    state, told = (DONE, None) if key is not None else (REFUSED, json_text(problem))
    run_many(connection, _ENDED, [(state, to_micros(at), key, told, number)])


def _row(row: Any) -> RunRow:
    *said, asked_at, state, phase, done, total, ended, key, problem, attempts, error = row
    number, authority, person, name, asked, actor, purpose = said
    return RunRow(
        number, authority, person, name, json_value(asked), json_value(actor), purpose,
        from_micros(asked_at), state, phase, done, total, None if ended is None else from_micros(ended), key,
        None if problem is None else json_value(problem), int(attempts or 0), error,
    )  # fmt: skip
