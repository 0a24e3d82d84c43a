"""What counts each item of the yearly assessment: one table, name → the two lists, from records alone.

An item whose day has not come is told so beside its lists. Where nobody kept who was on the register in a
past year, it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.casework.clocks import LATE, MET, OVERDUE
from trace.oversight.casework.table import ENDED, SOURCED
from trace.oversight.commitments import COMMITTED
from trace.oversight.competence import AGRICULTURE
from trace.oversight.grid import AREA_UNKNOWN, NO_RULE, OF_SCALE, FarmLine
from trace.oversight.monthly.figures import Line
from trace.oversight.monthly.ratios import Ratio
from trace.oversight.official_acts import Sample
from trace.oversight.register import LicenceSaid, register_on
from trace.oversight.sampling import sample_clocks
from trace.oversight.visits.cadence import YEARLY_FORMS, period_with
from trace.oversight.visits.counted import VisitCounted
from trace.oversight.visits.makers import PATROL
from trace.oversight.visits.verified import CERTIFIED as CERTIFICATES
from trace.parties import Actor
from trace.store.casework.cases import list_cases, reports_with_cases
from trace.store.casework.sampling import steps_of, summaries_of
from trace.store.transaction import Tx
from trace.store.visits.visits import PartRow, parties_checked, signed_parts_of
from trace.usecases.casework.standing import level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.farm_years import FarmYear, FarmYears, farm_years_in
from trace.usecases.supervision.farms import certified_on, register_of_farms
from trace.usecases.supervision.read_register import read_said
from trace.usecases.supervision.read_visits import visits_between

NO_SOURCE: Final = "no-source"
NOT_KEPT: Final = "not-kept"
NOT_YET: Final = "not-yet"
RUNNING: Final = "running"

MARK: Final = CERTIFICATES[0]
_CASES: Final = 100_000
_FIELDS: Final = ("party", "medication", "place", "photos", "items", "sampleNo")
"""主体名称、样品用药、抽样地块、现场图片、检测项目，以及样品编号."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an item has: its two lists or none, and why there are none or why they are not the last word."""

    ratio: Ratio | None
    state: str = ""


class Assessing:
    """A year of an area as it is assessed: what several items read is read once."""

    def __init__(self, tx: Tx, actor: Actor, year: int) -> None:
        self.tx, self.actor = tx, actor
        self.today = day_in_shanghai(tx.now)
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.area = level_of(actor.region)

    @property
    def over(self) -> bool:
        return self.today > self.last

    @cached_property
    def farms(self) -> list[FarmLine]:
        return register_of_farms(self.tx, self.actor).listed

    @cached_property
    def farm_years(self) -> FarmYears:
        return farm_years_in(self.tx, self.actor, self.first.year)

    @cached_property
    def visits(self) -> tuple[VisitCounted, ...]:
        period = Period(self.first, self.last)
        found = visits_between(self.tx, self.area, period, self.tx.now)
        return tuple(one for one in found if AGRICULTURE in one.departments)

    @cached_property
    def parts(self) -> list[tuple[str, date, PartRow]]:
        """The signed parts of the department of agriculture at these visits."""
        numbers = {one.number for one in self.visits}
        found = signed_parts_of(self.tx.connection, {one.party for one in self.visits})
        return [one for one in found if one[2].number in numbers and one[2].department == AGRICULTURE]

    @cached_property
    def samples(self) -> list[Sample]:
        found = acts_of_area(self.tx.connection, self.actor.region, Period(self.first, self.last)).samples
        return [one for one in found if one.department == AGRICULTURE]

    def periods(self, unit: str) -> Iterator[tuple[date, date]]:
        """The months or quarters of the year that are over."""
        for month in range(1, 13):
            first, last = period_with(unit, date(self.first.year, month, 1))
            if first.month == month and last < self.today:
                yield first, last

    def certified(self, first: date, last: date, kinds: Iterable[str]) -> set[str]:
        """Who holds the mark on both days, as was known on each, or another certificate by its validity."""
        said, wanted = self._said, frozenset(kinds) - {MARK}
        marked = [{one.holder for one in register_on(day, said)} for day in (first, last)]
        held = [
            {party for party, of in certified_on(self.tx.connection, day).items() if wanted & of}
            for day in (first, last)
        ]
        found = (marked[0] & marked[1]) | (held[0] & held[1])
        return found & parties_in_area(self.tx.connection, self.actor, found)

    @cached_property
    def _said(self) -> list[LicenceSaid]:
        return list(read_said(self.tx.connection))


def _positioned(of: Assessing) -> Found:
    lines = [
        (Line(one.record, party, (one.record,), f"{one.number} {day}"), bool(one.position.get("lat")))
        for party, day, one in of.parts
    ]
    return _found(lines)


def _filed(of: Assessing) -> Found:
    failed = [one for one in of.samples if one.result == "fail"]
    known = reports_with_cases(of.tx.connection, {one.report for one in failed})
    return _found((_sampled(one), one.report in known) for one in failed)


def _handled(of: Assessing) -> Found:
    rows, _ = list_cases(of.tx.connection, AGRICULTURE, of.area, "", _CASES)
    return _found(
        (Line(one.number, one.party, (one.report,), one.number), one.state in ENDED)
        for one in rows
        if of.first <= day_in_shanghai(one.received_at) <= of.last
        and one.area.startswith(of.area)
        and one.basis not in SOURCED
    )


def _gridded(of: Assessing) -> Found:
    return _of_today(of, lambda one: one.covered)


def _measured(of: Assessing) -> Found:
    return _of_today(of, lambda one: one.belongs not in {AREA_UNKNOWN, NO_RULE})


