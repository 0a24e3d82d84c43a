"""The goods that a case is about: its lot, and the other packings of the batch that failed with it.

A report names the lot that was sampled; nobody tests a five-kilogram and a ten-kilogram bag apart. What a
case shows, orders and counts goes out from all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.lineage.arcs import FAR
from trace.chain.lineage.packings import drawn
from trace.store.base import to_micros
from trace.store.chain.packings import StoredPackings, packings_beside
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id, read_marks_on
from trace.store.transaction import Connection


@dataclass(frozen=True, slots=True)
class GoodsConcerned:
    """`lots`: the lot of the case, then the packings beside it by urn; `first` are those of them of which no
    other one is packed: what went out of these went out of all."""

    lots: Sequence[LotRow] = ()
    first: Sequence[LotRow] = ()

    @property
    def beside(self) -> Sequence[LotRow]:
        """The packings beside the lot of the case."""
        return self.lots[1:]


NO_GOODS: Final = GoodsConcerned()


def goods_concerned(connection: Connection, lot: str) -> GoodsConcerned:
    """The goods of a case about that lot (urn); none where it is not known here."""
    found = read_lots(connection, [lot])
    if not found:
        return NO_GOODS
    (own,) = found
    beside = read_lots_by_id(connection, _failed_beside(connection, own.id)).values()
    lots = (own, *sorted(beside, key=lambda one: one.urn))
    if len(lots) == 1:
        return GoodsConcerned(lots, lots)
    urns = {one.urn for one in lots}
    packed = {
        one.lot
        for one in StoredPackings(connection).among([one.id for one in lots])
        if any(until == FAR and urn in urns and urn != one.urn for urn, until in one.goods.items())
    }
    return GoodsConcerned(lots, tuple(one for one in lots if one.id not in packed))


def _failed_beside(connection: Connection, lot: int) -> list[int]:
    """The packings for which a failed test of this lot holds as well: its sample was drawn while both were
    stated to be of one batch."""
    sampled = [
        drawn(mark.params, to_micros(row.logged_at))
        for mark, row in read_marks_on(connection, [lot])
        if mark.code == FAILED_REPORT
    ]
    if not sampled:
        return []
    beside = packings_beside(connection, [lot])
    return [one for one, others in beside.items() if min(sampled) < others.get(lot, 0)]
