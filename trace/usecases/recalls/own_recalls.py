"""A firm's own recalls for itself: the list, and one with its steps, clocks, scope, consignees and figures.

Figures are computed from what was signed, each time: nobody types one over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.goods import DESTROYED
from trace.chain.facts.recall import ANNOUNCEMENT, COMPLETION, NOTICE, PLAN, PROGRESS, RECALL, REPLY
from trace.chain.lineage.scope import COLUMNS, Sums
from trace.errors import OrderUnknown
from trace.ledger.disclosure import stated_members
from trace.parties import Actor
from trace.quantities import Quantity, total
from trace.rules.book import every_rule
from trace.store.log.disclosures import read_joined_disclosures
from trace.store.log.keys import read_holder_names
from trace.store.lots import scope_rows
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.lots.orders import OrderRow, read_orders
from trace.store.lots.recall_list import find_recall, list_by
from trace.store.lots.recall_steps import StepSaid, read_said, replies_by_lot
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.recall_course import ClockSeen, clocks_of
from trace.usecases.lots.recall_scope import Line, Reached, Scope, reach_of

SHOWN_LINES: Final = 200
SHOWN_LOTS: Final = 100
SHOWN_RECALLS: Final = 100
ANSWERED: Final = ("received", "sealed", "sold", "returned", "destroyed")
TEXTS: Final = (PLAN.typ, NOTICE.typ, ANNOUNCEMENT.typ)
LIMITS: Final = ("R32", "R33", "R57", "R58")


@dataclass(frozen=True, slots=True)
class OwnGoods:
    """A lot of the firm that the recall reaches: `certain` or only possible, and what of it is left."""

    lot: LotRow
    certain: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Consignee:
    """A hand-over of the goods as a line of the scope, whether its receiver was told, what it answered."""

    line: Line
    notice: StepSaid | None
    reply: StepSaid | None
    missing: Quantity | None
    """What the receiver cannot account for, by its own reply."""


@dataclass(frozen=True, slots=True)
class ScopeSeen:
    """Where the goods of a recall went: the first lines, how many there are, sums by unit, own lots."""

    lines: tuple[Line, ...]
    count: int
    sums: tuple[Sums, ...]
    goods: tuple[OwnGoods, ...]
    figures: tuple[tuple[str, Quantity], ...]
    names: Mapping[str, str]
    """Receiver -> its registered name."""
    receivers: tuple[str, ...]
    """Every party that has some of the goods, or may have, by a line that counts."""
    truncated: bool


@dataclass(frozen=True, slots=True)
class OwnRecall:
    """A recall of the firm as its page shows it."""

    order: OrderRow
    found_on: date
    clocks: tuple[ClockSeen, ...]
    said: tuple[StepSaid, ...]
    scope: ScopeSeen
    consignees: tuple[Consignee, ...]
    names: tuple[LotRow, ...]
    told: Mapping[str, StepSaid]
    """Party -> the notice that was signed for it."""
    replies: Mapping[str, StepSaid]
    """Lot of whoever answered -> its last word."""

    @property
    def untold(self) -> tuple[str, ...]:
        """Parties of the scope for whom no notice was signed."""
        return tuple(one for one in self.scope.receivers if one not in self.told)

    def steps(self, typ: str) -> list[StepSaid]:
        return [one for one in self.said if one.row.typ == typ]

    @property
    def planned(self) -> bool:
        return bool(self.steps(PLAN.typ))

    @property
    def notified(self) -> bool:
        return bool(self.steps(NOTICE.typ))

    @property
    def announced(self) -> bool:
        return bool(self.steps(ANNOUNCEMENT.typ))

    @property
    def completed(self) -> bool:
        return bool(self.steps(COMPLETION.typ))

    @property
    def reports(self) -> list[StepSaid]:
        return self.steps(PROGRESS.typ)


@dataclass(frozen=True, slots=True)
class RecallInList:
    """A recall of the firm in its list, with the clock that matters next."""

    order: OrderRow
    clocks: tuple[ClockSeen, ...]


def list_own_recalls(transactions: Transactions, actor: Actor) -> list[RecallInList]:
    """The recalls that the caller's firm began, the newest first."""
    with transactions.look(actor.subject) as tx:
        places = sorted(list_by(tx.connection, [actor.party or ""]), key=lambda one: -one.arrival)
        orders = read_orders(tx.connection, [one.id for one in places[:SHOWN_RECALLS]])
        own = [one for one in orders.values() if one.typ == RECALL.typ]
        clocks = clocks_of(tx, own)
        listed = sorted(own, key=lambda one: -one.arrival)
        return [RecallInList(one, clocks.get(one.statement, ())) for one in listed]


