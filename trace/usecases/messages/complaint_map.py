"""The complaints of an area as they cluster: of the last days, by district, product and topic."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trace.errors import RightMissing
from trace.oversight.competence import county_of
from trace.oversight.complaint_clusters import UNKNOWN, Clustered, Told, clustered
from trace.parties import ALL, Actor
from trace.store.lots.standing import regions_of_parties
from trace.store.messages.complaints import complained_of
from trace.store.transaction import Transactions
from trace.usecases.lots.sight import parties_in_area

SPANS: Final = (30, 90, 365)
"""Days back that may be asked for, as far as complaints are still kept."""


def read_clusters(transactions: Transactions, actor: Actor, days: int) -> Clustered:
    """The complaints about makers of the caller's area; an authority's alone. Raises `RightMissing`.

    A complaint about goods that nobody knows is everybody's, and stands under no district and no product.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        rows = complained_of(tx.connection, tx.now - timedelta(days=days), tx.now)
        makers = {holder for holder, _, _ in rows}
        inside = parties_in_area(tx.connection, actor, makers)
        regions = regions_of_parties(tx.connection, {one for one in makers if one is not None})
        return clustered(
            Told(
                next((county_of(code) or code for code in sorted(regions.get(holder or "", ()))), UNKNOWN),
                product or UNKNOWN,
                topic,
            )
            for holder, product, topic in rows
            if holder in inside
        )
