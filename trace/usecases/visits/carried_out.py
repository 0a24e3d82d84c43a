"""Checks of a year as they were carried out: plan, task and result by district, and what they teach.

Each item of a plan stands with the visits that name its number and with what was signed of them; beside it
the load of each inspector, the rate of findings, the problems that many firms share, and the visits that
cases still ask for: unannounced, system or special ones after a major problem, one after a case was closed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RightMissing
from trace.oversight.casework.table import CLOSED, DISMISSED, OVERTURNED
from trace.oversight.competence import county_of
from trace.oversight.monthly.figures import Line
from trace.oversight.monthly.ratios import Ratio
from trace.oversight.register import register_on
from trace.oversight.visits.answers import NO
from trace.oversight.visits.problems import Found, Problem, common_problems
from trace.oversight.visits.verified import with_own
from trace.parties import ALL, COUNTRY, Actor
from trace.rules.forms import Item
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import CaseRow, list_cases
from trace.store.casework.checks import CheckItem, check_items
from trace.store.casework.papers import LookRow, looks_by
from trace.store.lots.standing import regions_of_parties
from trace.store.risk.kept import DataCheckRow
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import PartRow, VisitRow, list_visits, parts_of
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.forms.versions import form_kept
from trace.usecases.supervision.acts_named import NamedAct, acts_of
from trace.usecases.supervision.data_checks import data_checks_of
from trace.usecases.supervision.oddities import SEEN
from trace.usecases.supervision.read_register import read_said

MOST: Final = 300
AFTER_MAJOR: Final = ("flying", "system", "special")
AFTER_CLOSING: Final = ("recheck", "unannounced")
_CASES: Final = 500
_LOOKS: Final = 2000
_CONFORMS: Final = "conforms"
_LIFTED: Final = frozenset({OVERTURNED, DISMISSED})
_SAMPLED: Final = frozenset({"sampling", "retest"})
"""What asked for a test of a sample: a firm's own test and a stranger's word are none."""


@dataclass(frozen=True, slots=True)
class Task:
    """An item of a plan with the visits that name it; `results`: whose signed part says what."""

    item: CheckItem
    district: str
    visits: tuple[str, ...]
    results: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class District:
    """How many items a district has, and of how many there is a visit, and a signed result."""

    code: str
    planned: int
    visited: int
    concluded: int


@dataclass(frozen=True, slots=True)
class Load:
    """The visits of an inspector by month; who has none is not known here."""

    card: str
    department: str
    months: Mapping[int, int]

    @property
    def visits(self) -> int:
        return sum(self.months.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that a case asks for, of one of these kinds, and that nobody has opened yet."""

    case: str
    party: str
    why: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A year of checks. `failed`: firm -> its cases of failing samples of its goods that stand, most first;
    `data_checks`: checks of data (线上核查) with their results, of both departments; `looked_only`: looks of
    the caller's authority at what is odd in a firm's data, on days on which it concluded none."""

    year: int
    tasks: Sequence[Task]
    districts: Sequence[District]
    loads: Sequence[Load]
    data_checks: Sequence[DataCheckRow]
    acts: Mapping[str, NamedAct]
    looked_only: Sequence[LookRow]
    findings: Ratio
    problems: Sequence[Problem]
    items: Mapping[str, Item]
    wanted: Sequence[Wanted]
    failed: Sequence[tuple[str, tuple[str, ...]]]
    names: Mapping[str, str]
    cut: bool


def read_carried_out(transactions: Transactions, actor: Actor, year: str = "") -> CarriedOut:
    """The checks of a year in the caller's area, of both departments. Raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now).year
        asked = int(year) if re.fullmatch("[0-9]{4}", year) else today
        wanted = asked if 2000 <= asked <= today + 1 else today
        every = list_visits(tx.connection, "" if actor.region == COUNTRY else actor.region, MOST)
        visits = [one for one in every if one.day.year == wanted]
        parts = {one.number: [p for p in parts_of(tx.connection, one.number) if p.record] for one in visits}
        planned = [
            one for one in check_items(tx.connection, wanted) if one.area.startswith(level_of(actor.region))
        ]
        tasks = list(_tasks(tx, planned, visits, parts))
        found, items = _found(tx, visits, parts)
        cases = _cases(tx, actor)
        checks = data_checks_of(tx, actor.region, wanted)
        concluded = {
            (one.firm, day_in_shanghai(one.made_at)) for one in checks if one.authority == actor.party
        }
        looks = [
            one
            for one in looks_by(tx.connection, actor.party or "", _LOOKS)
            if one.subject == SEEN
            and day_in_shanghai(one.at).year == wanted
            and (one.party, day_in_shanghai(one.at)) not in concluded
        ]
        return CarriedOut(
            wanted,
            tasks,
            _districts(tasks),
            _loads(visits),
            checks,
            acts_of(tx, actor, [one.act for one in checks]),
            looks,
            _findings(visits, parts),
            common_problems(found, _products(tx)),
            items,
            list(_wanted(cases, every)),
            _failed(cases),
            firm_names(
                tx.connection,
                sorted(
                    {one.party for one in planned}
                    | {one.party for one in visits}
                    | {one.party for one in cases}
                    | {one.party for one in looks}
                    | {one.firm for one in checks}
                ),
            ),
            len(every) == MOST,
        )


