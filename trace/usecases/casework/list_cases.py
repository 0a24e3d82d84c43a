"""What is open in an authority's area: cases with their clocks, what is overdue first, and whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trace.errors import FirmOutOfSight
from trace.oversight.casework.clocks import OVERDUE, RUNNING, CaseClock, case_clocks
from trace.oversight.casework.competence import LED
from trace.oversight.casework.table import ENDED
from trace.parties import Actor
from trace.store.accounts.people import memberships_of
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import CaseRow, cases_of_lot, events_of, find_case, list_cases, names_of
from trace.store.casework.competence import numbers_left
from trace.store.casework.deadlines import numbers_moved
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import departments_of, hold_on, level_of, times_of

__all__ = ["CaseRow", "Desk", "Listed", "Load", "Wanted", "case_of", "find_cases", "read_desk"]

MOST: Final = 500
SOON: Final = timedelta(hours=24)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case with the clock that ends first of those that still run, None where none does."""

    row: CaseRow
    party: str
    officer: str
    clock: CaseClock | None
    moved: bool = False
    """Whether a limit of it was counted again with another end."""

    @property
    def overdue(self) -> bool:
        return self.clock is not None and self.clock.state == OVERDUE

    def soon(self, now: datetime) -> bool:
        """Whether it falls due within a day."""
        ends = self.clock.ends if self.clock is not None and not self.overdue else None
        return ends is not None and ends.ends - now <= SOON


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases somebody has; `name` is "" for what nobody has."""

    name: str
    overdue: int
    soon: int
    open: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the list: an area within one's own, a state, only what is overdue."""

    area: str = ""
    state: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The cases of an authority's department and area: the open ones first, by urgency."""

    cases: Sequence[Listed]
    count: int
    now: datetime

    @property
    def open(self) -> list[Listed]:
        return [one for one in self.cases if one.row.state not in ENDED]

    @property
    def overdue(self) -> list[Listed]:
        return [one for one in self.open if one.overdue]

    @property
    def soon(self) -> list[Listed]:
        return [one for one in self.open if one.soon(self.now)]

    @property
    def fresh(self) -> list[Listed]:
        """Results of the last seven days."""
        return [one for one in self.cases if self.now - one.row.received_at <= WEEK]

    @property
    def moved(self) -> list[Listed]:
        """Those of which an end has moved since it was first counted."""
        return [one for one in self.open if one.moved]

    @property
    def loads(self) -> list[Load]:
        """By person, who has most that is overdue first; what nobody has last."""
        overdue, soon, every = Counter[str](), Counter[str](), Counter[str]()
        for one in self.open:
            every[one.officer] += 1
            overdue[one.officer] += one.overdue
            soon[one.officer] += one.soon(self.now)
        found = [Load(name, overdue[name], soon[name], count) for name, count in every.items()]
        return sorted(found, key=lambda one: (not one.name, -one.overdue, -one.open, one.name))


def read_desk(transactions: Transactions, actor: Actor, most: int = MOST) -> Desk:
    """The cases of the caller's department and area, at most so many of them, and how many there are."""
    with transactions.look(actor.subject) as tx:
        return desk_of(tx, actor, most)


def find_cases(transactions: Transactions, actor: Actor, wanted: Wanted, purpose: str) -> Desk:
    """The cases that a machine asks for; every firm in the answer is told of the look, with its purpose.

    Raises `PurposeMissing`, `FirmOutOfSight` for an area that is not the caller's.
    """
    why = Purpose(purpose)
    why.required()
    area = wanted.area or actor.region
    if not level_of(area).startswith(level_of(actor.region)):
        raise FirmOutOfSight(firm=area)
    with transactions.begin(actor.subject) as tx:
        desk = desk_of(tx, actor, MOST, area, wanted.state)
        if wanted.overdue:
            desk = Desk(desk.overdue, desk.count, desk.now)
        firms = {one.row.party for one in desk.cases}
        note_looks(tx, actor, firms, Seen("cases", area, len(desk.cases)), why)
        return desk


def desk_of(tx: Tx, actor: Actor, most: int = MOST, area: str = "", state: str = "") -> Desk:
    """As above, within a transaction that reads more; of a part of the caller's area, or in one state."""
    rows: list[CaseRow] = []
    count = 0
    digits = level_of(area or actor.region)
    for department in departments_of(actor):
        found, there = list_cases(tx.connection, department, digits, actor.party or "", most, state)
        rows += found
        count += there
    return Desk(_listed(tx, rows), count, tx.now)


def case_of(transactions: Transactions, lot: str) -> str:
    """The number of the newest case about a lot; "" where there is none."""
    with transactions.look("cases") as tx:
        found = cases_of_lot(tx.connection, lot)
        return found[-1].number if found else ""


def list_left(transactions: Transactions, actor: Actor, most: int = MOST) -> list[Listed]:
    """The cases that the caller's office led once or assisted in and does no longer, to be read."""
    with transactions.look(actor.subject) as tx:
        rows = []
        for department in departments_of(actor):
            area = level_of(actor.region)
            for number in numbers_left(tx.connection, department, area, actor.party or "", most):
                row = find_case(tx.connection, number)
                hold = hold_on(tx, actor, row) if row is not None else None
                if row is not None and hold is not None and hold.part == LED:
                    rows.append(row)
        return [replace(one, clock=None) for one in _listed(tx, rows)]


def _listed(tx: Tx, rows: Sequence[CaseRow]) -> list[Listed]:
    parties = firm_names(tx.connection, [row.party for row in rows])
    people = names_of(tx.connection, _still_here(tx, rows))
    moved = numbers_moved(tx.connection)
    found = [
        Listed(
            row, parties.get(row.party, row.party), people.get(row.officer, ""), _first_clock(tx, row),
            row.number in moved,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=_urgency)


def _still_here(tx: Tx, rows: Sequence[CaseRow]) -> list[str]:
    """The officers who still belong to an authority: the case of one who left is nobody's, and says so."""
    return [one for one in {row.officer for row in rows if row.officer} if memberships_of(tx.connection, one)]


def _urgency(one: Listed) -> tuple[bool, bool, bool, float, str]:
    ends = one.clock.ends if one.clock is not None else None
    due = ends.ends.timestamp() if ends is not None else -one.row.received_at.timestamp()
    return one.row.state in ENDED, not one.overdue, ends is None, due, one.row.number


def _first_clock(tx: Tx, row: CaseRow) -> CaseClock | None:
    if row.state in ENDED:
        return None
    times = times_of(row, events_of(tx.connection, row.number))
    clocks = case_clocks(tx.rules, row.state, times, row.department, urgent=row.urgent, now=tx.now)
    running = [one for one in clocks if one.state in {RUNNING, OVERDUE}]
    return running[0] if running else None
