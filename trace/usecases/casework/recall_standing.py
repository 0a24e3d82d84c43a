"""How far the recall of a case's goods is: what each consignee was told and answered, and the figures.

Every figure follows from signed records: what was made, sent, came back, was destroyed. What a consignee says
it has sent back counts as recovered when its supplier has recorded it; until then the two do not add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.recall import NOTICE
from trace.chain.order_effects import WITHDRAWN
from trace.errors import ConsigneesSilent
from trace.oversight.reconciliation import ConsigneeFigures, Reconciled, reconcile
from trace.quantities import Quantity
from trace.store.casework.cases import CaseRow, EventRow
from trace.store.lots.details import LotRow
from trace.store.lots.orders import OrderRow, list_orders_of, read_orders
from trace.store.lots.recall_steps import StepSaid, read_said, replies_by_lot
from trace.store.messages.deliveries import DeliveryStanding, deliveries_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.consignees import (
    Consignee,
    Notified,
    acknowledged_in,
    consignees_of,
    notified_in,
)
from trace.usecases.casework.goods_concerned import goods_concerned
from trace.usecases.casework.goods_of_case import SHOWN, Goods
from trace.usecases.recalls.own_recalls import ANSWERED, quantity_of, told_by_notices

REPLIED, COUNTING, ACKNOWLEDGED = "replied", "counting", "acknowledged"
TOLD, SENT, QUEUED, FAILED, NEVER = "told", "sent", "queued", "failed", "never"
STATES: Final = (REPLIED, COUNTING, ACKNOWLEDGED, TOLD, SENT, QUEUED, FAILED, NEVER)
"""Answered with amounts, still counting, received it; told by telephone or on paper; sent, waiting to be
sent, not deliverable; nobody has told it. Each consignee is in one."""
_NAMED: Final = 10
HEARD: Final = frozenset({REPLIED, COUNTING, ACKNOWLEDGED})


@dataclass(frozen=True, slots=True)
class ConsigneeSeen:
    """A consignee as the case page shows it: `amounts` of its answers by what, `missing` what they leave."""

    one: Consignee
    state: str
    notified: Notified | None
    by_firm: StepSaid | None
    amounts: Mapping[str, Sequence[Quantity]]
    missing: Sequence[Quantity]
    answered_at: datetime | None
    late: bool
    next_unknown: bool
    """It says that it sold on, and no record says to whom."""

    @property
    def due(self) -> str:
        return self.notified.due if self.notified is not None else ""

    @property
    def unreachable(self) -> bool:
        """Whether there is neither a party that reads here nor a way to reach it."""
        return not self.one.party and not self.one.contact


@dataclass(frozen=True, slots=True)
class RecallStanding:
    """`consignees` of one page, of `count`; `figures` by unit; `counts` by state, which add up to all."""

    orders: Sequence[OrderRow]
    consignees: Sequence[ConsigneeSeen]
    counts: Mapping[str, int]
    figures: Sequence[tuple[str, Reconciled]]
    count: int = 0

    @property
    def silent(self) -> int:
        """How many have not answered."""
        return sum(count for state, count in self.counts.items() if state not in HEARD)


def recall_standing(
    transactions: Transactions,
    row: CaseRow,
    events: Sequence[EventRow],
    goods: Goods,
    first: int = 0,
    most: int = SHOWN,
) -> RecallStanding:
    """The standing as the case page shows it; the goods were read, and noted as looked at, before.

    Who was told or said anything is looked at one by one; of all others it is enough how many there are.
    """
    with transactions.look("cases") as tx:
        concerned = goods_concerned(tx.connection, row.lot)
        orders = recalls_of(tx, concerned.lots)
        said = read_said(tx.connection, [one.statement for one in orders])
        passed_on = goods.consignees.passed_on(replies_by_lot(said))
        heard = _heard(tx, events, said, passed_on)
    spoken = [_seen(one, heard) for one in goods.consignees.among(heard.keys)]
    spoken.sort(key=lambda each: (not each.late, STATES.index(each.state), each.one.name))
    before = [each for each in spoken if each.state not in HEARD]
    after = [each for each in spoken if each.state in HEARD]
    count = len(goods.consignees)
    untold = count - len(spoken)
    page = before[first : first + most]
    if (room := most - len(page)) > 0 and untold:
        found = goods.consignees.others(heard.keys, max(first - len(before), 0), room)
        page += [_seen(one, heard) for one in found]
    if (room := most - len(page)) > 0:
        begin = max(first - len(before) - untold, 0)
        page += after[begin : begin + room]
    counts = Counter(one.state for one in spoken) + Counter({NEVER: untold})
    figures = list(_figures(row, concerned.first, goods, after))
    told = {name: counts[name] for name in STATES if counts[name]}
    return RecallStanding(orders, page, told, figures, count)


def require_heard(tx: Tx, row: CaseRow, events: Sequence[EventRow]) -> None:
    """Return where no recall was ordered, or every consignee has answered; raises `ConsigneesSilent`."""
    orders = recalls_of(tx, goods_concerned(tx.connection, row.lot).lots)
    if not orders:
        return
    said = read_said(tx.connection, [one.statement for one in orders])
    heard = _heard(tx, events, said, set())
    seen = [_seen(one, heard) for one in consignees_of(tx, row).values()]
    silent = sorted(one.one.name for one in seen if one.state not in HEARD)
    if silent:
        raise ConsigneesSilent(count=len(silent), names=silent[:_NAMED])


def recalls_of(tx: Tx, lots: Iterable[LotRow]) -> list[OrderRow]:
    """The recalls of these lots that were not withdrawn: ordered by a bureau, or begun by a firm."""
    numbers = {order for lot in lots for order in list_orders_of(tx.connection, lot.id)}
    found = read_orders(tx.connection, numbers).values()
    return [one for one in found if one.kind == "recall" and one.state != WITHDRAWN]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was told and answered, by party or by lot of who answers; `passed_on`: lots that were sent on."""

    told: Mapping[str, Notified]
    notices: Mapping[str, StepSaid]
    receipts: Mapping[str, EventRow]
    replies: Mapping[str, Sequence[tuple[str, StepSaid]]]
    """Who answered -> its lots, each with its last word."""
    sent: Mapping[int, DeliveryStanding]
    passed_on: Collection[str]
    today: date

    @property
    def keys(self) -> Collection[str]:
        """The consignees who were told or said anything: of the others all is known."""
        return {*self.told, *self.notices, *self.receipts, *self.replies}


