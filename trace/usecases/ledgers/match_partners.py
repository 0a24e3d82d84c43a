"""A firm's deliveries against its partners' words, both ways, over the last year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

from trace.chain.facts.urns import lot_owner
from trace.errors import RightMissing
from trace.oversight.partners import (
    BOUGHT,
    ONE_SIDED,
    SOLD,
    Delivery,
    Partner,
    as_seen,
    by_partner,
    standing_of,
)
from trace.parties import OWN, Actor
from trace.store.analyses.firm_rows import Handed, Unpaired, read_handed, read_unpaired
from trace.store.base import from_micros, to_micros
from trace.store.casework.asked import firm_names
from trace.store.columns import amount
from trace.store.transaction import Transactions

YEAR: Final = timedelta(days=365)
_PARTY: Final = "urn:uscc:{}"


@dataclass(frozen=True, slots=True)
class Partners:
    """A firm's partners with their deliveries, and their registered names."""

    partners: Sequence[Partner]
    names: Mapping[str, str]

    @property
    def unseen(self) -> int:
        return sum(one.unseen for one in self.partners)

    @property
    def doubtful(self) -> int:
        return sum(one.doubtful for one in self.partners)


def match_partners(transactions: Transactions, actor: Actor) -> Partners:
    """The caller's own deliveries of the last year, partner by partner. Raises `RightMissing`."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    firm = actor.party
    with transactions.look(actor.subject) as tx:
        since, until = to_micros(tx.now - YEAR), to_micros(tx.now)
        handed = sorted(read_handed(tx.connection, firm, since, until), key=lambda row: row.id)
        found = [_handed(firm, list(rows)) for _, rows in groupby(handed, key=lambda row: row.id)]
        found += _one_sided(read_unpaired(tx.connection, firm, since, until))
        names = firm_names(tx.connection, [one.partner for one in found if one.partner])
    return Partners(by_partner(as_seen(one, names) for one in found), names)


def _handed(firm: str, rows: list[Handed]) -> Delivery:
    """A hand-over with all that is claimed of it."""
    first = rows[0]
    claims = {row.claim: row for row in rows if row.claim is not None}
    others = [first.receiver, *(row.claimant for row in claims.values())]
    sold = first.shipper == firm
    partner = next((one for one in others if one), "") if sold else first.shipper
    sent, received = amount(first.quantity, first.unit), amount(first.received, first.unit)
    return Delivery(
        SOLD if sold else BOUGHT,
        partner,
        first.product_name,
        from_micros(first.at),
        sent,
        received if claims else None,
        standing_of(
            first.state,
            (row.claim_state or "" for row in claims.values()),
            sent,
            received,
            ended=any(row.complete for row in claims.values()),
        ),
        (first.stmt, *(row.claim_stmt for row in claims.values() if row.claim_stmt)),
    )


def _one_sided(rows: Sequence[Unpaired]) -> Iterator[Delivery]:
    """What the firm received by its own word alone."""
    for row in rows:
        partner = _PARTY.format(lot_owner(row.named_lot))
        took = amount(row.quantity, row.unit)
        yield Delivery(
            BOUGHT, partner, row.product_name, from_micros(row.at), None, took, ONE_SIDED, (row.stmt,)
        )
