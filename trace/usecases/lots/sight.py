"""The one answer to what a reader may see of a lot; every route and document asks it.

Which scope opens the question is settled before (`api.access`). The area of an authority bounds where it may
begin: what it reads from there on, up or down, it reads whole wherever the goods went.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from trace.chain.facts.urns import lot_owner, owner_of
from trace.chain.sight import CONSIGNMENT, Side, Sight, Standing, lies_in, sight_of
from trace.errors import LotOutOfSight, Refusal, UnknownLot
from trace.parties import Actor
from trace.store.lots.details import LotRow
from trace.store.lots.standing import (
    is_coded,
    is_delivered_by,
    is_handed_to,
    is_source_of,
    list_claimed,
    regions_of,
    regions_of_parties,
)
from trace.store.transaction import Connection


@dataclass(frozen=True, slots=True)
class Seen:
    """What may be seen of a lot, and for the other side of a hand-over, which side it is."""

    sight: Sight
    side: Side | None = None


def owns(lot: LotRow, party: str | None) -> bool:
    """Whether a party made the lot or holds it."""
    return party is not None and party in (lot.holder, lot.made_by.iss)


def oversees(connection: Connection, reader: Actor, lot: LotRow) -> bool:
    """Whether the reader is an authority and the lot lies in its area."""
    return reader.oversees and lies_in(reader.region, regions_of(connection, [lot])[lot.id])


def parties_in_area(
    connection: Connection, reader: Actor, parties: Collection[str | None]
) -> frozenset[str | None]:
    """Those of the parties that an authority's area holds; nobody's goods (None) are everybody's business."""
    known = regions_of_parties(connection, {party for party in parties if party is not None})
    return frozenset(
        party for party in parties if lies_in(reader.region, known.get(party or "", frozenset()))
    )


def sight(connection: Connection, reader: Actor, lot: LotRow) -> Seen:
    """What the reader may see of the lot."""
    owned, overseen = owns(lot, reader.party), oversees(connection, reader, lot)
    side = None if owned or overseen else _side(connection, reader.party, lot)
    trades = reader.party is not None or reader.oversees
    return Seen(sight_of(Standing(lot.kind, owned, overseen, side, trades)), side)


def require_sight(connection: Connection, reader: Actor, lot: LotRow) -> None:
    """Return for those who may see everything of the lot; raises `LotOutOfSight`, `UnknownLot`."""
    if sight(connection, reader, lot).sight is not Sight.WHOLE:
        raise out_of_sight(connection, reader, lot)


def require_any_sight(connection: Connection, reader: Actor, lot: LotRow) -> None:
    """Return for those who may see something of the lot; raises `UnknownLot`."""
    if sight(connection, reader, lot).sight is Sight.NONE:
        raise UnknownLot(lot=lot.urn)


def out_of_sight(connection: Connection, reader: Actor, lot: LotRow) -> Refusal:
    """What a reader is told who asks for more of a lot than it may see.

    Of what it may see nothing at all it is not told that it exists: the answer is that to an unknown lot.
    """
    hidden = sight(connection, reader, lot).sight is Sight.NONE
    return UnknownLot(lot=lot.urn) if hidden else LotOutOfSight(lot=lot.urn)


def may_take_away(connection: Connection, reader: Actor, lot: LotRow) -> bool:
    """Whether the reader may have the lot's evidence: everybody that of a pack with a code."""
    return is_coded(connection, lot.id) or sight(connection, reader, lot).sight is Sight.WHOLE


def _side(connection: Connection, party: str | None, lot: LotRow) -> Side | None:
    if party is None:
        return None
    if is_handed_to(connection, lot.id, party):
        return Side.HANDED if lot.kind == CONSIGNMENT else Side.SOURCE
    if is_source_of(connection, lot.id, party):
        return Side.SOURCE
    if is_delivered_by(connection, lot.id, party):
        return Side.DELIVERED
    own = owner_of(party)
    return (
        Side.CLAIMED if any(lot_owner(named) == own for named in list_claimed(connection, lot.id)) else None
    )
