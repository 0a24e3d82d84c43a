"""Bars on correcting a record: its goods have left or are under an order, and others act on what was said.

The form of one record and an upload that says many records otherwise are told the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import ORDERS
from trace.chain.facts import KINDS
from trace.chain.lineage.burdens import burdens_above
from trace.errors import LotOutOfSight
from trace.parties import Actor
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.chain.own_records import lots_made_by, received_of, shipped_of
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.transaction import Connection, Tx
from trace.usecases.lots.holds import bearing_marks
from trace.usecases.lots.order_on_goods import OrderSeen, orders_seen

SHIPPED: Final = "shipped"
RECEIVED: Final = "received"
NOT_CORRECTABLE: Final = "not-correctable"


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a record is not corrected: a state of its lot and the order that made it, or what became of it."""

    why: str
    lot: str = ""
    order: OrderSeen | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A record of one's own: its first statement, its kind and what it is about."""

    stmt: str
    typ: str
    sub: str


def lots_of_records(
    connection: Connection, records: Iterable[Asked]
) -> dict[str, tuple[dict[int, LotRow], set[int]]]:
    """Statement -> the lots that the record made or is about, and the ids of those that it made."""
    listed = list(records)
    made = read_lots_by_id(connection, lots_made_by(connection, {one.stmt for one in listed}))
    by_stmt: defaultdict[str, dict[int, LotRow]] = defaultdict(dict)
    for row in made.values():
        by_stmt[row.made_by.statement][row.id] = row
    about = {row.urn: row for row in read_lots(connection, {one.sub for one in listed})}
    return {
        one.stmt: (
            {**by_stmt[one.stmt], **({about[one.sub].id: about[one.sub]} if one.sub in about else {})},
            set(by_stmt[one.stmt]),
        )
        for one in listed
    }


def bars_on(tx: Tx, actor: Actor, records: Sequence[Asked]) -> dict[str, tuple[Bar, ...]]:
    """Statement -> why that record is not corrected now; () where nothing is in the way."""
    found = lots_of_records(tx.connection, records)
    every = {lot for lots, _ in found.values() for lot in lots}
    gone = set(shipped_of(tx.connection, every))
    taken = set(received_of(tx.connection, every))
    ordered = _ordered(tx, actor, {row.id: row for lots, _ in found.values() for row in lots.values()})
    bars: dict[str, tuple[Bar, ...]] = {}
    for one in records:
        lots, made = found[one.stmt]
        kind = KINDS.get(one.typ)
        bars[one.stmt] = (
            *((Bar(NOT_CORRECTABLE),) if kind is None or not kind.correctable else ()),
            *(Bar(SHIPPED, row.urn) for row in lots.values() if made and row.urn in gone),
            *(Bar(RECEIVED, row.urn) for row in lots.values() if row.urn in taken),
            *(ordered[lot] for lot in lots if lot in ordered),
        )
    return bars


def _ordered(tx: Tx, actor: Actor, lots: Mapping[int, LotRow]) -> dict[int, Bar]:
    """Lot -> the bar of the orders on it, as far as the actor sees them."""
    found: dict[int, Bar] = {}
    graph = StoredMarkedGraph(tx.connection, ORDERS)
    for lot, row in lots.items():
        if not bearing_marks(tx.connection, burdens_above(graph, lot)):
            continue
        try:
            seen = orders_seen(tx, row, actor)
        except LotOutOfSight:
            continue
        if seen.state is not None:
            order = next((one for one in seen.orders if isinstance(one, OrderSeen)), None)
            found[lot] = Bar(seen.state, row.urn, order)
    return found
