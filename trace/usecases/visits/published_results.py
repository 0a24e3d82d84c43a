"""Results of checks that authorities published, for everybody: whom, when, which department, what came of it.

What is shown was signed: a result that is being mended stays as it was signed last, and a replaced one says
so. Findings are words of inspectors and stay with the firm and the authorities; so do positions and cards.
Whoever is checked under anything but a firm's code may be a person and is counted, never named; the name of a
single trader, which is often a person's, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.identity import uscc
from trace.oversight.visits.counted import VisitRecord
from trace.oversight.visits.orders import OUTCOMES, RECHECK, RECTIFIED
from trace.store.accounts.people import list_organisations
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.store.visits.records import records_of_visit
from trace.store.visits.visits import VisitEvent, VisitRow, count_published, events_of_visit, published_visits
from trace.usecases.supervision.published_draws import is_firm

MOST: Final = 100
_FIRM: Final = "urn:uscc:"


@dataclass(frozen=True, slots=True)
class DepartmentsResult:
    """What one department signed. `rectify_by`: the last day of its order; `rechecked`: the outcome of its
    last re-check since, "" for none; `replaced`: it was signed anew, by a record that replaced the first."""

    department: str
    authority: str
    result: str
    rectify_by: date | None
    rechecked: str
    replaced: bool

    @property
    def settled(self) -> bool:
        return self.rechecked == RECTIFIED


@dataclass(frozen=True, slots=True)
class PublishedCheck:
    """A check with its published results. `name` is "" where the code alone is shown."""

    number: str
    kind: str
    code: str
    name: str
    day: date
    published_at: datetime
    results: Sequence[DepartmentsResult]


@dataclass(frozen=True, slots=True)
class PublishedChecks:
    """The newest published checks, how many there are, and how many of those read name nobody."""

    listed: Sequence[PublishedCheck]
    count: int
    unnamed: int


def read_published_checks(transactions: Transactions, code: str = "") -> PublishedChecks:
    """The newest published checks, of one firm where its code is given."""
    with transactions.look() as tx:
        party = f"{_FIRM}{code}" if code else ""
        rows = published_visits(tx.connection, party, MOST)
        named = [one for one in rows if is_firm(one.party)]
        firms = firm_names(tx.connection, sorted({one.party for one in named}))
        bureaus = {one.urn: one.name for one in list_organisations(tx.connection)}
        listed = [_published(tx, one, firms.get(one.party, ""), bureaus) for one in named]
        return PublishedChecks(listed, count_published(tx.connection, party), len(rows) - len(named))


def _published(tx: Tx, row: VisitRow, name: str, bureaus: dict[str, str]) -> PublishedCheck:
    code = row.party.removeprefix(_FIRM)
    alone = uscc.parse(code).kind == uscc.INDIVIDUAL
    results = results_of(
        records_of_visit(tx.connection, row.number), events_of_visit(tx.connection, row.number), bureaus
    )
    at = row.published_at or row.opened_at
    return PublishedCheck(row.number, row.kind, code, "" if alone else name, row.day, at, results)


def results_of(
    records: Sequence[VisitRecord], events: Sequence[VisitEvent], bureaus: dict[str, str]
) -> list[DepartmentsResult]:
    """The record of each department that no later one replaced, in the order of their departments."""
    replaced = {one.replaces for one in records if one.replaces}
    standing = sorted((one for one in records if one.record not in replaced), key=lambda one: one.department)
    outcomes = {
        one.department: outcome
        for one in events
        if one.event == RECHECK and (outcome := str(one.detail.get("outcome", ""))) in OUTCOMES
    }
    return [
        DepartmentsResult(
            one.department,
            bureaus.get(one.authority, one.authority),
            one.result,
            one.rectify_by,
            outcomes.get(one.department, "") if one.rectify_by is not None else "",
            bool(one.replaces),
        )
        for one in standing
    ]
