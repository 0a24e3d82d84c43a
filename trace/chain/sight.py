"""Sight of a lot: what a reader may see of it, decided from how the reader stands to it.

Whole: who made or holds it, and the authority of its area. Partner: the other side of a pair, what the
hand-over itself says and no more. Public: everybody, what a shopper may know. None: a consignment, to those
who take no part in the trade. A claim by one side opens nothing to that side.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from trace.parties import COUNTRY


class Sight(StrEnum):
    """How much of a lot a reader may see."""

    WHOLE = "whole"
    PARTNER = "partner"
    PUBLIC = "public"
    NONE = "none"


class Side(StrEnum):
    """How the other side of a hand-over stands to a lot."""

    HANDED = "handed"
    """It is the hand-over, and the reader is to have it: amount and time."""
    SOURCE = "source"
    """The hand-over that the reader received was taken from it: name, batch, dates, reports, certificates,
    orders; no stock, buyers or exact plots."""
    DELIVERED = "delivered"
    """It is what the reader's hand-over became at the receiver: amount, time, state."""
    CLAIMED = "claimed"
    """Its maker claims to have it from a lot of the reader: who, amount, time."""


CONSIGNMENT: Final = "consignment"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands to a lot. `trades`: a registered party or an authority, not anybody."""

    kind: str
    owns: bool = False
    oversees: bool = False
    side: Side | None = None
    trades: bool = False


def sight_of(standing: Standing) -> Sight:
    """What a reader who stands so may see."""
    if standing.owns or standing.oversees:
        return Sight.WHOLE
    if standing.side is not None:
        return Sight.PARTNER
    return Sight.NONE if standing.kind == CONSIGNMENT and not standing.trades else Sight.PUBLIC


def lies_in(area: str, regions: Collection[str]) -> bool:
    """Whether any of these GB/T 2260 codes lies in an area; both may be coarse or fine.

    What no code is known of lies in every area: nobody leaves an authority's sight by saying nothing. Where
    there is no area nothing lies in it.
    """
    if not area:
        return False
    everywhere = area == COUNTRY or not regions
    return everywhere or any(one.startswith(area) or area.startswith(one) for one in regions)
