"""Rows of cases: one file each, moved only by who saw its last version, and the history beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.casework.table import ENDED
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.query import rows_where
from trace.store.tables.casework import case_event, case_file

_FILE: Final = (
    *("number", "lot", "report", "report_no", "items", "basis", "party", "department", "area", "urgent"),
    *(
        "major",
        "state",
        "version",
        "officer",
        "receiver",
        "joined_to",
        "result_at",
        "received_at",
        "opened_at",
    ),
)
_EVENT: Final = (
    *("number", "seq", "event", "from_state", "to_state", "at", "person", "name", "party", "why"),
    *("evidence", "detail", "rules"),
)
_FILES: Final = f"SELECT {', '.join(_FILE)} FROM case_file "  # noqa: S608 - columns of ours
_EVENTS: Final = f"SELECT {', '.join(_EVENT)} FROM case_event "  # noqa: S608
_MOVE: Final = (
    "UPDATE case_file SET state = ?, version = version + 1, officer = ?, receiver = ?, joined_to = ?, "
    "department = ?, area = ?, urgent = ?, major = ?, opened_at = ? WHERE number = ? AND version = ? "
    "RETURNING version"
)

_ASKED: Final = (
    "number IN (SELECT c.number FROM case_competence AS c WHERE c.part = 'joint' AND c.authority = ? "
    "AND NOT EXISTS (SELECT 1 FROM case_competence AS n WHERE n.number = c.number AND n.part = 'ended' "
    "AND n.authority = c.authority AND n.id > c.id))"
)
_OVER: Final = f"state IN ({', '.join(repr(state) for state in sorted(ENDED))})"
_URGENCY: Final = f"ORDER BY {_OVER}, CASE WHEN {_OVER} THEN -received_at ELSE received_at END, number"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands. `basis`: what asked for the test. `opened_at`: when a person first saw it."""

    number: str
    lot: str
    report: str
    report_no: str
    items: str
    basis: str
    party: str
    department: str
    area: str
    urgent: bool
    major: tuple[str, ...]
    state: str
    version: int
    officer: str
    receiver: str
    joined_to: str
    result_at: datetime
    received_at: datetime
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of a case: who, when, why, on which evidence, under which rules."""

    number: str
    seq: int
    event: str
    from_state: str
    to_state: str
    at: datetime
    person: str = ""
    name: str = ""
    party: str = ""
    why: str = ""
    evidence: tuple[str, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""


def add_case(connection: Connection, row: CaseRow) -> None:
    values = (
        *(getattr(row, name) for name in _FILE[:9]), int(row.urgent), " ".join(row.major), row.state,
        row.version, row.officer, row.receiver, row.joined_to, to_micros(row.result_at),
        to_micros(row.received_at), None if row.opened_at is None else to_micros(row.opened_at),
    )  # fmt: skip
    insert_rows(connection, case_file, _FILE, [values])


def add_event(connection: Connection, row: EventRow) -> None:
    values = (
        *(getattr(row, name) for name in _EVENT[:5]), to_micros(row.at), row.person, row.name, row.party,
        row.why, orjson.dumps(row.evidence).decode(), orjson.dumps(dict(row.detail)).decode(), row.rules,
    )  # fmt: skip
    insert_rows(connection, case_event, _EVENT, [values])


def move_case(connection: Connection, row: CaseRow, seen: int) -> int:
    """Write the case as it is now where it still stands at the version `seen`; the new version, which numbers
    the step in its history, and 0 where it moved on before."""
    opened = None if row.opened_at is None else to_micros(row.opened_at)
    values = (
        *(row.state, row.officer, row.receiver, row.joined_to, row.department, row.area),
        *(int(row.urgent), " ".join(row.major), opened, row.number, seen),
    )
    rows = select(connection, _MOVE, values)
    return int(rows[0][0]) if rows else 0


def find_case(connection: Connection, number: str) -> CaseRow | None:
    found = _cases(connection, "WHERE number = ?", (number,))
    return found[0] if found else None


def cases_of_lot(connection: Connection, lot: str) -> list[CaseRow]:
    """Every case about a lot, the newest last."""
    return _cases(connection, "WHERE lot = ? ORDER BY number", (lot,))


def cases_of_report(connection: Connection, report_no: str) -> list[CaseRow]:
    return _cases(connection, "WHERE report_no = ? ORDER BY number", (report_no,))


def cases_of_party(connection: Connection, party: str) -> list[CaseRow]:
    return _cases(connection, "WHERE party = ? ORDER BY number", (party,))


def open_cases(connection: Connection) -> list[CaseRow]:
    """Every case that has not ended."""
    return _cases(connection, f"WHERE NOT {_OVER} ORDER BY number", ())


def cases_of_officers(connection: Connection, persons: Sequence[str]) -> list[CaseRow]:
    """The cases that these people have in hand, none that has ended."""
    if not persons:
        return []
    marks = ", ".join("?" * len(persons))
    return _cases(connection, f"WHERE officer IN ({marks}) AND NOT {_OVER} ORDER BY number", tuple(persons))


def list_cases(
    connection: Connection, department: str, area: str, receiver: str, most: int, state: str = ""
) -> tuple[list[CaseRow], int]:
    """The cases of a department in an area, on their way to `receiver` or in which it is asked to assist; and
    how many there are.

    Those that still go on stand first, of these the oldest: a cut leaves out what ended. Where no area is
    known of a case, every authority of the department has it.
    """
    where = "WHERE (department = ? AND (area = '' OR area LIKE ? OR ? LIKE area || '%'))"
    where += f" OR (receiver <> '' AND receiver = ?) OR {_ASKED} "
    values: tuple[object, ...] = (department, f"{area}%", area, receiver, receiver)
    if state:
        where, values = where.replace("WHERE (", "WHERE ((") + ") AND state = ? ", (*values, state)
    if connection.dialect.name == "postgresql":
        where = where.replace("'%'", "'%%'")
    counted = select(connection, f"SELECT count(*) FROM case_file {where}", values)  # noqa: S608 - ours
    return _cases(connection, f"{where}{_URGENCY} LIMIT ?", (*values, most)), int(counted[0][0])


def cases_received(connection: Connection, area: str, since: datetime, until: datetime) -> list[CaseRow]:
    """The cases of both departments in an area that came from `since` on and before `until`, by day.

    `area`: the digits that codes begin with, "" for everywhere; a case of no known area is everybody's.
    """
    where = "WHERE received_at >= ? AND received_at < ? AND (area = '' OR area LIKE ? OR ? LIKE area || '%')"
    if connection.dialect.name == "postgresql":
        where = where.replace("'%'", "'%%'")
    values = (to_micros(since), to_micros(until), f"{area}%", area)
    return _cases(connection, f"{where} ORDER BY received_at, number", values)


def known_cases(connection: Connection, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that cases here have."""
    found = rows_where(connection, "SELECT number FROM case_file WHERE number {among}", numbers)
    return {number for (number,) in found}


