"""Figures of a recall, in one unit: how much is known, came back, is out of the way, and who answered.

Nobody types a figure in: each follows from signed records. A share is an exact fraction; None where there
is nothing that it would be a share of, or where the part is more than the whole: such records do not speak
of the same goods, as where other batches were pooled in. What consignees passed on is theirs to tell and is
not added again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ConsigneeFigures:
    """What was shipped to a consignee, what of it came back or was destroyed, and whether it answered; or the
    sums of `count` of them that are alike in that."""

    shipped: Decimal
    recovered: Decimal = Decimal(0)
    destroyed: Decimal = Decimal(0)
    answered: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`unaccounted`: what was made and is neither here, nor gone by a record, nor shipped; below zero, more
    left than there was."""

    shipped: Decimal
    recovered: Decimal
    destroyed: Decimal
    unaccounted: Decimal
    reconciled: Fraction | None
    recovery: Fraction | None
    accounted: Fraction | None
    response: Fraction | None
    response_by_amount: Fraction | None


def reconcile(
    produced: Decimal, held: Decimal, gone: Decimal, consignees: Iterable[ConsigneeFigures]
) -> Reconciled:
    """The figures of goods of which so much was made, is `held` by their maker (stock, hold, retained
    samples) and is `gone` there by a record (destroyed, scrap)."""
    every = list(consignees)
    shipped = sum((one.shipped for one in every), Decimal(0))
    recovered = sum((one.recovered for one in every), Decimal(0))
    destroyed = sum((one.destroyed for one in every), Decimal(0))
    answered = [one for one in every if one.answered]
    heard = sum((one.shipped for one in answered), Decimal(0))
    count = sum(one.count for one in every)
    return Reconciled(
        shipped,
        recovered,
        destroyed,
        produced - held - gone - shipped,
        _share(held + gone + shipped, produced),
        _share(recovered, shipped),
        _share(recovered + destroyed, shipped),
        Fraction(sum(one.count for one in answered), count) if count else None,
        _share(heard, shipped),
    )


def percent(share: Fraction | None) -> str:
    """A share in hundredths of a percent, rounded half up; "" for none."""
    if share is None:
        return ""
    return format((Decimal(share.numerator) * 100 / share.denominator).quantize(_CENT, ROUND_HALF_UP), "f")


def _share(part: Decimal, whole: Decimal) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole and part <= whole else None
