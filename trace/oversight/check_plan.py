"""The plan of a year's checks: which firm is visited in which month, why, and by whose hands.

A full check falls due two years after the last (R43); a cause is checked as soon as there is room; grades B
to D have visits of their own, spread over the year, less those that were made; grade A has none beyond the
full check (R46). A lower authority does not come within three months after a higher one (R44). What finds no
room is named, never dropped. Equal questions have equal answers: nothing is random here, and the draw is
another thing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.rules import Rules

GRADES: Final = ("A", "B", "C", "D")
CAUSE: Final = "cause"
FULL: Final = "full"
CADENCE: Final = "cadence"
_ORDER: Final = {CAUSE: 0, FULL: 1, CADENCE: 2}
_MONTHS: Final = 12
_FULL_CHECK: Final = "R43"
_QUIET: Final = "R46"


@dataclass(frozen=True, slots=True)
class Overseen:
    """A firm as the plan sees it: `grade` "" where none is known, `causes` names of clues, warnings, cases.

    `quiet_until`: a higher authority was here; not before that day, unless for cause. `visits`: routine ones
    that were made in the year already.
    """

    party: str
    grade: str
    last_full: date | None = None
    causes: tuple[str, ...] = ()
    quiet_until: date | None = None
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Inspector:
    """Who may go, by card: `a_month` visits at most; `recused` from these firms."""

    card: str
    department: str
    a_month: int
    recused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    """A visit that is proposed: `by`: one inspector of each department, in order of departments."""

    party: str
    month: int
    why: str
    reason: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A visit for which there is no room from `month` on."""

    party: str
    why: str
    month: int


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """`ungraded`: firms whose grade nobody stated; only what the law asks for is planned for them."""

    checks: tuple[Check, ...]
    unplaced: tuple[Unplaced, ...]
    ungraded: tuple[str, ...]
    room: int
    """Visits that the inspectors could make in the year."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """A visit before it has a place: not before `first`, best by `last` (months)."""

    rank: int
    last: int
    grade: str
    party: str
    first: int
    why: str
    reason: str


def plan_checks(
    rules: Rules, year: int, first_month: int, firms: Iterable[Overseen], inspectors: Iterable[Inspector]
) -> CheckPlan:
    """The plan of a year from a month on: causes first, then full checks by their day, then by grade."""
    listed = sorted(firms, key=lambda one: one.party)
    day = date(year, first_month, 1)
    law = _Law(
        {grade: visits_a_year(rules, grade, day) for grade in GRADES},
        int(rules.at(_FULL_CHECK, day).number),
    )
    wishes = sorted(
        (wish for one in listed for wish in _wishes(law, day, one)),
        key=lambda one: (one.rank, one.last, one.grade, one.party, one.first),
    )
    crews = _Crews(inspectors, first_month)
    room, checks, unplaced = crews.room, [], []
    for wish in wishes:
        placed = crews.place(wish)
        if placed is None:
            unplaced.append(Unplaced(wish.party, wish.why, wish.first))
        else:
            checks.append(Check(wish.party, placed[0], wish.why, wish.reason, placed[1]))
    checks.sort(key=lambda one: (one.month, one.party, one.why))
    ungraded = tuple(one.party for one in listed if one.grade not in GRADES)
    return CheckPlan(tuple(checks), tuple(unplaced), ungraded, room)


def visits_a_year(rules: Rules, grade: str, day: date) -> int:
    """Routine visits that a grade has beyond the full check."""
    rule = rules.find(_QUIET, day, grade=grade) if grade in GRADES else None
    return int(rule.number) if rule is not None and rule.when.get("grade") == grade else 0


@dataclass(frozen=True, slots=True)
class _Law:
    """Routine visits of each grade, and years between full checks, on the first day of the plan."""

    visits: Mapping[str, int]
    years: int

    def full_check_due(self, day: date, last: date | None) -> date:
        """The day by which a full check has to have been made; `day` itself where none is known."""
        if last is None:
            return day
        leap = last.month == 2 and last.day == 29
        return last.replace(year=last.year + self.years, day=28 if leap else last.day)


def _wishes(law: _Law, day: date, firm: Overseen) -> Iterator[_Wish]:
    begin = day.month
    if firm.causes:
        reason = ", ".join(firm.causes)
        yield _Wish(_ORDER[CAUSE], begin, _last_first(firm.grade), firm.party, begin, CAUSE, reason)
    quiet = firm.quiet_until
    if quiet is not None and quiet.year > day.year:
        return
    first = max(begin, quiet.month + 1) if quiet is not None and quiet >= day else begin
    due = law.full_check_due(day, firm.last_full)
    grade = _last_first(firm.grade)
    fully = due.year <= day.year
    if fully and first <= _MONTHS:
        last = max(first, due.month if due.year == day.year else first)
        yield _Wish(_ORDER[FULL], last, grade, firm.party, first, FULL, due.isoformat())
    visits = law.visits.get(firm.grade, 0) - int(fully) - firm.visits
    span = _MONTHS - first + 1
    for number in range(max(visits, 0)):
        at = first + number * span // visits
        if at <= _MONTHS:
            yield _Wish(_ORDER[CADENCE], at, grade, firm.party, at, CADENCE, firm.grade)


def _last_first(grade: str) -> str:
    """D sorts before C, B, A; what has no grade comes last."""
    return str(len(GRADES) - GRADES.index(grade)) if grade in GRADES else "9"


class _Crews:
    """Who has how much room in which month: of each department the one with the fewest visits goes."""

    def __init__(self, inspectors: Iterable[Inspector], first: int) -> None:
        by_department: dict[str, list[Inspector]] = {}
        for one in sorted(inspectors, key=lambda one: one.card):
            by_department.setdefault(one.department, []).append(one)
        self._departments = [by_department[name] for name in sorted(by_department)]
        self._heaps: dict[int, list[list[tuple[int, str]]]] = {
            month: [[(0, one.card) for one in of] for of in self._departments]
            for month in range(first, _MONTHS + 1)
        }
        self._known = {one.card: one for of in self._departments for one in of}
        monthly = min((sum(one.a_month for one in of) for of in self._departments), default=0)
        self.room = monthly * len(self._heaps)

    def place(self, wish: _Wish) -> tuple[int, tuple[str, ...]] | None:
        """The month and the inspectors: in its time from the last month on backwards, else after it."""
        before = range(wish.last, wish.first - 1, -1)
        for month in (*before, *range(wish.last + 1, _MONTHS + 1)):
            chosen = self._crew(month, wish.party)
            if chosen is not None:
                return month, chosen
        return None

    def _crew(self, month: int, party: str) -> tuple[str, ...] | None:
        heaps = self._heaps.get(month)
        if not heaps:
            return None
        chosen: list[tuple[int, str]] = []
        for heap in heaps:
            found = self._first_free(heap, party)
            if found is None:
                for each, back in zip(heaps, chosen, strict=False):
                    heapq.heappush(each, back)
                return None
            chosen.append(found)
        for heap, (load, card) in zip(heaps, chosen, strict=True):
            if load + 1 < self._known[card].a_month:
                heapq.heappush(heap, (load + 1, card))
        return tuple(card for _, card in chosen)

    def _first_free(self, heap: list[tuple[int, str]], party: str) -> tuple[int, str] | None:
        """The least loaded who need not stand aside, taken off the heap."""
        aside: list[tuple[int, str]] = []
        found = None
        while heap and found is None:
            top = heapq.heappop(heap)
            if party in self._known[top[1]].recused or self._known[top[1]].a_month < 1:
                aside.append(top)
            else:
                found = top
        for one in aside:
            heapq.heappush(heap, one)
        return found
