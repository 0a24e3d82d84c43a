"""What a pair's names mean here: which kinds hand goods over and receive them, whose a lot urn is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from trace.chain.facts.farm import CERTIFICATE
from trace.chain.facts.food import RECEIPT
from trace.chain.facts.goods import PACK, SHIPMENT
from trace.chain.facts.handovers import CONFIRMATION, REFUSAL
from trace.chain.facts.reading import Unfit
from trace.chain.facts.urns import lot_owner, lot_urn
from trace.chain.pack_contents import contents_of
from trace.errors import Refusal
from trace.identity.alike import alike
from trace.ledger.pairing import HandoverMembers, PairNames
from trace.quantities import Quantity


@lru_cache(maxsize=4096)
def owners_of(lot: str) -> tuple[str, ...]:
    """The parties in whose name a lot may stand; none where it is no lot of ours."""
    try:
        owner = lot_owner(lot_urn(lot))
    except Unfit:
        return ()
    return (f"urn:uscc:{owner}", f"urn:party:{owner}")


def key_of(data: Mapping[str, object]) -> str | None:
    """What a receipt without its supplier's lot names: a GTIN and a batch number, by the look of it. No batch
    number of a pack has blanks, or signs beyond ASCII (GS1 character set 82)."""
    product, batch = data.get("product"), data.get("batchNo")
    if type(product) is not str or type(batch) is not str or not product.startswith("urn:gtin:"):
        return None
    return f"{product}:{alike(batch)}"


def measure(stated: object) -> tuple[str, Fraction] | None:
    """A stated quantity as its dimension and an exact amount."""
    try:
        quantity = Quantity.parse(stated)
    except Refusal:
        return None
    return quantity.dimension, quantity.base


PAIR_NAMES: Final = PairNames(
    RECEIPT.typ,
    CONFIRMATION.typ,
    REFUSAL.typ,
    {
        SHIPMENT.typ: HandoverMembers("lot", "fromLot", "receiver"),
        CERTIFICATE.typ: HandoverMembers("consignment", "lot", "buyer"),
    },
    owners_of,
    key_of,
    measure,
    content=contents_of,
    records=(PACK.typ, RECEIPT.typ),
)
"""Without the tolerance, which is a dated rule (R18)."""


@lru_cache(maxsize=64)
def names_within(tolerance: Decimal) -> PairNames:
    """The names with the tolerance that holds on a day."""
    return replace(PAIR_NAMES, tolerance=Fraction(tolerance))