def show_own_recall(transactions: Transactions, actor: Actor, statement: str) -> OwnRecall:
    """One recall of the caller's firm; raises `OrderUnknown`, the same for another firm's."""
    with transactions.look(actor.subject) as tx:
        return open_own_recall(tx, actor, statement)


def open_own_recall(tx: Tx, actor: Actor, statement: str) -> OwnRecall:
    """As above, within a transaction that does more."""
    order = require_own_recall(tx.connection, actor, statement)
    said = tuple(read_said(tx.connection, [statement]))
    named = read_lots(tx.connection, named_in(order))
    scope = scope_of(tx.connection, [one.id for one in named], order.iss, said)
    told = told_by_notices(tx.connection, said)
    replies = replies_by_lot(said)
    return OwnRecall(
        order,
        day_in_shanghai(order.occurred_at) if (found := found_of(order.data)) is None else found,
        clocks_of(tx, [order]).get(statement, ()),
        said,
        scope,
        tuple(consignee_of(line, told, replies) for line in scope.lines),
        tuple(named),
        told,
        replies,
    )


def require_own_recall(connection: Connection, actor: Actor, statement: str) -> OrderRow:
    """The recall that the caller's firm stated; raises `OrderUnknown`."""
    row = find_recall(connection, statement)
    order = read_orders(connection, [row]).get(row) if row is not None else None
    if order is None or order.typ != RECALL.typ or order.iss != actor.party:
        raise OrderUnknown(order=statement[:43])
    return order


def named_in(order: OrderRow) -> list[str]:
    """The lots that a recall names, whole or some codes of them."""
    parts = [str(one["lot"]) for one in order.data.get("serials") or () if isinstance(one, Mapping)]
    return list(dict.fromkeys([*map(str, order.data.get("lots") or ()), *parts]))


def found_of(data: Mapping[str, Any]) -> date | None:
    """The day on which the risk was found, as the recall states it: the text of that day holds."""
    at, on = data.get("foundAt"), data.get("foundOn")
    if isinstance(at, str):
        return day_in_shanghai(datetime.fromisoformat(at))
    return date.fromisoformat(on) if isinstance(on, str) else None


def scope_of(
    connection: Connection, lots: Sequence[int], party: str, said: Collection[StepSaid] = ()
) -> ScopeSeen:
    """Where goods of `party` went, read to its end: sums over all, the first lines for the page."""
    reached = reach_of(connection, *lots) if lots else reach_of(connection)
    scope = Scope(connection, reached, party)
    lines, count = [], 0
    receivers: dict[str, None] = {}
    for line in scope.lines():
        count += 1
        if line["counted"] and line.get("receiver") not in (None, party):
            receivers[str(line["receiver"])] = None
        if count <= SHOWN_LINES:
            lines.append(line)
    sums = tuple(scope.summing.done())
    own = _own_goods(connection, reached, set(lots), party)
    figures = tuple(_figures(connection, reached, party, own, sums, said))
    names = read_holder_names(connection, receivers)
    named = tuple(with_name(line, names) for line in lines)
    cut = reached.closure.truncated
    return ScopeSeen(named, count, sums, tuple(own[:SHOWN_LOTS]), figures, names, tuple(receivers), cut)


def with_name(line: Line, names: Mapping[str, str]) -> Line:
    """A line with the registered name of its receiver where it has none."""
    known = names.get(str(line.get("receiver")))
    return line if line.get("name") or known is None else {**line, "name": known}


def _own_goods(connection: Connection, reached: Reached, named: set[int], party: str) -> list[OwnGoods]:
    held = scope_rows.holders_of(connection, reached.possible)
    mine = [number for number, one in held.items() if one.holder == party]
    rows = read_lots_by_id(connection, mine)
    goods = [OwnGoods(one, one.id in reached.certain, one.id in named) for one in rows.values()]
    return [one for one in goods if one.lot.kind != "consignment"]


