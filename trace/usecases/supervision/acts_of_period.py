"""Samples, penalties and measures of an area in a period, with the ids of their records.

An act counts where its authority is: the city's own samples are the city's, not each district's. A city's
list holds those of its districts too, so that each act stands in it once.
"""

from __future__ import annotations

from collections.abc import Collection

from trace.errors import RightMissing
from trace.oversight.official_acts import KINDS, Authority, OfficialActs, official_acts
from trace.parties import ALL, COUNTRY, DEPARTMENTS, Actor
from trace.store.casework.acts import acts_between, results_of, revocations, sampled_lots
from trace.store.casework.asked import stated_regions
from trace.store.log.keys import read_holder_roles
from trace.store.transaction import Connection, Transactions
from trace.usecases.casework.standing import level_of
from trace.usecases.ledgers.period import Period


def read_acts(transactions: Transactions, actor: Actor, period: Period) -> OfficialActs:
    """The acts of the caller's area; an authority's alone. Raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return acts_of_area(tx.connection, actor.region, period)


def acts_of_area(connection: Connection, area: str, period: Period) -> OfficialActs:
    """The acts of the authorities of an area on the days of the period."""
    said = acts_between(connection, KINDS, period.begins, period.ends)
    authorities = authorities_in(connection, area, {one.authority for one in said})
    said = [one for one in said if one.authority in authorities]
    named = {lot for one in said for lot in one.data.get("lots", ()) if isinstance(lot, str)}
    results, lots = results_of(connection, named), sampled_lots(connection, named)
    return official_acts(said, results, lots, authorities, revocations(connection))


def authorities_in(connection: Connection, area: str, parties: Collection[str]) -> dict[str, Authority]:
    """Those of these authorities whose own area lies in `area`, with their department.

    One whose area is wider is not in it: what the city did is not a district's.
    """
    regions = stated_regions(connection, sorted(parties))
    within = level_of(area)
    found = {}
    for party, region in regions.items():
        if area == COUNTRY or level_of(region).startswith(within):
            roles = read_holder_roles(connection, party)
            department = next((name for name, role in DEPARTMENTS.items() if role in roles), "")
            found[party] = Authority(department, region)
    return found
