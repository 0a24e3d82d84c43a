"""Deliveries between a firm and its partners, one by one: the sender's word against the receiver's.

What does not meet is a question to both. Silence denies nothing, and two figures that differ accuse nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.quantities import Quantity

MET, WAITING, UNSEEN, LESS, MORE, DISPUTED, REFUSED, ONE_SIDED = (
    *("met", "waiting", "unseen", "less", "more"),
    *("disputed", "refused", "one-sided"),
)
STANDINGS: Final = (DISPUTED, REFUSED, MORE, LESS, ONE_SIDED, UNSEEN, WAITING, MET)
"""How a delivery stands, what asks most for both sides' word first.

Unseen: nothing of the receiver's is on this platform, and nobody here is known to be it: it may keep its
records on another, and whether they meet cannot be told here."""
SOLD, BOUGHT = "sold", "bought"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as both sides state it; `sent` or `received` is None where that side said nothing.

    `partner` is "" where the receiver is concealed and has not answered. `statements`: the sender's first.
    """

    side: str
    partner: str
    product: str
    at: datetime
    sent: Quantity | None
    received: Quantity | None
    standing: str
    statements: tuple[str, ...]

    @property
    def in_doubt(self) -> bool:
        return self.standing not in {MET, WAITING, UNSEEN}


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner on one side of the trade with every delivery, the doubtful first."""

    party: str
    side: str
    deliveries: tuple[Delivery, ...]

    @property
    def met(self) -> int:
        return sum(one.standing == MET for one in self.deliveries)

    @property
    def unseen(self) -> int:
        return sum(one.standing == UNSEEN for one in self.deliveries)

    @property
    def doubtful(self) -> int:
        return sum(one.in_doubt for one in self.deliveries)


def standing_of(state: str, states: Iterable[str], sent: Quantity, received: Quantity, *, ended: bool) -> str:
    """How a hand-over in `state` with claims in `states` stands; `ended`: the receiver expects no more."""
    claims = set(states)
    if DISPUTED in claims:
        return DISPUTED
    if state == "unaccepted" or REFUSED in claims:
        return REFUSED
    if received > sent:
        return MORE
    if received == sent:
        return MET
    if state == "received" or ended:
        return LESS
    return WAITING


def as_seen(one: Delivery, registered: Collection[str]) -> Delivery:
    """The delivery as this platform sees it, on which these parties are `registered`."""
    waits = one.side == SOLD and one.standing == WAITING and one.received is None
    return replace(one, standing=UNSEEN) if waits and one.partner not in registered else one


def by_partner(deliveries: Iterable[Delivery]) -> list[Partner]:
    """The partners of each side, those with most doubts first."""
    grouped: dict[tuple[str, str], list[Delivery]] = {}
    for one in deliveries:
        grouped.setdefault((one.side, one.partner), []).append(one)
    found = [
        Partner(party, side, tuple(sorted(each, key=lambda one: (STANDINGS.index(one.standing), one.at))))
        for (side, party), each in grouped.items()
    ]
    return sorted(found, key=lambda one: (-one.doubtful, one.side, one.party))