def reports_with_cases(connection: Connection, reports: Collection[str]) -> set[str]:
    """Those of the failing reports about which there is a case."""
    found = rows_where(connection, "SELECT report FROM case_file WHERE report {among}", reports)
    return {report for (report,) in found}


def last_number(connection: Connection, prefix: str) -> int:
    """The highest running number given under a prefix; 0 for none."""
    rows = select(
        connection,
        "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM case_file WHERE substr(number, 1, ?) = ?",
        (len(prefix) + 1, len(prefix), prefix),
    )
    return int(rows[0][0] or 0)


def events_of(connection: Connection, number: str) -> list[EventRow]:
    """The history of a case, the oldest first."""
    return _events(connection, "WHERE number = ? ORDER BY seq", (number,))


def steps_from(connection: Connection, numbers: Sequence[str], states: Collection[str]) -> list[EventRow]:
    """Steps that people took on these cases out of one of these states, the newest first."""
    wanted, found = set(numbers), []
    for state in sorted(states):
        found += _events(connection, "WHERE from_state = ? AND person <> ''", (state,))
    return sorted((one for one in found if one.number in wanted), key=lambda one: one.at, reverse=True)


def last_event(connection: Connection, number: str) -> EventRow | None:
    found = _events(connection, "WHERE number = ? ORDER BY seq DESC LIMIT 1", (number,))
    return found[0] if found else None


def names_of(connection: Connection, persons: Sequence[str]) -> dict[str, str]:
    """Names of people by their numbers."""
    wanted = sorted({one for one in persons if one})
    found: dict[str, str] = {}
    for one in wanted:
        for (name,) in select(connection, "SELECT name FROM person WHERE id = ?", (one,)):
            found[one] = name
    return found


def _cases(connection: Connection, rest: str, values: tuple[object, ...]) -> list[CaseRow]:
    return [_case(row) for row in select(connection, _FILES + rest, values)]


def _case(row: Sequence[Any]) -> CaseRow:
    given: list[Any] = list(row)
    given[9], given[10] = bool(row[9]), tuple(str(row[10]).split())
    given[16:] = [None if one is None else from_micros(int(one)) for one in row[16:]]
    return CaseRow(*given)


def _events(connection: Connection, rest: str, values: tuple[object, ...]) -> list[EventRow]:
    found = []
    for row in select(connection, _EVENTS + rest, values):
        given: list[Any] = list(row)
        given[5] = from_micros(int(row[5]))
        given[10], given[11] = tuple(orjson.loads(row[10])), orjson.loads(row[11])
        found.append(EventRow(*given))
    return found
