"""Disclosures that came with statements: kept, and indexed by the addressee of each hand-over and notice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trace.chain.facts.recall import NOTICE
from trace.chain.pair_names import PAIR_NAMES
from trace.ledger.statement import Statement
from trace.store.log.disclosures import put_disclosures
from trace.store.log.inbox import addressed_in, put_addressed
from trace.store.transaction import Connection

RECEIVERS: Final = frozenset(members.receiver for members in PAIR_NAMES.handovers.values())
"""Members that name to whom goods are handed over."""
_TOLD: Final = {NOTICE.typ: frozenset({"to"})}
"""Kind -> members that name who is told something, where that is not for everybody to know."""


def keep_disclosures(connection: Connection, statements: Iterable[Statement]) -> None:
    """Keep the private values of statements that were taken in, each deletable by itself."""
    concealing = [one for one in statements if one.disclosures]
    put_disclosures(
        connection,
        [(one.statement_id, shown.digest, shown.encoded) for one in concealing for shown in one.disclosures],
    )
    put_addressed(
        connection,
        [
            row
            for one in concealing
            for row in addressed_in(
                one.statement_id, one.disclosures, _TOLD.get(one.claims.typ, frozenset()) | RECEIVERS
            )
        ],
    )
