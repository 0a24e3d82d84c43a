"""The plan of a year's checks: reading what it needs and planning, beside the bare read of the same rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import KINDS, Store, store_of
from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.check_plan import GRADES, Inspector, Overseen, plan_checks
from trace.oversight.register_entries import GRADE, standing_on
from trace.oversight.visits.checked import last_full_checks, routine_visits
from trace.rules import load
from trace.store.base import to_micros
from trace.store.bulk import insert_rows, select
from trace.store.casework.checks import checks_made
from trace.store.monthly.register_entries import entries_of_kind
from trace.store.tables.food import record, statement
from trace.store.tables.register_entries import register_entry
from trace.store.transaction import Connection, Transactions, open_database

SIZES = {"quick": (500, 20), "usual": (10_000, 500), "full": (10_000, 500)}
ROUNDS = 7
LONGEST_S = 2.0
NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
_SINCE = NOW - timedelta(days=1500)
_FORM = ("market-12", 1)
_VISIT = {"matter": "XC2026-00001", "visit": "joint", "checklist": {"name": _FORM[0], "version": _FORM[1]}}


def run(size: str) -> Report:
    """CPU seconds for firms and inspectors of that size, on both databases."""
    report, (firms, _) = Report("check_plan"), SIZES[size]
    for kind in KINDS:
        with store_of(kind) as store:
            transactions = Transactions(open_database(store.migrated()), lambda: NOW, load(), "bench")
            _fill(transactions, firms)
            _measure(report, transactions, store, SIZES[size])
            transactions.engine.dispose()
    return report


def _fill(transactions: Transactions, firms: int) -> None:
    graded = [
        (
            *(_firm(number), GRADE, 1, to_micros(NOW), _graded(GRADES[number % 4]), "2026-01-01", ""),
            *("bench", "", "page", "a", "p", ""),
        )
        for number in range(firms)
    ]
    stated, kept = [], []
    for number in range(firms):
        at = to_micros(NOW - timedelta(days=number % 1200))
        key = (number + 1) * 256
        stated.append(
            (key, f"s{number}", "oversight.inspection", "a", "x", "o", number, at, at, number, None)
        )
        kept.append((key, "x", orjson.dumps({**_VISIT, "party": _firm(number)}).decode()))
    with transactions.begin("bench") as tx:
        insert_rows(tx.connection, register_entry, [one.name for one in register_entry.columns], graded)
        insert_rows(tx.connection, statement, [one.name for one in statement.columns], stated)
        insert_rows(tx.connection, record, ("id", "sub", "data"), kept)


def _graded(grade: str) -> str:
    """A grade as it is entered: of 22 points, as Shanghai's table has indicators."""
    point = {"part": "static", "indicator": "bench", "points": 1, "datum": "bench"}
    return orjson.dumps({"grade": grade, "points": [point] * 22, "total": 22}).decode()


def _firm(number: int) -> str:
    return f"urn:uscc:91310151XN{number:08d}"


def _measure(report: Report, transactions: Transactions, store: Store, size: tuple[int, int]) -> None:
    (firms, inspectors), servers, kind = size, store.servers, store.kind
    people = [
        Inspector(f"C{number:05d}", ("market", "agriculture")[number % 2], 12) for number in range(inspectors)
    ]

    def bare(_: int) -> Spent:
        with spending(servers) as spent, transactions.look() as tx:
            _bare(tx.connection)
        return spent

    def ours(_: int) -> Spent:
        with spending(servers) as spent, transactions.look() as tx:
            entries = standing_on(day_in_shanghai(NOW), entries_of_kind(tx.connection, GRADE))
            grades = {firm: str(one.content["grade"]) for (firm, _), one in entries.items()}
            made = list(checks_made(tx.connection, _SINCE))
            checked, visits = last_full_checks(made, {_FORM}), routine_visits(made, 2026, {_FORM[0]})
            listed = [
                Overseen(party, grade, checked[party], visits=visits.get(party, 0))
                for party, grade in grades.items()
            ]
            plan = plan_checks(tx.rules, 2026, 1, listed, people)
            assert plan.checks
        return spent

    beside, found = interleaved(ROUNDS, (bare, ours))
    seconds, limit = median([one.cpu for one in found]), median([one.cpu for one in beside])
    report.add(
        Figure(
            f"check plan, {firms} firms × {inspectors} inspectors, {kind}",
            round(seconds, 3),
            "s",
            "bare read of the rows",
            round(limit, 4),
            round(seconds / limit, 1),
            f"under {LONGEST_S} s of processors",
            seconds < LONGEST_S,
            ROUNDS,
        )
    )


def _bare(connection: Connection) -> None:
    select(connection, "SELECT * FROM register_entry")
    select(
        connection,
        "SELECT s.occurred_at, record.data FROM statement AS s JOIN record ON record.id = s.id "
        "WHERE substr(s.typ, 1, 10) = 'oversight.'",
    )
