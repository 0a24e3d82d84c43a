"""Consignments: what a shipment, or a certificate that goes with the goods, takes out of a lot."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from trace.chain.admission import balance
from trace.chain.admission.addressed import check_addressed
from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import goods_below, in_unit_of, listed, make_lot, moment, span, take, tie
from trace.chain.chain_state import KnownLot
from trace.chain.effects import LinkSet, LotState, LotTaken, NewLot, StatedLot
from trace.chain.facts import CertificateIssued, GoodsShipped, Taken
from trace.chain.facts.temperature import Temperature, told
from trace.quantities import Quantity

SHIP: Final = "ship"
"""The kind of the link by which goods leave."""


def consign(
    decision: Decision,
    fact: GoodsShipped | CertificateIssued,
    upper: KnownLot,
    urn: str,
    left: datetime,
    *,
    holder: str | None = None,
    packs: Quantity | None = None,
    temperature: Temperature | None = None,
) -> NewLot:
    """The lot that is on its way, addressed to somebody, of no more than there is."""
    lot = make_lot(
        decision,
        StatedLot(
            urn,
            "consignment",
            upper.product_name,
            fact.quantity,
            span(left, left),
            product=upper.product,
            holder=holder,
            batch_no=upper.batch_no,
            detail={
                "goods": goods_below(upper),
                "producers": list(listed(upper, "producers")),
                "packs": packs.as_json() if packs else None,
                "shippedAt": left.isoformat(),
                **told(temperature),
            },
        ),
    )
    check_addressed(decision, fact)
    balance.check_available(decision, fact, (Taken(upper.urn, fact.quantity),), lot.id)
    return lot


def depart(
    decision: Decision, fact: GoodsShipped | CertificateIssued, upper: KnownLot, lot: NewLot, left: datetime
) -> None:
    """Take the goods out of stock by this statement alone; nobody has said yet when they arrive."""
    take(decision, upper, fact.quantity)
    tie(
        decision,
        (upper.id, lot.id),
        SHIP,
        (in_unit_of(upper, fact.quantity), fact.quantity),
        departure=moment(left),
        arrival=span(left, None),
    )


def move(decision: Decision, link: int, upper: KnownLot, lot: KnownLot, *, out: bool) -> None:
    """Take a consignment that came back out of its stock again, or give it back.

    A withdrawal counts as long as nobody received the goods, whichever of the two words arrived first.
    """
    left, taken = lot.produced.earliest, in_unit_of(upper, lot.quantity)
    state = "signed" if out else "superseded"
    times = (span(left, left), span(left, None))
    decision.add(LinkSet(link, upper.id, lot.id, SHIP, taken, lot.quantity, *times, state))
    if taken is not None:
        decision.add(LotTaken(upper.id, taken if out else -taken))
    decision.add(LotState(lot.id, "normal" if out else "withdrawn"))
