"""What a plan of checks is made of: its items, and what was checked at firms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.visits.checked import Checked
from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

# Written as in the partial index, or it is not used.
_CHECKED: Final = (
    "SELECT s.iss, s.occurred_at, record.data FROM statement AS s JOIN record ON record.id = s.id "
    "WHERE substr(s.typ, 1, 10) = 'oversight.' AND s.typ = 'oversight.inspection' AND s.occurred_at >= ? "
    "ORDER BY s.occurred_at"
)

_ITEM: Final = (
    *("number", "department", "area", "authority", "year", "month", "party", "grade", "why", "reason"),
    *("person", "at", "ended_at", "ended_by", "ended_why"),
)
_ADD: Final = (
    f"INSERT INTO check_item ({', '.join(_ITEM)}) VALUES ({', '.join('?' * len(_ITEM))}) "  # noqa: S608
    "ON CONFLICT (number) DO UPDATE SET ended_at = NULL, ended_why = '' "
    "WHERE check_item.ended_at IS NOT NULL AND check_item.ended_by = ''"
)
_ITEMS: Final = f"SELECT {', '.join(_ITEM)} FROM check_item WHERE year = ? ORDER BY month, party, number"  # noqa: S608


def checks_made(connection: Connection, since: datetime) -> Iterator[Checked]:
    """What authorities signed of their visits from `since` on, in the order in which it was done."""
    for iss, at, data in select(connection, _CHECKED, (to_micros(since),)):
        yield _checked(iss, from_micros(at), orjson.loads(data))


def _checked(authority: str, at: datetime, data: Mapping[str, Any]) -> Checked:
    form, day, items = data.get("checklist") or {}, data.get("day"), data.get("items")
    return Checked(
        authority,
        data.get("party") or "",
        data.get("matter") or "",
        data.get("visit") or "",
        date.fromisoformat(day) if day else day_in_shanghai(at),
        form.get("name", ""),
        form.get("version", 0),
        None if items is None else frozenset(map(str, items)),
    )


@dataclass(frozen=True, slots=True)
class CheckItem:
    """An item of a year's plan of checks; `grade` as it was when it was planned."""

    number: str
    department: str
    area: str
    authority: str
    year: int
    month: int
    party: str
    grade: str
    why: str
    reason: str
    person: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""


def add_check_items(connection: Connection, rows: Sequence[CheckItem]) -> None:
    """Keep items; those that stand already stay, and one that ended as its firm left runs again."""
    values = [(*(getattr(row, name) for name in _ITEM[:11]), to_micros(row.at), None, "", "") for row in rows]
    run_many(connection, _ADD, values)


def check_items(connection: Connection, year: int) -> list[CheckItem]:
    """The items of a year of all authorities, by month."""
    found = []
    for row in select(connection, _ITEMS, (year,)):
        given = list(row)
        given[11] = from_micros(int(row[11]))
        given[12] = None if row[12] is None else from_micros(int(row[12]))
        found.append(CheckItem(*given))
    return found


def end_check_item(connection: Connection, row: CheckItem, at: datetime, person: str, why: str) -> None:
    """Give an item up; it stays on the plan with the reason."""
    run_many(
        connection,
        "UPDATE check_item SET ended_at = ?, ended_by = ?, ended_why = ? "
        "WHERE number = ? AND ended_at IS NULL",
        [(to_micros(at), person, why, row.number)],
    )
