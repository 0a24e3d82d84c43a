"""The plan of a year's checks of an authority: proposed by grade, last check and room, then taken over.

A proposal is computed anew each time; what is taken over stands once for each firm, reason and turn of the
year. A check is joint where both departments have an item for the firm. The last full check and the visits of
the year are read from the signed visits of the caller's department, grades from the entries of the register,
where each point has its datum; a firm without a grade is named. An item of a firm that left the register is
ended, with the reason.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import INSPECTION
from trace.errors import PlanItemUnknown, PurposeMissing, RightMissing
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.casework.table import ENDED
from trace.oversight.check_plan import (
    CADENCE,
    FULL,
    CheckPlan,
    Inspector,
    Overseen,
    plan_checks,
    visits_a_year,
)
from trace.oversight.deadlines import deadline
from trace.oversight.register import register_on
from trace.oversight.register_entries import GRADE, Entry, standing_on
from trace.oversight.visits.checked import has_every_head, last_full_checks, routine_visits
from trace.parties import ALL, DEPARTMENTS, Actor
from trace.rules.duty_list import duty_list
from trace.rules.forms import first_forms
from trace.store.casework.acts import acts_between
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import list_cases
from trace.store.casework.checks import (
    CheckItem,
    add_check_items,
    check_items,
    checks_made,
    end_check_item,
)
from trace.store.monthly.register_entries import entries_of_kind
from trace.store.transaction import Transactions, Tx
from trace.store.visits.forms import list_forms
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, higher_than, level_of
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.end_checks import end_left_items
from trace.usecases.supervision.read_register import read_said

PAGE: Final = "/office/check-plan"
_REPEAT: Final = "R44"
_BACK: Final = timedelta(days=3 * 366)
_CASES: Final = 500
_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Room:
    """How many inspectors of each department, and visits of each in a month."""

    inspectors: Mapping[str, int]
    a_month: int


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """An item with its firm's name; `joint`: the other department has one for the same firm."""

    item: CheckItem
    party: str
    joint: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class CheckPlanPage:
    """A year: what is on the plan, what is proposed beside it; firm -> the entry of its grade, or None.

    `elsewhere`: firm -> the months for which another authority of the area has it on its plan.
    """

    year: int
    items: Sequence[PlannedCheck]
    proposal: CheckPlan
    names: Mapping[str, str]
    grades: Mapping[str, Entry | None]
    elsewhere: Mapping[str, Sequence[int]]


def read_check_plan(transactions: Transactions, actor: Actor, year: str, room: Room) -> CheckPlanPage:
    """The plan and a proposal for the firms of the register; an authority's alone. Raises `RightMissing`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        wanted = _year(tx, year)
        firms = _overseen(tx, actor, wanted)
        proposal = _proposal(tx, wanted, firms, room)
        items = check_items(tx.connection, wanted)
        own = [one for one in items if one.authority == actor.party]
        parties = {one.party for one in firms} | {one.party for one in own}
        others: dict[str, list[int]] = {}
        for one in items:
            if one.authority != actor.party and one.ended_at is None and one.party in parties:
                others.setdefault(one.party, []).append(one.month)
        names = firm_names(tx.connection, sorted(parties))
        listed = {one.party for one in firms}
        planned = [
            PlannedCheck(one, names.get(one.party, one.party), one.party in others, one.party in listed)
            for one in own
        ]
        entries = _grades(tx)
        grades = {one.party: entries.get(one.party) for one in firms}
        return CheckPlanPage(wanted, planned, proposal, names, grades, others)


def take_over(transactions: Transactions, actor: Actor, form: str, year: str, room: Room) -> str:
    """Put the proposal on the plan: what stands already stands once. The address of the plan."""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        wanted = _year(tx, year)
        end_left_items(tx)
        firms = {one.party: one for one in _overseen(tx, actor, wanted)}
        proposal = _proposal(tx, wanted, list(firms.values()), room)
        turns = _turns_behind(tx, actor, wanted, firms, proposal)
        rows = []
        for check in proposal.checks[:_MOST]:
            turns[check.party, check.why] += 1
            turn = str(turns[check.party, check.why])
            cause = check.reason if check.why == "cause" else ""
            key = "\n".join((actor.party or "", str(wanted), check.party, check.why, turn, cause))
            rows.append(
                CheckItem(
                    number=f"JC{wanted}-{hashlib.sha256(key.encode()).hexdigest()[:10]}",
                    department=next(iter(departments_of(actor)), ""),
                    area=actor.region,
                    authority=actor.party or "",
                    year=wanted,
                    month=check.month,
                    party=check.party,
                    grade=firms[check.party].grade,
                    why=check.why,
                    reason=check.reason,
                    person=actor.person,
                    at=tx.now,
                )
            )
        add_check_items(tx.connection, rows)
        return done.to(PAGE)


def give_up_check(transactions: Transactions, actor: Actor, form: str, number: str, why: str) -> str:
    """Give an item up with the reason. Raises `PlanItemUnknown`, `PurposeMissing`."""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        year = number[2:6]
        items = check_items(tx.connection, int(year)) if year.isdecimal() else []
        row = next((one for one in items if one.number == number and one.authority == actor.party), None)
        if row is None:
            raise PlanItemUnknown(number=number[:64])
        if len(why.strip()) < LEAST_WORDS:
            raise PurposeMissing
        end_check_item(tx.connection, row, tx.now, actor.person, whole_text("why", why, 400))
        return done.to(PAGE)


def _year(tx: Tx, text: str) -> int:
    today = day_in_shanghai(tx.now).year
    return int(text) if text in {str(today), str(today + 1)} else today


def _proposal(tx: Tx, year: int, firms: Sequence[Overseen], room: Room) -> CheckPlan:
    today = day_in_shanghai(tx.now)
    people = [
        Inspector(f"{name}-{number:03d}", name, room.a_month)
        for name in DEPARTMENTS
        for number in range(room.inspectors.get(name, 0))
    ]
    return plan_checks(tx.rules, year, today.month if year == today.year else 1, firms, people)


def _turns_behind(
    tx: Tx, actor: Actor, year: int, firms: Mapping[str, Overseen], proposal: CheckPlan
) -> Counter[tuple[str, str]]:
    """(firm, why) -> the turns of the year that lie behind: those of a grade whose visits were made."""
    wished = [(one.party, one.why) for one in proposal.checks]
    wished += [(one.party, one.why) for one in proposal.unplaced]
    own = [one for one in check_items(tx.connection, year) if one.authority == actor.party]
    full = {party for party, why in wished if why == FULL} | {one.party for one in own if one.why == FULL}
    ahead = Counter(party for party, why in wished if why == CADENCE)
    day = date(year, 1, 1)
    behind = {
        (party, CADENCE): visits_a_year(tx.rules, firm.grade, day) - int(party in full) - ahead[party]
        for party, firm in firms.items()
        if ahead[party]
    }
    return Counter({key: turns for key, turns in behind.items() if turns > 0})


def firms_overseen(tx: Tx, actor: Actor) -> frozenset[str]:
    """The firms of the register in the caller's area today."""
    today = day_in_shanghai(tx.now)
    holders = {one.holder for one in register_on(today, read_said(tx.connection))}
    return frozenset(holders & parties_in_area(tx.connection, actor, holders))