def _tasks(
    tx: Tx, planned: Sequence[CheckItem], visits: Sequence[VisitRow], parts: Mapping[str, Sequence[PartRow]]
) -> Iterator[Task]:
    named: defaultdict[str, list[str]] = defaultdict(list)
    for visit in visits:
        for number in re.split(r"[\s,，、;；]+", visit.plan):
            named[number].append(visit.number)
    regions = regions_of_parties(tx.connection, {one.party for one in planned})
    for item in planned:
        codes = sorted(regions.get(item.party, ()))
        district = next((one for code in codes if (one := county_of(code))), "")
        mine = tuple(named.get(item.number, ()))
        results = tuple((part.department, part.result) for number in mine for part in parts[number])
        yield Task(item, district, mine, results)


def _districts(tasks: Sequence[Task]) -> list[District]:
    by_code: defaultdict[str, list[Task]] = defaultdict(list)
    for one in tasks:
        if one.item.ended_at is None:
            by_code[one.district].append(one)
    return [
        District(code, len(of), sum(bool(one.visits) for one in of), sum(bool(one.results) for one in of))
        for code, of in sorted(by_code.items())
    ]


def _loads(visits: Sequence[VisitRow]) -> list[Load]:
    counted: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for visit in visits:
        for one in visit.inspectors:
            counted[one.department, one.card][visit.day.month] += 1
    loads = [Load(card, department, months) for (department, card), months in counted.items()]
    return sorted(loads, key=lambda one: (-one.visits, one.department, one.card))


def _findings(visits: Sequence[VisitRow], parts: Mapping[str, Sequence[PartRow]]) -> Ratio:
    """Visits that found something, of those of which a part is signed."""
    whole = [(one, parts[one.number]) for one in visits if parts[one.number]]
    lines = [
        (Line(one.number, one.party, tuple(p.record for p in of)), any(p.result != _CONFORMS for p in of))
        for one, of in whole
    ]
    return Ratio(tuple(line for line, bad in lines if bad), tuple(line for line, _ in lines))


def _found(
    tx: Tx, visits: Sequence[VisitRow], parts: Mapping[str, Sequence[PartRow]]
) -> tuple[list[Found], dict[str, Item]]:
    """Items that were answered with no, and each as its form in that version words it."""
    found: list[Found] = []
    items: dict[str, Item] = {}
    for visit in visits:
        for part in parts[visit.number]:
            for answer in part.answers:
                if answer.value == NO:
                    name = f"{part.form}/{answer.item}"
                    found.append(Found(name, visit.party, visit.area, visit.number))
                    item = with_own(form_kept(tx, part.form, part.form_version)).item(answer.item)
                    if item is not None:
                        items.setdefault(name, item)
    return found, items


def _products(tx: Tx) -> dict[str, list[str]]:
    on_it = register_on(day_in_shanghai(tx.now), read_said(tx.connection))
    return {one.holder: sorted(one.products) for one in on_it}


def _cases(tx: Tx, actor: Actor) -> list[CaseRow]:
    return [
        row
        for name in departments_of(actor)
        for row in list_cases(tx.connection, name, level_of(actor.region), actor.party or "", _CASES)[0]
        if row.state not in _LIFTED
    ]


def _wanted(cases: Sequence[CaseRow], visits: Sequence[VisitRow]) -> Iterator[Wanted]:
    """A visit answers a case where it is of such a kind and names the case as its cause."""
    for row in cases:
        for why, applies, kinds in (
            ("major", bool(row.major), AFTER_MAJOR),
            ("closed", row.state == CLOSED, AFTER_CLOSING),
        ):
            answered = any(one.kind in kinds and row.number in one.cause for one in visits)
            if applies and not answered:
                yield Wanted(row.number, row.party, why, kinds)


def _failed(cases: Sequence[CaseRow]) -> list[tuple[str, tuple[str, ...]]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in cases:
        if row.party and row.basis in _SAMPLED:
            found[row.party].append(row.number)
    of = [(party, tuple(sorted(numbers))) for party, numbers in found.items()]
    return sorted(of, key=lambda one: (-len(one[1]), one[0]))
