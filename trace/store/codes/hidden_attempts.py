"""Attempts at hidden codes: how many were wrong in a row, until when more are refused, when it was opened.

`reserve` takes an attempt before it is judged, inside the caller's transaction, by one statement that locks
the row: of racing attempts no more than the limit are ever judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

_READ: Final = "SELECT failures, locked_until, opened_at, openings FROM hidden_attempt WHERE code = ?"
_RESERVE: Final = (
    "INSERT INTO hidden_attempt (code, failures, openings) VALUES (?, 0, 0) "
    "ON CONFLICT (code) DO UPDATE SET failures = hidden_attempt.failures"
)
_FAIL: Final = "UPDATE hidden_attempt SET failures = ?, locked_until = ? WHERE code = ?"
_OPEN: Final = (
    "UPDATE hidden_attempt SET failures = 0, locked_until = NULL, openings = openings + 1, "
    "opened_at = COALESCE(opened_at, ?) WHERE code = ?"
)


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts on one code so far."""

    failures: int = 0
    locked_until: datetime | None = None
    opened_at: datetime | None = None
    openings: int = 0


def read_attempts(connection: Connection, code: str) -> Attempts:
    rows = select(connection, _READ, (code,))
    if not rows:
        return Attempts()
    failures, locked_until, opened_at, openings = rows[0]
    return Attempts(failures, _moment(locked_until), _moment(opened_at), openings)


def reserve(connection: Connection, code: str) -> Attempts:
    """The attempts so far, with the code's row held until the transaction ends."""
    run_many(connection, _RESERVE, [(code,)])
    return read_attempts(connection, code)


def note_failure(connection: Connection, code: str, failures: int, locked_until: datetime | None) -> None:
    """`failures` in a row by now; with `locked_until` no more are judged before that time."""
    until = None if locked_until is None else to_micros(locked_until)
    run_many(connection, _FAIL, [(failures, until, code)])


def note_opening(connection: Connection, code: str, at: datetime) -> None:
    """The panel is open: the first time stays for good."""
    run_many(connection, _OPEN, [(to_micros(at), code)])


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
