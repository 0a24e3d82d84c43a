"""Visibility of lots: regulators, makers, holders and direct neighbours see all, others little."""

from __future__ import annotations

from collections.abc import Iterable

from trace.errors import LotOutOfSight
from trace.parties import Actor
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import Connection


def owns(lot: LotRow, party: str | None) -> bool:
    """Whether a party made the lot or holds it."""
    return party is not None and party in (lot.holder, lot.made_by.iss)


def sees_whole(connection: Connection, actor: Actor, lot: LotRow) -> bool:
    """Regulators, owners, and the owners of the lots directly above and below."""
    if actor.oversees or owns(lot, actor.party):
        return True
    if actor.party is None:
        return False
    return any(owns(near, actor.party) for near in _neighbours(connection, lot.id))


def require_sight(connection: Connection, actor: Actor, lot: LotRow) -> None:
    """Return for those who may see everything of the lot; raises `LotOutOfSight`."""
    if not sees_whole(connection, actor, lot):
        raise LotOutOfSight(lot=lot.urn)


def _neighbours(connection: Connection, lot: int) -> Iterable[LotRow]:
    graph = StoredLotGraph(connection)
    near = {arc.from_lot for arc in graph.arcs_above([lot])} | {arc.to_lot for arc in graph.arcs_below([lot])}
    return read_lots_by_id(connection, near).values()
