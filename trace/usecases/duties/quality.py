"""How good a firm's own data are: late, incomplete, contradicted; figures that open their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.parties import Actor
from trace.store import duties as rows
from trace.store.duties import Noted
from trace.store.transaction import Transactions

LATE, INCOMPLETE, CONTRADICTED = "late", "incomplete", "contradicted"
WHATS: Final = (LATE, INCOMPLETE, CONTRADICTED)
MARKS: Final = {
    INCOMPLETE: (
        "purchase-record-incomplete",
        "outgoing-record-incomplete",
        "label-content-missing",
        "no-conformity-proof",
        "no-upstream-link",
    ),
    CONTRADICTED: ("receipt-differs", "gap", "times-contradict", "not-comparable"),
}
"""Figure -> codes of the open marks that it counts."""
BACK: Final = timedelta(days=30)
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures by what, how many records there are of the last days, and the rows of one figure."""

    since: datetime
    stated: int
    figures: dict[str, int]
    what: str
    rows: tuple[Noted, ...]


def read_quality(transactions: Transactions, actor: Actor, what: str) -> Quality:
    """The quality of the caller's firm's data: late ones of the last days, open marks of any day.

    Five statements, however many records there are.
    """
    party, chosen = actor.party or "", what if what in WHATS else LATE
    with transactions.look(actor.subject) as tx:
        since = tx.now - BACK
        late, stated = rows.late_among(tx.connection, party, since)
        marked = {name: rows.count_marked(tx.connection, party, codes) for name, codes in MARKS.items()}
        found = (
            rows.list_late(tx.connection, party, since, SHOWN)
            if chosen == LATE
            else rows.list_marked(tx.connection, party, MARKS[chosen], SHOWN)
        )
        return Quality(since, stated, {LATE: late, **marked}, chosen, tuple(found))
