"""Mass balance of one lot: what came in, what it was stated to hold, what was taken, what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trace.chain.lineage.arcs import SUPERSEDED, Arc
from trace.quantities import Quantity, total


@dataclass(frozen=True, slots=True)
class LotBalance:
    """All amounts in the unit of `quantity`; None where a link lacks its amount or uses another dimension.

    `available` = quantity − taken (negative: more was taken than there was); `unaccounted` = inflow − loss −
    quantity; `yielded` = quantity / inflow. `unknown_links` are the links without a usable amount.
    """

    lot: int
    quantity: Quantity
    inflow: Quantity | None
    loss: Quantity
    taken: Quantity | None
    available: Quantity | None
    unaccounted: Quantity | None
    yielded: Fraction | None
    unknown_links: tuple[int, ...]


def balance(
    lot: int,
    quantity: Quantity,
    above: Iterable[Arc],
    below: Iterable[Arc],
    losses: Sequence[Quantity] = (),
) -> LotBalance:
    """Balance `lot` from its links above and below (superseded ones do not count).

    Raises `UnitMismatch` when a loss is of another dimension than the lot. A lot without links above (a
    harvest) has no inflow: None, and neither yield nor unaccounted amount.
    """
    unit = quantity.unit
    poured, lacking_above = _summed(((arc.link_id, arc.state, arc.given) for arc in above), unit)
    taken, lacking_below = _summed(((arc.link_id, arc.state, arc.taken) for arc in below), unit)
    loss = total(list(losses), unit)
    inflow = poured or None
    return LotBalance(
        lot=lot,
        quantity=quantity,
        inflow=inflow,
        loss=loss,
        taken=taken,
        available=None if taken is None else quantity - taken,
        unaccounted=None if inflow is None else inflow - loss - quantity,
        yielded=None if inflow is None else quantity.share_of(inflow),
        unknown_links=tuple(sorted(lacking_above + lacking_below)),
    )


def _summed(rows: Iterable[tuple[int, str, Quantity | None]], unit: str) -> tuple[Quantity | None, list[int]]:
    """The sum in `unit`, or None with the links that prevent it."""
    dimension = Quantity.zero(unit).dimension
    usable: list[Quantity] = []
    lacking: list[int] = []
    for link, state, amount in rows:
        if state == SUPERSEDED:
            continue
        if amount is None or amount.dimension != dimension:
            lacking.append(link)
        else:
            usable.append(amount)
    return (None if lacking else total(usable, unit)), lacking
