"""A case as its guards and clocks see it; and whose it is: department and area decide, the page does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import SAMPLING
from trace.chain.sight import lies_in
from trace.errors import CaseOutOfArea, CaseUnknown
from trace.oversight.casework.clocks import CaseTimes, window_end
from trace.oversight.casework.decide import Past, Standing
from trace.parties import COUNTRY, DEPARTMENTS, Actor
from trace.store.casework.asked import samplers_of, signed_as, stated_regions
from trace.store.casework.cases import CaseRow, EventRow, events_of, find_case
from trace.store.transaction import Tx

_MICROBES: Final = "R56"
_NEW_EPISODE: Final = "reopen"


def departments_of(actor: Actor) -> tuple[str, ...]:
    """The departments that the caller speaks for."""
    return tuple(name for name, role in DEPARTMENTS.items() if role in actor.roles)


def is_competent(actor: Actor, row: CaseRow) -> bool:
    """Whether the case is of the caller's department and lies in its area; or is on its way to it."""
    if actor.party is not None and actor.party == row.receiver:
        return True
    areas = (row.area,) if row.area else ()
    return actor.oversees and row.department in departments_of(actor) and lies_in(actor.region, areas)


def require_case(tx: Tx, actor: Actor, number: str) -> CaseRow:
    """The case; raises `CaseUnknown`, and `CaseOutOfArea` for another authority's."""
    row = find_case(tx.connection, number)
    if row is None:
        raise CaseUnknown(number=number[:40])
    if not is_competent(actor, row):
        raise CaseOutOfArea(number=row.number, area=row.area, department=row.department)
    return row


def times_of(row: CaseRow, events: Sequence[EventRow]) -> CaseTimes:
    """From when the clocks of a case run."""
    steps = tuple((one.event, one.at) for one in present(events))
    return CaseTimes(row.result_at, row.received_at, row.opened_at, steps)


def present(events: Sequence[EventRow]) -> Sequence[EventRow]:
    """The steps since a case was last opened again: a new episode has clocks of its own."""
    begun = [place for place, one in enumerate(events) if one.event == _NEW_EPISODE]
    return events[begun[-1] :] if begun else events


def standing_of(tx: Tx, row: CaseRow, actor: Actor | None = None) -> tuple[Standing, list[EventRow]]:
    """What the guards ask, with the history that it rests on; without `actor` as the log sees it."""
    events = events_of(tx.connection, row.number)
    past = tuple(Past(one.event, one.person, one.to_state, one.detail) for one in present(events))
    window = window_end(tx.rules, times_of(row, events), row.department)
    found = Standing(
        row.state,
        tx.now,
        major=bool(row.major),
        past=past,
        window_ends=window,
        report=row.report,
        first_lab=signed_as(tx.connection, row.report)[0],
        microbes=_microbes(tx, row),
        sampled_above=_sampled_above(tx, row, actor),
        receiver=actor is not None and actor.party == row.receiver != "",
        lot=row.lot,
        number=row.number,
    )
    return found, events


def _microbes(tx: Tx, row: CaseRow) -> tuple[str, ...]:
    rule = tx.rules.find(_MICROBES, day_in_shanghai(row.result_at))
    return tuple(name for name in rule.items if name in row.items) if rule is not None else ()


def _sampled_above(tx: Tx, row: CaseRow, actor: Actor | None) -> str:
    """Who of a higher level has sampled the same goods."""
    return sampled_above(tx, row.lot, actor) if actor is not None else ""


def sampled_above(tx: Tx, lot: str, actor: Actor) -> str:
    """Who above the caller has sampled a lot (农产品质量安全法 §47); "" for nobody."""
    return next(iter(higher_than(tx, actor, samplers_of(tx.connection, lot, SAMPLING.typ))), "")


def higher_than(tx: Tx, actor: Actor, others: Collection[str]) -> list[str]:
    """Those of these authorities whose area holds the caller's and more."""
    if not actor.region:
        return []
    named = sorted({*others} - {actor.party})
    areas, own = stated_regions(tx.connection, named), level_of(actor.region)
    return [one for one in named if one in areas and _holds_more(level_of(areas[one]), own)]


def _holds_more(area: str, own: str) -> bool:
    return own.startswith(area) and len(area) < len(own)


def level_of(area: str) -> str:
    """The digits that an area's codes begin with: none for the whole country, two for a province."""
    if area == COUNTRY:
        return ""
    while area.endswith("00"):
        area = area[:-2]
    return area
