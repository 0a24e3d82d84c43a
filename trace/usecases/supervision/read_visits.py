"""The visits of an area and period with the records behind them: what monthly forms and scorecards count."""

from __future__ import annotations

from datetime import datetime

from trace.errors import RightMissing
from trace.oversight.visits.counted import VisitCounted, counted
from trace.parties import ALL, COUNTRY, Actor
from trace.store.transaction import Transactions, Tx
from trace.store.visits.records import visit_records_between
from trace.usecases.ledgers.period import Period


def read_visits(transactions: Transactions, actor: Actor, period: Period) -> tuple[VisitCounted, ...]:
    """The visits in an authority's own area, as known now; raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return visits_between(tx, actor.region, period, tx.now)


def visits_between(tx: Tx, area: str, period: Period, known: datetime) -> tuple[VisitCounted, ...]:
    """The visits in an area (digits of GB/T 2260, `COUNTRY` for all) on the period's days, as known at a
    moment: what was signed, replaced or mended later is not in it."""
    digits = "" if area == COUNTRY else area
    return counted(visit_records_between(tx.connection, digits, period.first, period.last, known))
