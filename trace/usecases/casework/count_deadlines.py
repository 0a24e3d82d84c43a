"""Limits of open cases, counted again by each run: where an end moved, the old one stays beside it.

An end moves when the State Council announces the days off of a year, or a rule is corrected; it never moves
because somebody opened a page.
"""

from __future__ import annotations

from trace.oversight.casework.clocks import case_clocks
from trace.store.casework.cases import CaseRow, events_of, open_cases
from trace.store.casework.deadlines import Counted, add_counted, counted_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.standing import times_of

JOB = "cases.deadlines"


def count_deadlines(transactions: Transactions) -> list[Counted]:
    """Note every end that is new or moved; those that moved, as they end now."""
    with transactions.begin("cases") as tx:
        return [one for row in open_cases(tx.connection) for one in _count(tx, row)]


def _count(tx: Tx, row: CaseRow) -> list[Counted]:
    times = times_of(row, events_of(tx.connection, row.number))
    clocks = case_clocks(tx.rules, row.state, times, row.department, urgent=row.urgent, now=tx.now)
    last = {(one.duty, one.since): one for one in counted_of(tx.connection, row.number)}
    moved = []
    for clock in clocks:
        known = last.get((clock.duty, clock.since))
        if (
            clock.ends is None
            or clock.done is not None
            or (known is not None and known.ends == clock.ends.ends)
        ):
            continue
        now = Counted(
            row.number,
            clock.duty,
            clock.since,
            clock.ends.ends,
            clock.ends.provisional,
            tx.now,
            tx.rules.version,
        )
        add_counted(tx.connection, now)
        if known is not None:
            moved.append(now)
    return moved
