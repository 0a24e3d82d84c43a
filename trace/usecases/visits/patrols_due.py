"""Which producers of an area had no patrol this month or quarter, and no yearly check this year (R38)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.grid import OF_SCALE
from trace.oversight.register import register_on
from trace.oversight.visits.cadence import (
    CERTIFIED,
    GREEN_ORGANIC,
    LARGE,
    RULE,
    YEARLY_FORMS,
    Patrols,
    patrols,
    period_with,
)
from trace.oversight.visits.makers import PATROL
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import parties_checked
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.farms import certified_on, register_of_farms
from trace.usecases.supervision.read_register import read_said
from trace.usecases.supervision.read_visits import visits_between

_ORGANIC: Final = "organic"
_INDICATION: Final = "geographical_indication"


def patrols_due(transactions: Transactions, actor: Actor) -> tuple[list[Patrols], dict[str, str]]:
    """The month's patrols of certified producers, the quarter's of farms of scale, the year's checks, and the
    producers' names; [] for who is no authority.
    """
    if not actor.oversees:
        return [], {}
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        objects = _objects(tx, actor, today)
        found = list(_found(tx, actor, objects, today))
        named = {party for each in objects.values() for party in each}
        return found, firm_names(tx.connection, sorted(named))


def _objects(tx: Tx, actor: Actor, today: date) -> Mapping[str, Collection[str]]:
    """Who is visited under each cadence: by certificates that hold today, by the register of farms."""
    kinds = certified_on(tx.connection, today)
    marked = {one.holder for one in register_on(today, list(read_said(tx.connection)))}
    organic = {party for party, held in kinds.items() if _ORGANIC in held}
    named = {party for party, held in kinds.items() if _INDICATION in held}
    seen = parties_in_area(tx.connection, actor, marked | organic | named)
    farms = register_of_farms(tx, actor).lines
    return {
        CERTIFIED: (marked | organic | named) & seen,
        LARGE: {one.farm.party for one in farms if one.belongs in OF_SCALE},
        GREEN_ORGANIC: (marked | organic) & seen,
    }


def _found(tx: Tx, actor: Actor, objects: Mapping[str, Collection[str]], today: date) -> Iterator[Patrols]:
    for name, parties in objects.items():
        rule = tx.rules.find(RULE, today, object=name)
        if rule is None or not rule.when:
            continue
        first, last = period_with(rule.unit, today)
        if name == GREEN_ORGANIC:
            visited = parties_checked(tx.connection, YEARLY_FORMS, first, last)
        else:
            visits = visits_between(tx, actor.region, Period(first, last), tx.now)
            visited = {one.party for one in visits if one.kind == PATROL}
        yield patrols(name, (first, last), parties, visited)
