"""Lists that a draw is made from, filled in from register, plan and visits; who is left out is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import DrawOmissionUnexplained, DrawPlanMalformed, RightMissing
from trace.oversight.visits.drawn import urn_of_object
from trace.parties import ALL, COUNTRY, DEPARTMENTS, Actor
from trace.store.accounts.people import members_of
from trace.store.casework.asked import firm_names
from trace.store.casework.checks import check_items
from trace.store.casework.exchange import list_authorities
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import VisitRow, list_visits
from trace.typed_texts import whole_text
from trace.usecases.casework.standing import departments_of
from trace.usecases.supervision.check_plan import firms_overseen

_FIRM: Final = "urn:uscc:"
_SPLIT: Final = re.compile(r"[\s,，、;；]+")
_VISITS: Final = 300
_TOLD: Final = 5
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class DrawLists:
    """What a draw of this area may be made from. `planned`: firms with a check of the year that is still to
    be made; `listed`: every firm of the register with its name; `cards`: by department, those that are
    registered of its members, or of the visits of the last year where none is."""

    planned: frozenset[str]
    listed: Mapping[str, str]
    cards: Mapping[str, tuple[str, ...]]

    @property
    def objects(self) -> list[str]:
        """The codes to draw from: those with a check on the plan, all of the register where none has."""
        return sorted(map(code_of, self.planned or self.listed))

    @property
    def rest(self) -> list[str]:
        """The codes of the register that are not among them."""
        return sorted(set(map(code_of, self.listed)) - set(self.objects))


def code_of(party: str) -> str:
    """A firm as lists name it: by its bare code."""
    return party.removeprefix(_FIRM)


def draw_lists(transactions: Transactions, actor: Actor) -> DrawLists:
    """What the form of a new draw is filled in with; an authority's alone. Raises `RightMissing`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        firms = firms_overseen(tx, actor)
        year = day_in_shanghai(tx.now).year
        area = "" if actor.region == COUNTRY else actor.region
        visits = [one for one in list_visits(tx.connection, area, _VISITS) if one.day.year >= year - 1]
        made = {number for one in visits for number in _SPLIT.split(one.plan)}
        planned = frozenset(
            one.party
            for one in check_items(tx.connection, year)
            if one.authority == actor.party and one.ended_at is None and one.number not in made
        )
        return DrawLists(
            planned & firms,
            {one: name for one, name in firm_names(tx.connection, sorted(firms)).items() if one in firms},
            {name: _registered(tx, actor, name) or _cards(visits, name) for name in DEPARTMENTS},
        )


def _registered(tx: Tx, actor: Actor, department: str) -> tuple[str, ...]:
    """The cards of members of a department's authority: one's own, or the other of the same area."""
    own = department in departments_of(actor)
    urns = [
        one.urn
        for one in list_authorities(tx.connection)
        if (one.urn == actor.party if own else one.department == department and one.region == actor.region)
    ]
    return tuple(sorted({one.card for urn in urns for one in members_of(tx.connection, urn) if one.card}))


def _cards(visits: list[VisitRow], department: str) -> tuple[str, ...]:
    return tuple(
        sorted({one.card for row in visits for one in row.inspectors if one.department == department})
    )


def omissions(tx: Tx, actor: Actor, objects: frozenset[str], typed: str, rest: str) -> dict[str, str]:
    """Firm of the register that is not drawn from -> why; `rest`: the reason of those that have none of
    their own.

    Raises `DrawOmissionUnexplained`; `DrawPlanMalformed` for a line that is none or names who is on the list.
    """
    told = dict(_lines(typed))
    on_list = {urn_of_object(one) for one in objects}
    if not {urn_of_object(one) for one in told}.isdisjoint(on_list):
        raise DrawPlanMalformed(member="omitted")
    left = {code_of(one) for one in firms_overseen(tx, actor) - on_list}
    why = whole_text("omitted", rest, _LONGEST)
    found = {one: told.get(one, why) for one in sorted(left | set(told))}
    unexplained = [one for one, reason in found.items() if not reason]
    if unexplained:
        raise DrawOmissionUnexplained(count=len(unexplained), objects=unexplained[:_TOLD])
    return found


def _lines(typed: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, (one.strip() for one in typed.splitlines())):
        firm, _, why = line.partition(" ")
        if not why.strip():
            raise DrawPlanMalformed(member="omitted")
        yield code_of(firm), whole_text("why", why, _LONGEST)