def _heard(
    tx: Tx, events: Sequence[EventRow], said: Sequence[StepSaid], passed_on: Collection[str]
) -> _Heard:
    told = notified_in(events)
    sent = deliveries_of(tx.connection, {number for one in told.values() for number in one.outbox})
    notices = told_by_notices(tx.connection, said)
    today = day_in_shanghai(tx.now)
    replies: dict[str, list[tuple[str, StepSaid]]] = {}
    for lot, reply in replies_by_lot(said).items():
        replies.setdefault(reply.row.iss, []).append((lot, reply))
    return _Heard(told, notices, acknowledged_in(events), replies, sent, passed_on, today)


def _seen(one: Consignee, heard: _Heard) -> ConsigneeSeen:
    own = {lot: said for lot, said in heard.replies.get(one.party, ()) if lot in one.own}
    said, told, by_firm = list(own.values()), heard.told.get(one.key), heard.notices.get(one.party)
    amounts = {
        what: [found for reply in said if (found := quantity_of(reply.data.get(what))) is not None]
        for what in ANSWERED
    }
    receipt = heard.receipts.get(one.party)
    state = _state(said, receipt, told, by_firm, heard.sent)
    at = max((each.row.logged_at for each in said), default=receipt.at if receipt is not None else None)
    due = told.due if told is not None else ""
    late = state not in HEARD and bool(due) and date.fromisoformat(due) < heard.today
    sold = any(reply.data.get("sold") and lot not in heard.passed_on for lot, reply in own.items())
    return ConsigneeSeen(one, state, told, by_firm, amounts, _missing(one, said), at, late, sold)


def _state(
    said: Sequence[StepSaid],
    receipt: EventRow | None,
    told: Notified | None,
    by_firm: StepSaid | None,
    sent: Mapping[int, DeliveryStanding],
) -> str:
    if said:
        return COUNTING if any(one.data.get("counting") for one in said) else REPLIED
    if receipt is not None:
        return ACKNOWLEDGED
    if told is None:
        return NEVER if by_firm is None else SENT
    if told.way:
        return TOLD
    ways = [sent[number] for number in told.outbox if number in sent]
    if any(one.sent for one in ways):
        return SENT
    return FAILED if ways and all(one.dead for one in ways) else QUEUED


def _missing(one: Consignee, said: Sequence[StepSaid]) -> list[Quantity]:
    """What the consignee's word and its supplier's leave open, by unit: sent more than it says it received
    and still accounts for, or (below zero) accounted for more than it was sent."""
    found = []
    finals = [reply.data for reply in said if not reply.data.get("counting")]
    for unit, amount in one.sent.items():
        stated = [quantity_of(data.get(what)) for data in finals for what in ANSWERED if what != "received"]
        known = [each for each in stated if each is not None and each.unit == unit]
        if not known:
            continue
        rest = amount - sum((each.value for each in known), Decimal(0))
        if rest and (quantity := Quantity.of(format(rest, "f"), unit)) is not None:
            found.append(quantity)
    return found


def _figures(
    row: CaseRow, lots: Sequence[LotRow], goods: Goods, heard: Sequence[ConsigneeSeen]
) -> Iterable[tuple[str, Reconciled]]:
    """By unit of what was made: what its firm has, sent, got back and destroyed, by records alone."""
    produced: dict[str, Decimal] = {}
    for lot in lots:
        unit = lot.quantity.unit
        produced[unit] = produced.get(unit, Decimal(0)) + lot.quantity.value
    for unit, made in produced.items():
        sums = [one for one in goods.totals if one["sent"]["unit"] == unit]
        own = next((one for one in sums if one["party"] == row.party), None)
        destroyed = {str(one["party"]): _value(one, "disposed") for one in sums if _value(one, "disposed")}
        firsts = [one for one in goods.consignees.among(destroyed) if one.first and unit in one.sent]
        gone = sum((destroyed[one.party] for one in firsts), Decimal(0))
        count, shipped = goods.consignees.firsts().get(unit, (0, Decimal(0)))
        told = [one.one.sent[unit] for one in heard if one.one.first and unit in one.one.sent]
        answered = sum(told, Decimal(0))
        figures = []
        if count:  # what came back, and what was destroyed, is known of the whole
            back = _value(own, "recovered")
            rest = ConsigneeFigures(shipped - answered, back, gone, count=count - len(told))
            figures = [rest, ConsigneeFigures(answered, answered=True, count=len(told))]
        yield (
            unit,
            reconcile(made, goods.held.get(unit, Decimal(0)), _value(own, "disposed"), figures),
        )


def _value(sums: Mapping[str, Any] | None, name: str) -> Decimal:
    return Decimal(str(sums[name]["value"])) if sums is not None else Decimal(0)


__all__ = [
    "HEARD",
    "NOTICE",
    "STATES",
    "ConsigneeSeen",
    "RecallStanding",
    "recall_standing",
    "recalls_of",
    "require_heard",
]