def _overseen(tx: Tx, actor: Actor, year: int) -> list[Overseen]:
    """The firms of the register in the caller's area, as the plan of a year sees them."""
    grades, made = _grades(tx), list(checks_made(tx.connection, tx.now - _BACK))
    own = departments_of(actor)
    mine = frozenset(one.id for one in first_forms() if one.department in own)
    checked = last_full_checks(made, _whole_forms(tx, own))
    visits = routine_visits(made, year, mine)
    causes = _causes(tx, actor)
    quiet = _quiet(tx, actor)
    return [
        Overseen(
            party,
            str(grades[party].content["grade"]) if party in grades else "",
            checked.get(party),
            tuple(causes.get(party, ())),
            quiet.get(party),
            visits.get(party, 0),
        )
        for party in sorted(firms_overseen(tx, actor))
    ]


def _grades(tx: Tx) -> dict[str, Entry]:
    """Firm -> the entry of its risk grade that holds today."""
    today = day_in_shanghai(tx.now)
    return {firm: one for (firm, _), one in standing_on(today, entries_of_kind(tx.connection, GRADE)).items()}


def _whole_forms(tx: Tx, departments: Collection[str]) -> set[tuple[str, int]]:
    """The versions of these departments' forms that ask for every head of their duties."""
    kept = [one.dated.form for one in list_forms(tx.connection)]
    every = {(one.id, one.version): one for one in (*first_forms(), *kept)}
    return {
        name
        for name, form in every.items()
        if form.department in departments and has_every_head(form, duty_list().duties)
    }


def _causes(tx: Tx, actor: Actor) -> dict[str, list[str]]:
    """Firm -> the open cases about its goods."""
    found: dict[str, list[str]] = {}
    for name in departments_of(actor):
        rows, _ = list_cases(tx.connection, name, level_of(actor.region), actor.party or "", _CASES)
        for row in rows:
            if row.state not in ENDED:
                found.setdefault(row.party, []).append(row.number)
    return found


def _quiet(tx: Tx, actor: Actor) -> dict[str, date]:
    """Firm -> the day until which a higher authority's inspection keeps the caller away (R44)."""
    rule = tx.rules.find(_REPEAT, day_in_shanghai(tx.now))
    acts = acts_between(tx.connection, (INSPECTION.typ,), tx.now - timedelta(days=120), tx.now)
    above = set(higher_than(tx, actor, {one.authority for one in acts}))
    if rule is None:
        return {}
    return {
        str(one.data.get("party")): deadline(rule, one.at).last_day for one in acts if one.authority in above
    }
