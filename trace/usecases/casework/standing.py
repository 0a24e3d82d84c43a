"""A case as its guards and clocks see it; and how the caller's office stands to it, by dated words.

Department and area decide, the page does not. The words are said in the transaction of the step that changes
whose a case is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from trace.access.rights import CASES
from trace.access.roles import rights_of
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import SAMPLING
from trace.errors import CaseOutOfArea, CaseUnknown
from trace.oversight.casework.clocks import RESULT, CaseTimes, retest_end, window_end
from trace.oversight.casework.competence import JOINT, LEAD, Hold, Office, Word, hold_of
from trace.oversight.casework.decide import Past, Standing
from trace.oversight.casework.table import RETESTING, SOURCED, allows
from trace.parties import COUNTRY, DEPARTMENTS, Actor, Lent
from trace.store.accounts.people import Membership
from trace.store.casework.asked import samplers_of, signed_as, stated_regions
from trace.store.casework.cases import CaseRow, EventRow, events_of, find_case
from trace.store.casework.competence import words_of
from trace.store.lots.standing import regions_of_parties
from trace.store.transaction import Tx

_MICROBES: Final = "R56"
_NEW_EPISODE: Final = "reopen"


def departments_of(actor: Actor) -> tuple[str, ...]:
    """The departments that the caller speaks for."""
    return tuple(name for name, role in DEPARTMENTS.items() if role in actor.roles)


def works_on_cases(one: Membership) -> bool:
    """Whether a member may have cases: one whose roles open them."""
    return CASES in rights_of(one.roles, one.organisation.kind)


def giver_of(actor: Actor, standing: Standing, event: str) -> str:
    """In whose place the caller takes a step, "" in nobody's."""
    instead = stands_in(actor, standing.state, event)
    return instead.giver if instead is not None else ""


def stands_in(actor: Actor, state: str, event: str) -> Lent | None:
    """The lent roles by which the caller takes a step in that state; None where the own ones do."""
    return actor.instead_of(lambda roles: allows(state, event, roles))


def hold_on(tx: Tx, actor: Actor, row: CaseRow) -> Hold | None:
    """How the caller's office stands to a case: leads it, joins, reads what was, or not at all."""
    if actor.party is not None and actor.party == row.receiver:
        return Hold(LEAD)
    if not actor.oversees:
        return None
    office = Office(actor.party or "", departments_of(actor), actor.region)
    now = Word(row.received_at, LEAD, row.department, row.area)
    if office.leads(now):
        return Hold(LEAD)
    firm = regions_of_parties(tx.connection, {row.party}).get(row.party, frozenset())
    return hold_of(words_of(tx.connection, row.number) or [now], office, firm)


def require_hold(tx: Tx, actor: Actor, number: str) -> tuple[CaseRow, Hold]:
    """The case, and how the caller's office stands to it; raises `CaseUnknown`, and `CaseOutOfArea` for one
    with which it has nothing to do."""
    row = find_case(tx.connection, number)
    if row is None:
        raise CaseUnknown(number=number[:40])
    hold = hold_on(tx, actor, row)
    if hold is None:
        raise CaseOutOfArea(number=row.number, area=row.area, department=row.department)
    return row, hold


def require_case(tx: Tx, actor: Actor, number: str) -> CaseRow:
    """The case of who may act on it; raises `CaseUnknown`, and `CaseOutOfArea` for who only reads it too."""
    row, hold = require_hold(tx, actor, number)
    if not hold.acts:
        raise CaseOutOfArea(number=row.number, area=row.area, department=row.department)
    return row


def times_of(row: CaseRow, events: Sequence[EventRow]) -> CaseTimes:
    """From when the clocks of a case run."""
    here = present(events)
    steps = tuple((one.event, one.at) for one in here)
    ground = next((one.detail["ground"] for one in reversed(here) if one.detail.get("ground")), RESULT)
    assisting = tuple(_assisting(here))
    return CaseTimes(
        row.result_at, row.received_at, row.opened_at, steps, assisting, ground, row.basis in SOURCED
    )


def _assisting(events: Sequence[EventRow]) -> Iterator[tuple[datetime, datetime | None]]:
    """When each office was asked, and when that very office answered."""
    for place, asked in enumerate(events):
        if asked.event == "ask-assistance":
            of = asked.detail.get("receiver")
            later = (one.at for one in events[place:] if one.event == "answer-assistance" and one.party == of)
            yield asked.at, next(later, None)


def present(events: Sequence[EventRow]) -> Sequence[EventRow]:
    """The steps since a case was last opened again: a new episode has clocks of its own."""
    begun = [place for place, one in enumerate(events) if one.event == _NEW_EPISODE]
    return events[begun[-1] :] if begun else events


def standing_of(
    tx: Tx, row: CaseRow, actor: Actor | None = None, hold: Hold | None = None
) -> tuple[Standing, list[EventRow]]:
    """What the guards ask, with the history that it rests on; without `actor` as the log sees it."""
    events = events_of(tx.connection, row.number)
    past = tuple(Past(one.event, one.person, one.to_state, one.detail) for one in present(events))
    times = times_of(row, events)
    window = window_end(tx.rules, times, row.department)
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
        leads=hold is None or hold.part != JOINT,
        joint=hold is not None and hold.part == JOINT,
        above=actor is not None and _stands_above(tx, row, actor),
        lot=row.lot,
        number=row.number,
        sourced=row.basis in SOURCED,
        retest_ends=retest_end(tx.rules, times) if row.state == RETESTING else None,
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


def _stands_above(tx: Tx, row: CaseRow, actor: Actor) -> bool:
    """Whether the caller's area holds those of both sides of a transfer, and more than either."""
    to = stated_regions(tx.connection, [row.receiver]).get(row.receiver, "") if row.receiver else ""
    own = level_of(actor.region)
    return bool(to) and all(_holds_more(own, level_of(one)) for one in (row.area, to))


def _holds_more(area: str, own: str) -> bool:
    return own.startswith(area) and len(area) < len(own)


def level_of(area: str) -> str:
    """The digits that an area's codes begin with: none for the whole country, two for a province."""
    if area == COUNTRY:
        return ""
    for level, digits in ((9, "000"), (6, "000"), (4, "00"), (2, "00")):  # town and village have three
        if area[level:] != digits:
            continue
        area = area[:level]
    return area
