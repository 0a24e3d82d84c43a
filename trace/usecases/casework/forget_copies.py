"""What is kept of the goods of cases, with names and contacts of receivers: gone when its term is over.

It is a copy of records of hand-overs, kept as these are (K01): for the longer of the years since it was
made and the months after the goods' shelf life, and while its case goes on. Where somebody asks for it again,
it is read again, as far as the records still say so.
"""

from __future__ import annotations

from datetime import datetime

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.goods import SHIPMENT
from trace.oversight.casework.table import ENDED
from trace.store.casework.cases import CaseRow, find_case
from trace.store.casework.exports import forget_exports
from trace.store.casework.goods import forget_readings, kept_copies
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.erase_private import last_best_before
from trace.usecases.intake.retention import retention_of


def forget_old_copies(transactions: Transactions) -> int:
    """Delete kept readings and files of cases whose term is over; of how many cases."""
    with transactions.begin("job") as tx:
        kept = kept_copies(tx.connection)
        over = [number for number, at in kept.items() if _is_over(tx, find_case(tx.connection, number), at)]
        forget_readings(tx.connection, over)
        forget_exports(tx.connection, over)
    return len(over)


def _is_over(tx: Tx, row: CaseRow | None, at: datetime) -> bool:
    if row is not None and row.state not in ENDED:
        return False
    today, made = day_in_shanghai(tx.now), day_in_shanghai(at)
    least = retention_of(tx.rules, SHIPMENT.typ, made)
    if least is None or today < least.until:
        return False
    if row is None:
        return True
    whole = retention_of(tx.rules, SHIPMENT.typ, made, last_best_before(tx, {row.lot}))
    return whole is not None and today >= whole.until
