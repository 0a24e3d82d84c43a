"""Signed records of visits: written with the record, never changed; what figures are counted from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.facts.oversight import INSPECTION
from trace.oversight.visits.counted import VisitRecord
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.query import rows_where
from trace.store.tables.visits import visit_record

_COLUMNS: Final = (
    *("record", "number", "kind", "department", "authority", "party", "area", "day", "result", "inspectors"),
    *("findings", "rectify_by", "replaces", "logged_at"),
)
_RECORDS: Final = f"SELECT {', '.join(_COLUMNS)} FROM visit_record "  # noqa: S608 - columns of ours
_OF_LOTS: Final = (
    "SELECT statement.stmt FROM lot JOIN lot_statement ON lot_statement.lot = lot.id "  # noqa: S608
    "JOIN statement ON statement.id = lot_statement.statement "
    f"WHERE lot.urn {{among}} AND statement.typ = '{INSPECTION.typ}'"
)


def add_visit_record(connection: Connection, one: VisitRecord) -> None:
    values = (
        one.record, one.number, one.kind, one.department, one.authority, one.party, one.area,
        one.day.isoformat(), one.result, orjson.dumps(one.inspectors).decode(), one.findings,
        "" if one.rectify_by is None else one.rectify_by.isoformat(), one.replaces, to_micros(one.logged_at),
    )  # fmt: skip
    insert_rows(connection, visit_record, _COLUMNS, [values])


def is_noted(connection: Connection, record: str) -> bool:
    return bool(select(connection, "SELECT 1 FROM visit_record WHERE record = ?", (record,)))


def visit_records_between(
    connection: Connection, area: str, first: date, last: date, known: datetime
) -> list[VisitRecord]:
    """The records of visits on the days from first to last in an area, as was known at a moment.

    `area`: the digits that codes begin with, "" for everywhere; what has no known area is everybody's.
    What a later record replaced by then is left out, whichever day that one names.
    """
    where = (
        "WHERE day >= ? AND day <= ? AND logged_at <= ? "
        "AND (area = '' OR area LIKE ? OR ? LIKE area || '%') AND NOT EXISTS (SELECT 1 FROM visit_record "
        "AS later WHERE later.replaces = visit_record.record AND later.logged_at <= ?) "
    )
    if connection.dialect.name == "postgresql":
        where = where.replace("'%'", "'%%'")
    moment = to_micros(known)
    values = (first.isoformat(), last.isoformat(), moment, f"{area}%", area, moment)
    return _read(connection, where + "ORDER BY day, number, department, logged_at", values)


def inspections_of_lots(connection: Connection, lots: Collection[str]) -> set[str]:
    """The records of visits that name any of these lots as goods that were looked at."""
    return {record for (record,) in rows_where(connection, _OF_LOTS, lots)}


def records_of_visit(connection: Connection, number: str) -> list[VisitRecord]:
    """The records of one visit in the order in which they came."""
    return _read(connection, "WHERE number = ? ORDER BY logged_at, record", (number,))


def visit_records_of(connection: Connection, party: str) -> list[VisitRecord]:
    """The records about a firm, the newest first."""
    return _read(connection, "WHERE party = ? ORDER BY logged_at DESC, record", (party,))


def _read(connection: Connection, rest: str, values: tuple[object, ...]) -> list[VisitRecord]:
    return list(_rows(select(connection, _RECORDS + rest, values)))


def _rows(rows: Iterable[Any]) -> Iterable[VisitRecord]:
    for row in rows:
        given: list[Any] = list(row)
        given[7] = date.fromisoformat(row[7])
        given[9] = tuple(orjson.loads(row[9]))
        given[11] = date.fromisoformat(row[11]) if row[11] else None
        given[13] = from_micros(int(row[13]))
        yield VisitRecord(*given)
