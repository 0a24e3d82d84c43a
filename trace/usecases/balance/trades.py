"""What a firm and its counterparts say of the goods between them, as the two sides of each trade.

A short delivery is outstanding until its receiver says that nothing more will come: what is missing of it
counts as unanswered until then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trace.chain.facts.urns import lot_owner
from trace.oversight.balance.pairs import Told, Trade, trades_of
from trace.store.analyses.firm_rows import Handed, Unpaired, read_handed, read_unpaired
from trace.store.transaction import Connection
from trace.usecases.balance.firm_rows_read import base_unit

_DENIED = "refused"
_FINAL = "disputed"


def read_trades(connection: Connection, firm: str, since: int, until: int) -> list[Trade]:
    """The trades of the firm in the period, as seller and as buyer, where the other side is named."""
    by_handover: defaultdict[int, list[Handed]] = defaultdict(list)
    for row in read_handed(connection, firm, since, until):
        by_handover[row.id].append(row)
    told = [one for rows in by_handover.values() for one in _handed(rows)]
    told.extend(
        one for row in read_unpaired(connection, firm, since, until) if (one := _unpaired(row)) is not None
    )
    return trades_of(told)


def _handed(rows: list[Handed]) -> Iterator[Told]:
    """One hand-over with all claims on it."""
    sent = rows[0]
    buyer = sent.receiver or next((row.claimant for row in rows if row.claimant), None)
    if buyer is None:
        return
    product, unit = sent.product or sent.product_name, base_unit(sent.unit)
    spoken = [row for row in rows if row.claim is not None and row.claim_state != _DENIED]
    got = 0
    for row in spoken:
        if row.claimed is None or row.claimed_unit is None or base_unit(row.claimed_unit) != unit:
            continue
        got += row.claimed
        yield Told(
            sent.shipper, row.claimant or buyer, product, unit, row.claimed, False, True, row.claim_stmt or ""
        )
    final = any(row.complete or row.claim_state == _FINAL for row in spoken)
    met = sent.quantity if spoken and (final or got >= sent.quantity) else got
    if met:
        yield Told(sent.shipper, buyer, product, unit, met, True, True, sent.stmt)
    if sent.quantity > met:
        yield Told(sent.shipper, buyer, product, unit, sent.quantity - met, True, False, sent.stmt)


def _unpaired(row: Unpaired) -> Told | None:
    owner = lot_owner(row.named_lot)
    if row.state == _DENIED or owner is None:
        return None
    seller, product = f"urn:uscc:{owner}", row.product or row.product_name
    return Told(seller, row.claimant, product, base_unit(row.unit), row.quantity, False, False, row.stmt)
