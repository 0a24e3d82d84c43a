"""What the authorities of an area exchanged in a period: lists of statements for the monthly form and scores.

with transactions.look(…) as tx:
    found = exchanged_in_area(tx.connection, "310151", Period(first, last))
found.messages           # 开展风险信息交流次数: its length is the figure
found.by_type[PENALTY]   # the same by type
found.clues              # 违法线索, counted beside them
"""

from __future__ import annotations

from trace.oversight.exchange import Exchanged, exchanged
from trace.store.casework.exchange import Authority, list_authorities, read_sent
from trace.store.transaction import Connection
from trace.usecases.casework.standing import level_of
from trace.usecases.ledgers.period import Period


def authorities_in(connection: Connection, area: str) -> list[Authority]:
    """The authorities whose own area lies within another; a wider one's is not within it."""
    level = level_of(area)
    return [
        one for one in list_authorities(connection) if one.region and level_of(one.region).startswith(level)
    ]


def exchanged_in_area(connection: Connection, area: str, period: Period) -> Exchanged:
    """Messages and clues that authorities of the area sent in the period, with the statements' ids.

    A district's figure is its own bureaus'; a city's sums its districts' and its own. Both departments are
    counted, whoever of them asks: the form is one for both.
    """
    senders = [one.urn for one in authorities_in(connection, area)]
    return exchanged(read_sent(connection, senders), period.first, period.last)
