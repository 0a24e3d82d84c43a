"""Amounts of hand-overs as rows tell them: what each pair is of what was sent, in the unit of what was sent.

What a side counts in other units is converted by what is stated of its pieces (`ledger.pairing.amounts`);
what nothing converts is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.effects import LotAmended
from trace.chain.handover_effects import HandoverSet
from trace.chain.pack_contents import contents_of
from trace.ledger.pairing.statements import Contents
from trace.quantities import Quantity

_MOST: Final = 9 * 10**12
"""Base units: what a column of millionths holds. No record states a thousandth of it."""
_DIGITS: Final = 10**15 - 1
_SMALL: Final = 10**9
"""Of any unit: far from both bounds, and what every consignment is below."""


def part(whole: Quantity, share: Fraction) -> Quantity:
    """This share of an amount in its unit, rounded down; at most what can be written."""
    if share.numerator <= share.denominator and 0 < whole.value <= _SMALL:
        return whole.part(share)
    most = min(_MOST / whole.base, _DIGITS / Fraction(whole.value)) if whole.value > 0 else Fraction(0)
    return whole.part(min(share, most))


def plain_share(came: Quantity, sent: Quantity) -> Fraction | None:
    """What one amount is of another of the same dimension."""
    return came.share_of(sent) if came.dimension == sent.dimension else None


def received_of(sent: Quantity, shares: Iterable[Fraction | None]) -> Quantity:
    """What came of what was sent, as far as it can be said."""
    return part(sent, sum((share for share in shares if share is not None), Fraction(0)))


def held(handover: HandoverSet) -> Quantity:
    """How much of a consignment its pairs hold: no more than it was."""
    return min(handover.received, handover.quantity)


def held_before(before: HandoverSet | None, now: Quantity) -> Quantity:
    """How much they held of it so far; nothing that counts where its unit is another since."""
    if before is None or before.quantity.dimension != now.dimension:
        return Quantity.zero(now.unit)
    return held(before)


def contents(decision: Decision) -> Callable[[str], Contents]:
    """What a piece of a lot holds by its record here: asked for where amounts do not compare without."""

    def of(urn: str) -> Contents:
        lot = decision.known.lots.get(urn)
        return contents_of(lot.detail) if lot is not None else {}

    return of


def compared_anew(decision: Decision) -> list[str]:
    """The hand-overs out of lots of which this correction says otherwise what a piece holds."""
    amended = {change.lot.id: change.lot for change in decision.changes if isinstance(change, LotAmended)}
    if not amended:  # asked of every record; a batch may know hundreds of hand-overs
        return []
    known = decision.known
    changed = {
        lot
        for lot, now in amended.items()
        if (before := known.lot_of(lot)) is not None and contents_of(before.detail) != contents_of(now.detail)
    }
    return [one.stmt for one in known.handovers.values() if one.from_lot in changed]
