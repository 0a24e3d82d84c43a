"""Ends of limits of cases as they were counted: append-only, so that one that moved keeps its old date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.casework import case_deadline

_COLUMNS: Final = ("number", "duty", "since", "ends", "provisional", "at", "rules")
_COUNTED: Final = f"SELECT {', '.join(_COLUMNS)} FROM case_deadline WHERE number = ? ORDER BY id"  # noqa: S608
_MOVED: Final = (
    "SELECT DISTINCT number FROM (SELECT number FROM case_deadline GROUP BY number, duty, since "
    "HAVING count(*) > 1) AS moved ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The end of a limit that began `since`, as counted `at` a moment under those rules."""

    number: str
    duty: str
    since: datetime
    ends: datetime
    provisional: bool
    at: datetime
    rules: str


def add_counted(connection: Connection, row: Counted) -> None:
    values = (
        *(row.number, row.duty, to_micros(row.since), to_micros(row.ends), int(row.provisional)),
        *(to_micros(row.at), row.rules),
    )
    insert_rows(connection, case_deadline, _COLUMNS, [values])


def counted_of(connection: Connection, number: str) -> list[Counted]:
    """How the limits of a case were counted, the oldest first."""
    return [
        Counted(
            of, duty, from_micros(int(since)), from_micros(int(ends)), bool(unsure), from_micros(int(at)), by
        )
        for of, duty, since, ends, unsure, at, by in select(connection, _COUNTED, (number,))
    ]


def numbers_moved(connection: Connection) -> set[str]:
    """Cases of which a limit was counted again with another end."""
    return {number for (number,) in select(connection, _MOVED, ())}
