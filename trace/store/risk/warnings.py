"""Warnings as rows, and the rows that rules of warnings read: each by a query over its own index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.facts.laboratory import ALERT
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables.risk import warning, warning_run

_COLUMNS: Final = (
    *("number", "key", "rule", "rule_since", "party", "area", "department", "subject", "records", "figures"),
    *("found_at", "seen_at", "state", "became", "reference", "reason", "person", "decided_at"),
)
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM warning "  # noqa: S608 - columns of ours
_AGAIN: Final = "UPDATE warning SET records = ?, figures = ?, seen_at = ? WHERE number = ?"
_DECIDE: Final = (
    "UPDATE warning SET state = ?, became = ?, reference = ?, reason = ?, person = ?, decided_at = ? "
    "WHERE number = ? AND state = 'open' RETURNING number"
)
_REOPEN: Final = (
    "UPDATE warning SET state = 'open', became = '', reference = '', reason = '', person = '', "
    "decided_at = NULL WHERE number = ? AND state = ? AND decided_at = ? AND state <> 'open' RETURNING number"
)
_MARKED: Final = (
    "SELECT maker.iss, marked.logged_at, marked.stmt FROM mark JOIN lot ON lot.id = mark.lot "
    "JOIN statement AS maker ON maker.id = (lot.id & -256) "
    "JOIN statement AS marked ON marked.id = (mark.id & -256) "
    "WHERE mark.code {among} AND mark.cleared_by IS NULL AND mark.declared IS NULL"
)
_LATE: Final = (
    "SELECT marked.iss, marked.stmt FROM mark JOIN statement AS marked ON marked.id = (mark.id & -256) "
    "WHERE mark.code = 'late-upload' AND mark.cleared_by IS NULL AND marked.logged_at >= ? "
    "AND substr(marked.typ, 1, 4) IN ('farm', 'food', 'lab.')"
)
_STATED: Final = (
    "SELECT iss, count(*) FROM statement WHERE iss {among} AND logged_at >= ? "
    "AND substr(typ, 1, 4) IN ('farm', 'food', 'lab.') GROUP BY iss"
)
_TESTED: Final = (
    "SELECT report.stmt, report.data, lot.urn, lot.product_name, maker.iss FROM report "
    "JOIN lot ON lot.id = report.lot JOIN statement AS maker ON maker.id = (lot.id & -256) "
    "JOIN statement AS tested ON tested.id = (report.id & -256) "
    "WHERE report.purpose = 'sampling' AND report.superseded_by IS NULL AND tested.logged_at >= ?"
)
_PASSED: Final = (
    "SELECT report.stmt, report.data, maker.iss, lot.product_name FROM report "
    "JOIN lot ON lot.id = report.lot JOIN statement AS maker ON maker.id = (lot.id & -256) "
    "JOIN statement AS tested ON tested.id = (report.id & -256) "
    "WHERE report.conclusion = 'pass' AND report.superseded_by IS NULL AND tested.logged_at >= ? "
    "ORDER BY report.id"
)
_ALERTS: Final = (
    "SELECT s.stmt, s.iss, record.data FROM statement AS s JOIN record ON record.id = s.id "  # noqa: S608
    f"WHERE s.logged_at >= ? AND s.typ = '{ALERT.typ}' ORDER BY s.arrival"
)
_COMPLAINED: Final = (
    "SELECT holder, lot, number FROM complaint WHERE filed_at >= ? AND lot IS NOT NULL "
    "AND holder IS NOT NULL ORDER BY id"
)
_COPIED: Final = (
    "SELECT holder, lot, code FROM scan_alert WHERE kind = 'copied' AND level = ? AND finding IS NULL "
    "AND holder IS NOT NULL ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning with what became of it."""

    number: str
    key: str
    rule: str
    rule_since: str
    party: str
    area: str
    department: str
    subject: str
    records: tuple[str, ...]
    figures: dict[str, str]
    found_at: datetime
    seen_at: datetime
    state: str = "open"
    became: str = ""
    reference: str = ""
    reason: str = ""
    person: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run over all records: by which rules, what it found, what of it was new or is gone."""

    at: datetime
    rules: str
    found: int
    fresh: int
    closed: int


def add_warnings(connection: Connection, rows: Sequence[WarningRow]) -> None:
    values = [
        (
            one.number, one.key, one.rule, one.rule_since, one.party, one.area, one.department, one.subject,
            orjson.dumps(one.records).decode(), orjson.dumps(one.figures).decode(), to_micros(one.found_at),
            to_micros(one.seen_at), one.state, one.became, one.reference, one.reason, one.person, None,
        )
        for one in rows
    ]  # fmt: skip
    insert_rows(connection, warning, _COLUMNS, values)


def see_again(connection: Connection, rows: Sequence[WarningRow]) -> None:
    """Open warnings that were found again, with the records that fire them now."""
    run_many(
        connection,
        _AGAIN,
        [
            (
                orjson.dumps(one.records).decode(),
                orjson.dumps(one.figures).decode(),
                to_micros(one.seen_at),
                one.number,
            )
            for one in rows
        ],
    )


def decide_warning(connection: Connection, row: WarningRow) -> bool:
    """Write what was decided where it is still open; False where somebody was quicker."""
    at = None if row.decided_at is None else to_micros(row.decided_at)
    values = (row.state, row.became, row.reference, row.reason, row.person, at, row.number)
    return bool(select(connection, _DECIDE, values))


def reopen_warning(connection: Connection, row: WarningRow) -> bool:
    """Write that it is open again; False where it was open, or somebody was quicker."""
    at = None if row.decided_at is None else to_micros(row.decided_at)
    return bool(select(connection, _REOPEN, (row.number, row.state, at)))


def every_warning(connection: Connection) -> list[WarningRow]:
    return _rows(connection, "ORDER BY number", ())


def find_warning(connection: Connection, number: str) -> WarningRow | None:
    found = _rows(connection, "WHERE number = ?", (number,))
    return found[0] if found else None


def warnings_of_department(connection: Connection, departments: Collection[str]) -> list[WarningRow]:
    """The newest first."""
    found = [
        row
        for name in sorted(departments)
        for row in _rows(connection, "WHERE department = ? ORDER BY number", (name,))
    ]
    return sorted(found, key=lambda one: one.number, reverse=True)


def warning_behind(connection: Connection, became: str, reference: str) -> str:
    """The number of the warning that was turned into that; "" for none."""
    rows = select(
        connection, "SELECT number FROM warning WHERE became = ? AND reference = ?", (became, reference)
    )
    return str(rows[0][0]) if rows else ""


def warnings_about(connection: Connection, party: str) -> list[WarningRow]:
    return _rows(connection, "WHERE party = ? ORDER BY number DESC", (party,))


def last_warning_number(connection: Connection, prefix: str) -> int:
    """The highest running number given under a prefix; 0 for none."""
    rows = select(
        connection,
        "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM warning WHERE substr(number, 1, ?) = ?",
        (len(prefix) + 1, len(prefix), prefix),
    )
    return int(rows[0][0] or 0)


def add_run(connection: Connection, run: RunRow) -> None:
    values = (to_micros(run.at), run.rules, run.found, run.fresh, run.closed)
    insert_rows(connection, warning_run, ("at", "rules", "found", "fresh", "closed"), [values])


def last_run(connection: Connection) -> RunRow | None:
    text = "SELECT at, rules, found, fresh, closed FROM warning_run ORDER BY at DESC LIMIT 1"
    rows = select(connection, text)
    return RunRow(from_micros(int(rows[0][0])), *rows[0][1:]) if rows else None


def read_marked(connection: Connection, codes: Collection[str]) -> Iterator[tuple[str, datetime, str]]:
    """(maker, when it was logged, record) of each open mark with one of these codes."""
    for party, at, stmt in rows_where(connection, _MARKED, codes):
        yield party, from_micros(int(at)), stmt


def read_late(connection: Connection, since: datetime) -> dict[str, list[str]]:
    """Firm -> the records of farm, food and tests that came from it since then, late."""
    found: dict[str, list[str]] = {}
    for party, stmt in select(connection, _LATE, (to_micros(since),)):
        found.setdefault(party, []).append(stmt)
    return found


def count_stated(connection: Connection, parties: Collection[str], since: datetime) -> dict[str, int]:
    """Firm -> how many records of farm, food and tests came from it since then, whenever they
    happened: those of `read_late` are among them."""
    rows = rows_where(connection, _STATED, parties, to_micros(since))
    return {party: int(count) for party, count in rows}


def read_tested(
    connection: Connection, since: datetime
) -> Iterator[tuple[str, dict[str, Any], str, str, str]]:
    """(record, data, lot, product, maker) of each test under supervision since then."""
    for stmt, data, lot, product, party in select(connection, _TESTED, (to_micros(since),)):
        yield stmt, orjson.loads(data), lot, product, party


def read_passed(connection: Connection, since: datetime) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """(record, data, maker, product) of each passed test since then, whoever asked for it."""
    for stmt, data, party, product in select(connection, _PASSED, (to_micros(since),)):
        yield stmt, orjson.loads(data), party, product


def read_alerts(connection: Connection, since: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(record, laboratory, data) of each warning by a laboratory since then."""
    for stmt, lab, data in select(connection, _ALERTS, (to_micros(since),)):
        yield stmt, lab, orjson.loads(data)


def read_complained(connection: Connection, since: datetime) -> list[tuple[str, str, str]]:
    """(maker, lot, number) of each complaint since then about a batch that is known."""
    return [tuple(row) for row in select(connection, _COMPLAINED, (to_micros(since),))]


def read_copied(connection: Connection, level: str) -> list[tuple[str, str, str]]:
    """(packer, lot, code) of each code that is suspected to be copied and was not looked into."""
    return [tuple(row) for row in select(connection, _COPIED, (level,))]


def _rows(connection: Connection, rest: str, values: tuple[object, ...]) -> list[WarningRow]:
    found = []
    for row in select(connection, _READ + rest, values):
        given: list[Any] = list(row)
        given[8], given[9] = tuple(orjson.loads(row[8])), orjson.loads(row[9])
        given[10], given[11] = from_micros(int(row[10])), from_micros(int(row[11]))
        given[17] = None if row[17] is None else from_micros(int(row[17]))
        found.append(WarningRow(*given))
    return found
