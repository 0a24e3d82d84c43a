"""Who supervises the supervisors: what is overdue, what was touched after closing, looks that say too little.

Every line opens what it counts. A late step is no misconduct and a plain purpose may be true: these are lists
to be asked about, by whoever leads the authority.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.casework.table import ENDED
from trace.oversight.competence import limit_of
from trace.oversight.deadlines import Deadline
from trace.oversight.seizures import STANDING, is_over
from trace.oversight.visits.orders import OVERDUE as ORDER_OVERDUE
from trace.oversight.visits.orders import order_state
from trace.oversight.warnings import OPEN, TRIAGE
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import EventRow, names_of, steps_from
from trace.store.casework.exchange import list_authorities
from trace.store.casework.papers import LookRow, looks_by
from trace.store.risk.kept import EntryRow, SeizureRow, read_rows
from trace.store.risk.warnings import WarningRow
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import VisitRow, events_of_visit, orders_past, past_of
from trace.usecases.casework.list_cases import Listed, desk_of
from trace.usecases.supervision.letters import LetterShown, letters_of
from trace.usecases.supervision.messages import Shown, exchange_of, own_authority
from trace.usecases.supervision.publication import late
from trace.usecases.supervision.risk_lists import entries_of, is_overdue
from trace.usecases.supervision.studies import Studies, studies_of
from trace.usecases.supervision.triage import warnings_within

LOOKS: Final = 500
SAME: Final = 10
"""So many firms looked at under the very same words, without a case: what for is worth asking."""


@dataclass(frozen=True, slots=True)
class Vague:
    """The same words for looks at many firms, by one person, without a case."""

    person: str
    purpose: str
    firms: int
    looks: Sequence[LookRow]


@dataclass(frozen=True, slots=True)
class UnitTasks:
    """How a unit did what its lists of risks gave it: in time, late, open, and open beyond the day."""

    unit: str
    in_time: int
    late: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Supervised:
    """What whoever leads an authority asks about."""

    cases: Sequence[Listed]
    messages: Sequence[Shown]
    letters: Sequence[LetterShown]
    entries: Sequence[EntryRow]
    units: Sequence[UnitTasks]
    warnings: Sequence[WarningRow]
    studies: Studies
    edited: Sequence[EventRow]
    vague: Sequence[Vague]
    looks: int
    names: Mapping[str, str]
    now: datetime
    unpublished: Sequence[tuple[VisitRow, Deadline]] = ()
    orders: Sequence[tuple[str, date]] = ()
    seizures: Sequence[SeizureRow] = ()
    """Results of visits past their day of publication; (visit, last day) of orders to rectify without an
    answer or not rectified; seizures past their day without an end."""


def read_supervised(transactions: Transactions, actor: Actor) -> Supervised:
    """What is to be asked about in the caller's own authority."""
    with transactions.look(actor.subject) as tx:
        own, today = own_authority(tx, actor), day_in_shanghai(tx.now)
        desk = desk_of(tx, actor)
        messages = [
            one
            for one in exchange_of(tx, actor).shown
            if own.urn in one.sent.waits_for and one.overdue(tx.now)
        ]
        warnings = [
            row
            for row in warnings_within(tx, actor)
            if row.state == OPEN
            and (due := limit_of(tx.rules, TRIAGE, row.found_at)) is not None
            and tx.now >= due
        ]
        tasks = entries_of(tx, own.urn)
        entries = [one for one in tasks if is_overdue(one, today)]
        units = by_unit((one for one in tasks if one.authority == own.urn), today)
        edited = steps_from(tx.connection, [one.row.number for one in desk.cases], ENDED)
        looks = looks_by(tx.connection, own.urn, LOOKS)
        people = [*(one.person for one in looks), *(one.responsible for one in entries)]
        names = names_of(tx.connection, people)
        firms = [*(one.party for one in looks), *(one.party for one in warnings)]
        names |= firm_names(tx.connection, [one for one in firms if one])
        names |= {one.urn: one.name for one in list_authorities(tx.connection)}
        return Supervised(
            desk.overdue, messages, letters_of(tx, own.urn).overdue, entries, units, warnings,
            studies_of(tx, own), edited, vague(looks), len(looks), names, tx.now, late(tx, actor),
            list(_orders_overdue(tx, own.urn, today)), _seizures_over(tx, own.urn, today),
        )  # fmt: skip


def _orders_overdue(tx: Tx, authority: str, today: date) -> Iterator[tuple[str, date]]:
    for number, department, last in orders_past(tx.connection, authority, today):
        past = past_of(events_of_visit(tx.connection, number))
        if order_state(department, last, past, today) == ORDER_OVERDUE:
            yield number, last


def _seizures_over(tx: Tx, authority: str, today: date) -> list[SeizureRow]:
    where = "WHERE authority = ? AND state = ?"
    rows = read_rows(tx.connection, SeizureRow, where, (authority, STANDING))
    return [one for one in rows if is_over(one, today)]


def by_unit(tasks: Iterable[EntryRow], today: date) -> list[UnitTasks]:
    """What each unit was given by the caller's authority, who has most that is overdue first.

    Done on its day or before is in time; how well it was done no record says.
    """
    given: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in tasks:
        if one.done_at is not None:
            on = day_in_shanghai(one.done_at).isoformat()
            given[one.unit]["in-time" if on <= one.due_on else "late"] += 1
        else:
            given[one.unit]["overdue" if is_overdue(one, today) else "open"] += 1
    kinds = ("in-time", "late", "open", "overdue")
    found = [UnitTasks(unit, *(had[name] for name in kinds)) for unit, had in given.items()]
    return sorted(found, key=lambda one: (-one.overdue, -one.late, one.unit))


def vague(looks: Sequence[LookRow]) -> list[Vague]:
    """Looks of one person at many firms under the very same words, where no case is named."""
    grouped: defaultdict[tuple[str, str], list[LookRow]] = defaultdict(list)
    for one in looks:
        if not one.case_number:
            grouped[one.person, one.purpose].append(one)
    found = [
        Vague(person, purpose, len({one.party for one in rows}), rows)
        for (person, purpose), rows in grouped.items()
    ]
    return sorted((one for one in found if one.firms >= SAME), key=lambda one: -one.firms)
