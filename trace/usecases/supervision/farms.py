"""The register of farms of an agriculture department's area: on it or not, in which cell, which gaps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from trace.access.rights import CASES
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.identifiers import Stated
from trace.chain.known_master import holder_named
from trace.errors import AreaForeign, CellUnfit, GridForeign, RightMissing
from trace.oversight.competence import AGRICULTURE
from trace.oversight.grid import FARMS, Farm, FarmLine, GridCell, Plot, farm_lines
from trace.oversight.register_entries import GRADE, standing_on
from trace.oversight.visits.verified import CERTIFIED, Verified
from trace.oversight.warnings import OPEN
from trace.parties import ALL, DEPARTMENTS, Actor
from trace.rules import Rule
from trace.store.lots.farms import (
    add_grid_word,
    read_grid,
    read_held_licences,
    read_parties_in,
    read_plots_in,
)
from trace.store.monthly.register_entries import entries_of
from trace.store.risk.warnings import warnings_of_department
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.supervision.verified import last_verified

PAGE: Final = "/office/farms"
_VILLAGE: Final = re.compile(r"[1-9][0-9]{11}")
_NUMBERED: Final = re.compile(r"urn:place:([1-9][0-9]{11})-")
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class FarmRegister:
    """The farms of an area with their gaps; `threshold` and `allowed` are rules R40 and R41 of the day,
    `verified` says of certified farms when their certificates were last verified on site; `grades` are those
    that an authority entered and that hold, `warned` open warnings by farm."""

    day: date
    lines: tuple[FarmLine, ...]
    cells: tuple[GridCell, ...]
    threshold: Rule | None
    allowed: Rule | None
    may_assign: bool
    verified: Mapping[str, Verified]
    grades: Mapping[str, str]
    warned: Mapping[str, int]

    @property
    def listed(self) -> list[FarmLine]:
        return [line for line in self.lines if line.on_register]

    @property
    def uncovered(self) -> list[FarmLine]:
        """Farms of the register that lie, whole or in part, in no cell with an officer."""
        return [line for line in self.listed if not line.covered]

    @property
    def plots_outside(self) -> int:
        return sum(len(line.outside) for line in self.lines)

    def farms_in(self, village: str) -> int:
        return sum(village in line.cells for line in self.lines)


def read_farms(transactions: Transactions, actor: Actor) -> FarmRegister:
    """The register of farms of the caller's area as it stands now. Raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return register_of_farms(tx, actor)


def register_of_farms(tx: Tx, actor: Actor) -> FarmRegister:
    """As above, within a transaction that reads more; the caller is an authority."""
    day, area = day_in_shanghai(tx.now), level_of(actor.region)
    cells = _cells(tx.connection, area)
    lines = farm_lines(_farms(tx.connection, area, day), cells, tx.rules, day)
    threshold, allowed = tx.rules.find("R40", day), tx.rules.find("R41", day)
    certified = [one.farm.party for one in lines if one.farm.certified]
    verified = last_verified(tx, certified)
    parties = {one.farm.party for one in lines}
    grades = {
        firm: str(entry.content["grade"])
        for (firm, kind), entry in standing_on(day, entries_of(tx.connection, parties)).items()
        if kind == GRADE
    }
    told = (one for one in warnings_of_department(tx.connection, ("", *DEPARTMENTS)) if one.state == OPEN)
    warned = Counter(one.party for one in told if one.party in parties)
    mine = is_agriculture(actor) and actor.may(CASES)
    return FarmRegister(day, lines, cells, threshold, allowed, mine, verified, grades, warned)


def assign_cell(
    transactions: Transactions, actor: Actor, form: str, village: str, name: str, officer: str
) -> str:
    """Make somebody responsible for a village from now on ("" for nobody any more); where to go on from.

    Raises `RightMissing`, `GridForeign` for another department, `CellUnfit`, `AreaForeign`.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    if not is_agriculture(actor):
        raise GridForeign
    cell = (village.strip(), name.strip(), officer.strip())
    if not _VILLAGE.fullmatch(cell[0]):
        raise CellUnfit(given=cell[0][:_LONGEST])
    if not cell[1] or len(cell[1]) > _LONGEST or len(cell[2]) > _LONGEST:
        raise CellUnfit(given=" ".join(cell)[:_LONGEST])
    area = level_of(actor.region)
    if not cell[0].startswith(area):
        raise AreaForeign(given=cell[0], area=actor.region)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if not done.before:
            add_grid_word(tx.connection, cell, tx.now, actor.person, actor.party or "")
            done.to(PAGE)
    return PAGE


def is_agriculture(actor: Actor) -> bool:
    """Whether the caller speaks for the department of agriculture."""
    return AGRICULTURE in departments_of(actor)


def _cells(connection: Connection, area: str) -> tuple[GridCell, ...]:
    found = read_grid(connection).items()
    return tuple(
        GridCell(village, name, officer, day_in_shanghai(at))
        for village, (name, officer, at) in sorted(found)
        if village.startswith(area)
    )


def _farms(connection: Connection, area: str, day: date) -> Iterator[Farm]:
    plots = _plots_by_holder(read_plots_in(connection, area))
    certified = certified_on(connection, day)
    for party, data in read_parties_in(connection, area):
        if data.get("kind") in FARMS:
            held = tuple(kind for kind in CERTIFIED if kind in certified.get(party, ()))
            name, region = data.get("name", ""), data.get("region", "")
            yield Farm(party, name, data["kind"], region, tuple(plots.get(party, ())), held)


def _plots_by_holder(said: Mapping[str, list[Stated]]) -> dict[str, list[Plot]]:
    """A plot is whose an authority named; else of each who stated it as an own one."""
    found: defaultdict[str, list[Plot]] = defaultdict(list)
    for urn, every in said.items():
        named = holder_named(every)
        for one in every:
            if named is None and not one.official:
                found[one.stater].append(_plot(urn, one.data))
        if named is not None:
            own = next((one for one in reversed(every) if one.stater == named), every[-1])
            found[named].append(_plot(urn, own.data))
    return found


def _plot(urn: str, data: Mapping[str, Any]) -> Plot:
    """A plot's number begins with the code of its village where it has that form."""
    region, numbered = str(data.get("region", "")), _NUMBERED.match(urn)
    if numbered is not None and numbered[1].startswith(region):
        region = numbered[1]
    return Plot(urn, str(data.get("name", "")), region, str(data.get("village", "")), _mu(data.get("areaMu")))


def _mu(text: object) -> Decimal | None:
    try:
        return Decimal(str(text)) if text is not None else None
    except InvalidOperation:
        return None


def certified_on(connection: Connection, day: date) -> dict[str, set[str]]:
    """Holder -> the kinds of certificates that it holds on a day."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for holder, data in read_held_licences(connection):
        holds = date.fromisoformat(data["validFrom"]) <= day <= date.fromisoformat(data["validTo"])
        if holds and data["status"] == "valid":
            found[holder].add(data["kind"])
    return found
