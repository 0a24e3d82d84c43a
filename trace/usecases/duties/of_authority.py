"""The day's list of an authority by rule: the form of the month and the year's summary, what the other
department waits for, results of visits to be published, open warnings, and patrols of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.competence import AGRICULTURE, MARKET
from trace.oversight.duties import Duty, by_days, by_deadlines, in_order, open_duty
from trace.oversight.joint_work import ENTERED
from trace.oversight.monthly.steps import DUE, due_at
from trace.oversight.monthly.year import due_of_year, is_derived
from trace.oversight.visits.cadence import RULE
from trace.oversight.visits.orders import PUBLISHING
from trace.oversight.warnings import OPEN
from trace.parties import Actor
from trace.store.risk.kept import JointWorkRow, read_rows
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.supervision.counted_forms import last_sent
from trace.usecases.supervision.grades_due import SET_BY, grades_due
from trace.usecases.supervision.joint_work import PAGE as JOINT_WORK
from trace.usecases.supervision.month_scope import month_of
from trace.usecases.supervision.publication import waiting
from trace.usecases.supervision.triage import PAGE as WARNINGS
from trace.usecases.supervision.triage import warnings_within
from trace.usecases.visits.patrols_due import patrols_due

_FORMS: Final = "/office/monthly"
_VISITS: Final = "/office/visits"
_REGISTER: Final = "/office/register"
_AHEAD: Final = timedelta(days=31)
"""From when on the day of the year's summary stands in the list."""


def duties_of_authority(transactions: Transactions, actor: Actor) -> list[Duty]:
    """What the caller's authority has to do by rule, what is overdue first; [] for whoever acts for none."""
    if not actor.oversees or actor.party is None:
        return []
    patrols = list(_patrols(transactions, actor))
    with transactions.look(actor.subject) as tx:
        found = [_forms(tx, actor, actor.party), _joint_work(tx, actor), _publications(tx, actor)]
        found.append(_grades(tx, actor))
        return in_order([*chain(*found, _warnings(tx, actor)), *patrols])


def _forms(tx: Tx, actor: Actor, authority: str) -> Iterator[Duty]:
    """R35: the form of the last month, from its end on, and the year's summary, until each has been sent."""
    if MARKET not in departments_of(actor):
        return
    today, month = day_in_shanghai(tx.now), month_of("", tx.now)
    due = due_at(tx.rules, month.last)
    if due is not None and last_sent(tx, authority, month.text) is None:
        rule = tx.rules.find(DUE, today)
        yield by_days("monthly-form", rule, [_day_before(due)], tx.now, _FORMS, things=(month.text,))
    year = str(today.year)
    ends = due_of_year(tx.rules, year)
    if ends is not None and _day_before(ends) <= today + _AHEAD and last_sent(tx, authority, year) is None:
        rule = tx.rules.find(DUE, today, part="year")
        if tx.now >= ends and is_derived(tx.rules, year):
            yield open_duty("year-summary", 1, _FORMS, rule, things=(year,))
        else:
            yield by_days("year-summary", rule, [_day_before(ends)], tx.now, _FORMS, things=(year,))


def _joint_work(tx: Tx, actor: Actor) -> Iterator[Duty]:
    """What the other department entered and this one has neither confirmed nor refused."""
    where = "WHERE area = ? AND state = ?"
    rows = read_rows(tx.connection, JointWorkRow, where, (level_of(actor.region), ENTERED))
    waiting = [row.number for row in rows if row.department not in departments_of(actor)]
    if waiting:
        yield open_duty("joint-work", len(waiting), JOINT_WORK, things=waiting)


def _publications(tx: Tx, actor: Actor) -> Iterator[Duty]:
    """R45: results of visits that its authority signed and nobody has published."""
    rule = tx.rules.find(PUBLISHING, day_in_shanghai(tx.now))
    found = list(waiting(tx, actor)) if rule is not None else []
    if rule is not None and found:
        things = [row.number for row, _ in found]
        yield by_deadlines("visit-results", rule, [due for _, due in found], tx.now, _VISITS, things)


def _grades(tx: Tx, actor: Actor) -> Iterator[Duty]:
    """R78: risk grades of the year, and those that something official came behind; no last day is known."""
    rule = tx.rules.find(SET_BY, day_in_shanghai(tx.now), part="year")
    if MARKET not in departments_of(actor) or rule is None:
        return
    due = grades_due(tx, actor)
    if due.unset:
        yield open_duty("grades-of-year", len(due.unset), _REGISTER, rule, things=due.unset)
    if due.touched:
        monthly = tx.rules.find(SET_BY, day_in_shanghai(tx.now), part="month")
        yield open_duty("grades-touched", len(due.touched), _REGISTER, monthly, things=due.touched)


def _warnings(tx: Tx, actor: Actor) -> Iterator[Duty]:
    """Warnings that nobody has decided; the days for it are this platform's own, so none is late here."""
    numbers = [row.number for row in warnings_within(tx, actor) if row.state == OPEN]
    if numbers:
        yield open_duty("warnings", len(numbers), WARNINGS, things=numbers)


def _patrols(transactions: Transactions, actor: Actor) -> Iterator[Duty]:
    """R38: who waits for a patrol or the yearly check in the period that runs, for the agricultural side."""
    if AGRICULTURE not in departments_of(actor):
        return
    found = [one for one in patrols_due(transactions, actor)[0] if one.waiting]
    if found:
        with transactions.look(actor.subject) as tx:
            rule, now = tx.rules.find(RULE, day_in_shanghai(tx.now), object=found[0].object), tx.now
        due = by_days("patrols", rule, [one.last for one in found], now, _VISITS)
        waiting_for = [f"{one.object} {one.last} {party}" for one in found for party in one.waiting]
        yield replace(due, count=len(waiting_for), things=tuple(waiting_for))


def _day_before(moment: datetime) -> date:
    return day_in_shanghai(moment - timedelta(seconds=1))
