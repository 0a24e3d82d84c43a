"""Whether there is an order on goods: the one answer for a lot, its holder and the authority.

An order holds for the lots that it names and for all that may be made of them. Through a claim or a link of
old it is possible, not certain: such goods wait as well, and are told no figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.admission.gates import ORDERS, RECALLED
from trace.chain.effects import Mark
from trace.chain.order_effects import COMPLETED
from trace.parties import Actor
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.orders import OrderRow, list_orders_of, read_orders
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.holds import Bearing, bearing_marks, burdens_of
from trace.usecases.lots.recall_course import ClockSeen, clocks_of
from trace.usecases.lots.sight import out_of_sight, oversees, owns
from trace.usecases.lots.states import HELD, POSSIBLE, RECALL_COMPLETED
from trace.usecases.lots.states import RECALLED as RECALL
from trace.usecases.lots.trace_lineage import require_lot

_STATEMENT: Final = -256


@dataclass(frozen=True, slots=True)
class OrderPossible:
    """That there may be an order on a lot, and no more; `own` is one that names the lot itself."""

    state: str
    certain: bool
    own: bool


@dataclass(frozen=True, slots=True)
class OrderSeen(OrderPossible):
    """An order that bears on a lot, as its statement has it; `lot` is the one that it names."""

    order: str
    kind: str
    by: str
    matter: str
    level: str | None
    reason: str | None
    return_to: str | None
    contact: Mapping[str, Any] | None
    advice: str | None
    lot: str
    ordered_at: datetime
    clocks: tuple[ClockSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersSeen:
    """The orders on a lot, in order of arrival, and what follows for it: `state` is None where none holds."""

    lot: str
    state: str | None
    orders: tuple[OrderPossible, ...]


def order_on_goods(connection: Connection, bearing: Iterable[Bearing]) -> str | None:
    """The worst that the orders among these marks mean for the goods: recalled, recall-completed, locked, or
    source-under-order; None where there is none."""
    orders = [one for one in bearing if one.mark.code in ORDERS]
    if not orders:
        return None
    certain = [one for one in orders if one.certain]
    if not certain:
        return POSSIBLE
    if all(one.mark.code != RECALLED for one in certain):
        return HELD
    return RECALL_COMPLETED if is_over(connection, (one.mark for one in certain)) else RECALL


def is_over(connection: Connection, marks: Iterable[Mark]) -> bool:
    """Whether there are recalls among these marks and all are completed: their duties are done."""
    recalls = [mark.id & _STATEMENT for mark in marks if mark.code == RECALLED]
    known = read_orders(connection, recalls) if recalls else {}
    return bool(recalls) and all(row in known and known[row].state == COMPLETED for row in recalls)


def list_orders(transactions: Transactions, lot: str, actor: Actor) -> OrdersSeen:
    """The orders on a lot, for its holder, its maker and the authority of its area.

    Those that are over stand with them where they named the lot. Raises `UnknownLot`, `LotOutOfSight`.
    """
    with transactions.look(actor.subject) as tx:
        return orders_seen(tx, require_lot(tx.connection, lot), actor)


def orders_seen(tx: Tx, row: LotRow, actor: Actor) -> OrdersSeen:
    """As `list_orders`, of a lot that is read already; raises `LotOutOfSight`."""
    if not owns(row, actor.party) and not oversees(tx.connection, actor, row):
        raise out_of_sight(tx.connection, actor, row)
    bearing = [one for one in _bearing(tx.connection, row) if one.mark.code in ORDERS]
    state = order_on_goods(tx.connection, bearing)
    named = list_orders_of(tx.connection, row.id)
    found = read_orders(tx.connection, {one.mark.id & _STATEMENT for one in bearing} | named)
    lots = read_lots_by_id(tx.connection, {one.mark.lot for one in bearing if one.mark.lot is not None})
    whole = oversees(tx.connection, actor, row)
    clocks = clocks_of(tx, [each for each in found.values() if whole or each.iss == actor.party])
    return OrdersSeen(row.urn, state, tuple(_seen(row, bearing, found, lots, clocks, whole=whole)))


def _bearing(connection: Connection, row: LotRow) -> list[Bearing]:
    return bearing_marks(connection, burdens_of(connection, row.id, ORDERS))


def _seen(
    row: LotRow,
    bearing: Sequence[Bearing],
    found: Mapping[int, OrderRow],
    lots: Mapping[int, LotRow],
    clocks: Mapping[str, tuple[ClockSeen, ...]],
    *,
    whole: bool,
) -> Iterable[OrderPossible]:
    open_now = {one.mark.id & _STATEMENT: one for one in bearing}
    for order in sorted(found.values(), key=lambda each: each.arrival):
        one = open_now.get(order.id)
        if one is not None and not one.certain and not whole:
            yield OrderPossible(POSSIBLE, certain=False, own=False)
            continue
        on = lots.get(one.mark.lot) if one is not None and one.mark.lot is not None else row
        contact = order.data.get("contact")
        yield OrderSeen(
            state=order.state,
            certain=one is None or one.certain,
            own=on is None or on.id == row.id,
            order=order.statement,
            kind=order.kind,
            by=order.iss,
            matter=order.matter,
            level=order.level,
            reason=_text(order.data, "reason"),
            return_to=_text(order.data, "returnTo"),
            contact=contact if isinstance(contact, Mapping) else None,
            advice=_text(order.data, "advice"),
            lot=row.urn if on is None else on.urn,
            ordered_at=order.logged_at,
            clocks=clocks.get(order.statement, ()),
        )


def _text(data: Mapping[str, Any], member: str) -> str | None:
    value = data.get(member)
    return value if isinstance(value, str) else None
