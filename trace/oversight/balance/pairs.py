"""Buyer against seller: what one says it sent to the other, and what that one says it got, by product.

What has not been answered, and what a claim without a hand-over says, is a doubt: it may be on its way, or be
stated tomorrow. Only what both have spoken of, and differently, stands against them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from trace.oversight.balance.excess import DOUBT, OVER


@dataclass(frozen=True, slots=True)
class Told:
    """An amount that the seller (`sent`) or the buyer states; `met`: the other has spoken of it."""

    seller: str
    buyer: str
    product: str
    unit: str
    amount: int
    sent: bool
    met: bool
    record: str


@dataclass(frozen=True, slots=True)
class Trade:
    """Both sides of what went from one to the other of a product in a unit: what both have spoken of, and
    what one of them alone has."""

    seller: str
    buyer: str
    product: str
    unit: str
    sent: int
    received: int
    unanswered: int
    claimed: int
    shipments: tuple[str, ...]
    receipts: tuple[str, ...]

    @property
    def difference(self) -> int:
        """What the seller says beyond the buyer, of all that either said; negative the other way round."""
        return self.sent + self.unanswered - self.received - self.claimed

    def judged(self, tolerance: Fraction) -> str:
        """`over` where what both spoke of differs by more than the tolerance of what was sent; `doubt` where
        all does; "" else."""
        if abs(self.sent - self.received) > tolerance * self.sent:
            return OVER
        whole = self.sent + self.unanswered
        return DOUBT if abs(self.difference) > tolerance * whole else ""


def trades_of(told: Iterable[Told]) -> list[Trade]:
    """The sums of each pair of firms and product, in their order."""
    found: defaultdict[tuple[str, str, str, str], list[Told]] = defaultdict(list)
    for one in told:
        found[one.seller, one.buyer, one.product, one.unit].append(one)
    return [_trade(key, every) for key, every in sorted(found.items())]


def _trade(key: tuple[str, str, str, str], every: list[Told]) -> Trade:
    def summed(sent: bool, met: bool) -> int:
        return sum(one.amount for one in every if one.sent is sent and one.met is met)

    return Trade(
        *key,
        sent=summed(True, True),
        received=summed(False, True),
        unanswered=summed(True, False),
        claimed=summed(False, False),
        shipments=tuple(sorted({one.record for one in every if one.sent})),
        receipts=tuple(sorted({one.record for one in every if not one.sent})),
    )
