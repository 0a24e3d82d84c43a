"""Which certified producers of an area had no patrol this month, and no yearly check this year (R38)."""

from __future__ import annotations

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.register import register_on
from trace.oversight.visits.cadence import (
    CERTIFIED,
    GREEN_ORGANIC,
    RULE,
    YEARLY_FORMS,
    Patrols,
    patrols,
    period_with,
)
from trace.oversight.visits.makers import PATROL
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions
from trace.store.visits.visits import parties_checked
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.read_register import read_said
from trace.usecases.supervision.read_visits import visits_between


def patrols_due(transactions: Transactions, actor: Actor) -> tuple[list[Patrols], dict[str, str]]:
    """The month's patrols and the year's checks of who may use the mark today, and the firms' names; [] for
    who is no authority. Farms with other certificates are on no register yet and are not among them.
    """
    if not actor.oversees:
        return [], {}
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        said = list(read_said(tx.connection))
        seen = parties_in_area(tx.connection, actor, {one.holder for one in said})
        holders = [one.holder for one in register_on(today, said) if one.holder in seen]
        found = []
        for name in (CERTIFIED, GREEN_ORGANIC):
            rule = tx.rules.find(RULE, today, object=name)
            if rule is None:
                continue
            first, last = period_with(rule.unit, today)
            if name == CERTIFIED:
                visits = visits_between(tx, actor.region, Period(first, last), tx.now)
                visited = {one.party for one in visits if one.kind == PATROL}
            else:
                visited = parties_checked(tx.connection, YEARLY_FORMS, first, last)
            found.append(patrols(name, (first, last), holders, visited))
        return found, firm_names(tx.connection, holders)