def _of_today(of: Assessing, holds: Callable[[FarmLine], bool]) -> Found:
    """Of the register as it stands; who was on it in a year that is past nobody kept."""
    if of.over:
        return Found(None, NOT_KEPT)
    return _found((_farm(one, ", ".join(one.cells)), holds(one)) for one in of.farms)


def _told(of: Assessing) -> Found:
    due = of.farm_years.due

    def told(one: FarmYear) -> tuple[Line, bool]:
        if one.notice is None or due is None:
            return _farm(one.line), False
        when = one.notice.told_on
        return replace(_farm(one.line, str(when)), records=(one.notice.stmt,)), when <= due

    return _of_the_year(of, told)


def _committed(of: Assessing) -> Found:
    """In time by the day that the farm was told: that it was told late is the item before."""

    def committed(one: FarmYear) -> tuple[Line, bool]:
        label = str(day_in_shanghai(one.rows[0].row.logged_at)) if one.rows else ""
        records = tuple(each.row.statement for each in one.rows)
        return replace(_farm(one.line, label), records=records), one.state == COMMITTED

    return _of_the_year(of, committed)


def _of_the_year(of: Assessing, line: Callable[[FarmYear], tuple[Line, bool]]) -> Found:
    due = of.farm_years.due
    if due is None:
        return Found(None, NO_SOURCE)
    if of.over:
        return Found(None, NOT_KEPT)
    listed = [line(one) for one in of.farm_years.lines if one.line.on_register]
    return _found(listed, RUNNING if of.today <= due else "")


def _verified(of: Assessing) -> Found:
    if of.over:
        return Found(None, NOT_KEPT)
    known = register_of_farms(of.tx, of.actor).verified
    lines = []
    for one in of.farms:
        if one.farm.certified:
            last = known.get(one.farm.party)
            done = last is not None and last.day >= of.first
            records = (last.record,) if last is not None and done else ()
            lines.append((replace(_farm(one), records=records), done))
    return _found(lines, RUNNING)


def _quarterly(of: Assessing) -> Found:
    if of.over:
        return Found(None, NOT_KEPT)
    large = {one.farm.party for one in of.farms if one.belongs in OF_SCALE}
    return _patrolled(of, ((period, large) for period in of.periods("per quarter")))


def _monthly(of: Assessing) -> Found:
    return _patrolled(of, ((each, of.certified(*each, CERTIFICATES)) for each in of.periods("per month")))


def _patrolled(of: Assessing, owed: Iterable[tuple[tuple[date, date], set[str]]]) -> Found:
    lines, any_over = [], False
    for (first, last), parties in owed:
        any_over = True
        for party in sorted(parties):
            visits = [
                one
                for one in of.visits
                if one.party == party and one.kind == PATROL and first <= one.day <= last
            ]
            records = tuple(sorted(record for one in visits for record in one.records))
            lines.append((Line(f"{party} {first}", party, records, f"{first} – {last}"), bool(visits)))
    return _found(lines) if any_over else Found(None, NOT_YET)


def _yearly(of: Assessing) -> Found:
    day = min(of.today, of.last)
    checked = parties_checked(of.tx.connection, YEARLY_FORMS, of.first, of.last)
    lines = []
    for party in sorted(of.certified(day, day, CERTIFICATES[:2])):
        records = {one.record for who, _, one in of.parts if who == party and one.form in YEARLY_FORMS}
        lines.append((Line(party, party, tuple(sorted(records))), party in checked))
    return _found(lines, "" if of.over else RUNNING)


def _sheets(of: Assessing) -> Found:
    return _found((_sampled(one), all(one.data.get(name) for name in _FIELDS)) for one in of.samples)


def _tested(of: Assessing) -> Found:
    steps = steps_of(of.tx.connection, {one.record for one in of.samples})
    return _found(
        (_sampled(one), clock.state == MET)
        for one in of.samples
        for clock in sample_clocks(of.tx.rules, one, steps.get(one.record, []), of.tx.now)
        if clock.state in {MET, LATE, OVERDUE}
    )


def _summed(of: Assessing) -> Found:
    rule = of.tx.rules.find("R36", min(of.today, of.last))
    if rule is None:
        return Found(None, NO_SOURCE)
    lines = []
    for authority, month in sorted({(one.authority, one.day.isoformat()[:7]) for one in of.samples}):
        if date.fromisoformat(f"{month}-01").replace(day=int(rule.number)) < of.today:
            frozen = summaries_of(of.tx.connection, authority, month)
            when = f" {day_in_shanghai(frozen[0].at)}" if frozen else ""
            digests = tuple(one.digest for one in frozen)
            lines.append((Line(f"{authority} {month}", authority, digests, f"{month}{when}"), bool(frozen)))
    return _found(lines)


def _sampled(one: Sample) -> Line:
    records = (one.record, one.report) if one.report else (one.record,)
    return Line(one.record, one.party, records, f"{one.number} {one.day}".strip())


def _farm(one: FarmLine, label: str = "") -> Line:
    return Line(one.farm.party, one.farm.party, (), label)


def _found(lines: Iterable[tuple[Line, bool]], state: str = "") -> Found:
    every = sorted(lines, key=lambda one: one[0].key)
    return Found(
        Ratio(tuple(line for line, holds in every if holds), tuple(line for line, _ in every)), state
    )


COUNTED: Final[Mapping[str, Callable[[Assessing], Found]]] = {
    "positioned": _positioned,
    "filed": _filed,
    "handled": _handled,
    "gridded": _gridded,
    "measured": _measured,
    "told": _told,
    "committed": _committed,
    "verified": _verified,
    "quarterly": _quarterly,
    "monthly": _monthly,
    "yearly": _yearly,
    "sheets": _sheets,
    "tested": _tested,
    "summed": _summed,
}
"""Item → what counts it."""
