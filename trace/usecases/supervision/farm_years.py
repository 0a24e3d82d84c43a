"""The year's notices to the farms of an area and the commitments that they signed, as the authority sees it.

Notices are signed records of the authority, one for each farm with its whole text; commitments are signed by
the farms. Nobody ticks either off by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.commitment import commitment_name
from trace.errors import FarmNoticeForeign, RegisterFirmElsewhere, RightMissing
from trace.oversight.commitments import (
    COMMITTED,
    LATE,
    OVERDUE,
    STATES,
    UNTOLD,
    YEARLY,
    Difference,
    differences,
    due_day,
    last_day,
    matter_of,
    state_of,
    total_mu,
)
from trace.oversight.grid import FarmLine
from trace.parties import ALL, Actor
from trace.rules import Rule
from trace.store.lots.commitments import CommitmentRow, ServedNotice, read_commitments, read_served
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.supervision.farms import is_agriculture, register_of_farms
from trace.usecases.supervision.messages import authority_names, own_authority
from trace.usecases.supervision.served_notices import (
    Serving,
    draft_notices,
    drafted_to,
    required_day,
)

RULE: Final = "R37"
FIRST_YEAR: Final = 2021


@dataclass(frozen=True, slots=True)
class FarmYear:
    """A farm in a year: what it was told, what it committed itself to, and how far that is."""

    line: FarmLine
    notice: ServedNotice | None
    drafted: bool
    rows: tuple[CommitmentRow, ...]
    due: date | None
    state: str
    differs: tuple[Difference, ...]

    @property
    def stands(self) -> CommitmentRow | None:
        """The commitment that counts: the last of the year."""
        return self.rows[-1] if self.rows else None

    @property
    def mu(self) -> Decimal | None:
        return total_mu(self.stands.data["plots"]) if self.stands is not None else None


@dataclass(frozen=True, slots=True)
class FarmYears:
    """The farms of an area in a year, those first with whom somebody has something to do."""

    year: int
    day: date
    lines: tuple[FarmYear, ...]
    rule: Rule | None
    due: date | None
    may_serve: bool

    def of(self, *states: str) -> list[FarmYear]:
        return [one for one in self.lines if one.state in states]

    @property
    def to_tell(self) -> list[FarmYear]:
        """Farms without a notice, and without one that only waits to be signed."""
        return [one for one in self.lines if one.notice is None and not one.drafted and one.line.on_register]

    @property
    def committed(self) -> list[FarmYear]:
        return self.of(COMMITTED, LATE)

    @property
    def overdue(self) -> list[FarmYear]:
        return self.of(OVERDUE)

    @property
    def untold(self) -> list[FarmYear]:
        return self.of(UNTOLD)

    @property
    def behind(self) -> bool:
        """Whether notices of the year that runs are owed after the day by which they had to be given."""
        runs = self.year == self.day.year
        return runs and bool(self.untold) and self.due is not None and self.day > self.due


@dataclass(frozen=True, slots=True)
class FarmYearSeen:
    """One farm's year, and the names of the authorities that told it."""

    year: int
    one: FarmYear
    names: Mapping[str, str]


def read_farm_years(transactions: Transactions, actor: Actor, year: int | None = None) -> FarmYears:
    """The year of each farm of the caller's area; the year that runs where none is named.

    Raises `RightMissing` for who is no authority.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return farm_years_in(tx, actor, year)


def read_farm_year(transactions: Transactions, actor: Actor, party: str, year: int | None) -> FarmYearSeen:
    """One farm's year with what it signed; the look at it is noted. Raises `RightMissing`,
    `RegisterFirmElsewhere`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.begin(actor.subject) as tx:
        years = farm_years_in(tx, actor, year)
        one = next((each for each in years.lines if each.line.farm.party == party), None)
        if one is None:
            raise RegisterFirmElsewhere(firm=party[:60])
        note_looks(tx, actor, [party], Seen("page", "commitment", len(one.rows)), Purpose("承诺书核对"))
        told = [one.notice.iss] if one.notice is not None else []
        return FarmYearSeen(years.year, one, authority_names(tx, told))


def farm_years_in(tx: Tx, actor: Actor, asked: int | None) -> FarmYears:
    """As `read_farm_years`, within a transaction that reads more; the caller is an authority."""
    register = register_of_farms(tx, actor)
    year = year_asked(asked, register.day)
    rule = tx.rules.find(RULE, date(year, 1, 1))
    by_rule = due_day(rule.text, year) if rule is not None else None
    served = read_served(tx.connection, YEARLY, year)
    names = {one.farm.party: commitment_name(one.farm.party, year) for one in register.lines}
    found = read_commitments(tx.connection, list(names.values()))
    drafted = drafted_to(tx, actor, YEARLY, year)
    lines = []
    listed = year >= register.day.year  # who was on the register in a year that is past is not on record
    for line in register.lines:
        party = line.farm.party
        rows = tuple(one for one in found.get(names[party], ()) if one.row.iss == party)
        if (listed and line.on_register) or rows or party in served:
            lines.append(_line(line, served.get(party), party in drafted, rows, by_rule, register.day))
    lines.sort(key=lambda one: (STATES.index(one.state), one.line.farm.name))
    return FarmYears(year, register.day, tuple(lines), rule, by_rule, register.may_assign)


def _line(
    line: FarmLine,
    notice: ServedNotice | None,
    drafted: bool,
    rows: tuple[CommitmentRow, ...],
    by_rule: date | None,
    today: date,
) -> FarmYear:
    due = last_day(by_rule, notice.due_by, notice.told_on) if notice is not None else by_rule
    signed_on = day_in_shanghai(rows[0].row.logged_at) if rows else None
    state = state_of(told=notice is not None, signed_on=signed_on, due=due, today=today)
    differs = differences(rows[-1].data["plots"], line.farm.plots) if rows else ()
    return FarmYear(line, notice, drafted, rows, due, state, differs)


def year_asked(asked: int | None, today: date) -> int:
    """The year asked about where there is such a one, else the year that runs."""
    return asked if asked is not None and FIRST_YEAR <= asked <= today.year + 1 else today.year


def serve_notices(transactions: Transactions, serving: Serving) -> str:
    """The address where the notices wait for their signature: one for each farm that was not told yet.

    Raises `RightMissing`, `FarmNoticeForeign` for another department, `FarmNoticeUnfit`.
    """
    actor = serving.actor
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    if not is_agriculture(actor):
        raise FarmNoticeForeign
    with transactions.begin(actor.subject) as tx:
        done = once(tx, serving.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        due = required_day(tx, serving.due)
        years = farm_years_in(tx, actor, serving.year)
        farms = [one.line.farm.party for one in years.to_tell]
        matter = matter_of(YEARLY, own.region, years.year)
        return done.to(draft_notices(tx, serving, matter, farms, due))