def _figures(
    connection: Connection,
    reached: Reached,
    party: str,
    own: Iterable[OwnGoods],
    sums: Iterable[Sums],
    said: Collection[StepSaid],
) -> Iterable[tuple[str, Quantity]]:
    """The figures of a report, by what and unit; what is nothing is left out, as the record has it."""
    amounts: list[tuple[str, Quantity]] = [("to_recall", one.lot.available) for one in own]
    for one in sums:
        if one.shipper == party:
            amounts += [("to_recall", one.sent), ("recovered", one.recovered)]
    for gone in scope_rows.disposed_of(connection, reached.possible):
        if gone.manner == DESTROYED and any(gone.lot == each.lot.id for each in own):
            amounts.append(("destroyed", gone.quantity))
    for reply in replies_by_lot(said).values():
        for what, member in (("sealed", "sealed"), ("sold", "sold")):
            stated = quantity_of(reply.data.get(member))
            if stated is not None:
                amounts.append((what, stated))
    yield from summed(amounts)


def summed(amounts: Iterable[tuple[str, Quantity]]) -> list[tuple[str, Quantity]]:
    """What belongs together, by what and dimension, in the order in which it is met; sums above zero."""
    found: dict[tuple[str, str], list[Quantity]] = {}
    for what, amount in amounts:
        found.setdefault((what, amount.dimension), []).append(amount)
    sums = [(what, total(each, each[0].unit)) for (what, _), each in found.items()]
    return [(what, amount) for what, amount in sums if amount.value > 0]


def quantity_of(stated: object) -> Quantity | None:
    """A quantity as a record states it."""
    if not isinstance(stated, Mapping):
        return None
    return Quantity.of(stated.get("value"), stated.get("unit"))


def told_by_notices(connection: Connection, said: Iterable[StepSaid]) -> dict[str, StepSaid]:
    """Party -> the notice that was signed for it, as far as its name was disclosed and is still held."""
    notices = {one.row.statement: one for one in said if one.row.typ == NOTICE.typ}
    found: dict[str, StepSaid] = {}
    for stmt, joined in read_joined_disclosures(connection, notices).items():
        for name, value in stated_members(joined):
            if name == "to" and isinstance(value, list):
                found |= {str(party): notices[stmt] for party in value}
    return found


def consignee_of(line: Line, told: Mapping[str, StepSaid], replies: Mapping[str, StepSaid]) -> Consignee:
    """A line of the scope with what its receiver was told and answered, each by its own signature."""
    reply = replies.get(str(line.get("to")))
    if reply is not None and reply.row.iss != line.get("receiver"):
        reply = None
    missing = None
    if reply is not None and not reply.data.get("counting"):
        stated = {one: quantity_of(reply.data.get(one)) for one in ANSWERED}
        received = stated.pop("received")
        known = [one for one in stated.values() if one is not None]
        if received is not None and all(one.dimension == received.dimension for one in known):
            missing = received - total(known, received.unit) if known else received
    return Consignee(line, told.get(str(line.get("receiver"))), reply, missing)


@dataclass(frozen=True, slots=True)
class LimitSet:
    """The limits of one dated text: since and until when it holds, and each with level, value and clause."""

    since: date
    until: date | None
    source: str
    limits: tuple[tuple[str, str, str, str, str], ...]
    """(rule, its name, value, unit, clause)"""

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None


def limit_sets() -> list[LimitSet]:
    """Both texts on recalls with their limits, dated, the older first."""
    found: dict[tuple[date, date | None, str], list[tuple[str, str, str, str, str]]] = {}
    for rule in every_rule():
        if rule.id in LIMITS:
            line = (rule.id, rule.zh, rule.text, rule.unit, rule.clause)
            found.setdefault((rule.since, rule.until, rule.source), []).append(line)
    return [LimitSet(*key, tuple(lines)) for key, lines in sorted(found.items(), key=lambda each: each[0][0])]


__all__ = [
    "COLUMNS",
    "REPLY",
    "Consignee",
    "LimitSet",
    "OwnGoods",
    "OwnRecall",
    "RecallInList",
    "ScopeSeen",
    "limit_sets",
    "list_own_recalls",
    "show_own_recall",
    "told_by_notices",
]
