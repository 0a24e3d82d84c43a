"""Recall notices for whoever was told: which wait, which of its own lots are meant, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.recall import REPLY
from trace.errors import OrderUnknown, RecallLacks
from trace.exchange.draft import Draft, RowOrigin
from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.log.keys import read_holder_names
from trace.store.lots import scope_rows
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.lots.orders import OrderRow, read_orders
from trace.store.lots.recall_list import find_recall
from trace.store.lots.recall_steps import StepSaid, find_firm_recall, list_notices_to, read_said
from trace.store.transaction import Connection, Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.lots.recall_course import ClockSeen, clocks_of
from trace.usecases.lots.recall_scope import reach_of
from trace.usecases.recalls.own_recalls import ANSWERED, found_of, named_in
from trace.usecases.recalls.propose_steps import SIGNING, Proposing
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import Content, content_of
from trace.usecases.signing.waiting import keep_instead

MOST: Final = 100
LOTS: Final = 50
UNANSWERED, COUNTING, DONE = "unanswered", "counting", "answered"
_ABOUT: Final = "about"
_MATERIAL: Final = "material"


@dataclass(frozen=True, slots=True)
class NoticeToUs:
    """A notice of a recall that stands, addressed to the caller's firm, and how far the answer is."""

    notice: StepSaid
    order: OrderRow
    by: str
    state: str
    reply: StepSaid | None


@dataclass(frozen=True, slots=True)
class NoticeOpened:
    """A notice with the caller's own lots of the goods, its last answers by lot, and the duties."""

    told: NoticeToUs
    lots: tuple[LotRow, ...]
    replies: Mapping[str, StepSaid]
    duties: tuple[str, ...]
    clause: str
    clocks: tuple[ClockSeen, ...]


def list_notices(transactions: Transactions, actor: Actor) -> list[NoticeToUs]:
    """The notices addressed to the caller's firm, a recall once, the newest first."""
    with transactions.look(actor.subject) as tx:
        return notices_to(tx, actor.party or "")


def notices_to(tx: Tx, party: str) -> list[NoticeToUs]:
    """As above, within a transaction that reads more."""
    found: dict[str, StepSaid] = {}
    for notice in list_notices_to(tx.connection, party, MOST):
        found.setdefault(notice.recall, notice)
    if not found:
        return []
    rows = {stmt: row for stmt in found if (row := find_recall(tx.connection, stmt)) is not None}
    orders = read_orders(tx.connection, rows.values())
    names = read_holder_names(tx.connection, {one.iss for one in orders.values()})
    replies: dict[str, list[StepSaid]] = {}
    for said in read_said(tx.connection, found):
        if said.row.typ == REPLY.typ and said.row.iss == party:
            replies.setdefault(said.recall, []).append(said)
    return [
        NoticeToUs(
            notice,
            order,
            names.get(order.iss, order.iss),
            _state(replies.get(stmt, ())),
            _last(replies, stmt),
        )
        for stmt, notice in found.items()
        if (order := orders.get(rows.get(stmt, 0))) is not None
    ]


def open_notice(transactions: Transactions, actor: Actor, recall: str) -> NoticeOpened:
    """A notice with what is needed to answer it; raises `OrderUnknown` for one that is not addressed here."""
    with transactions.look(actor.subject) as tx:
        return _opened(tx, actor, recall)


def _opened(tx: Tx, actor: Actor, recall: str) -> NoticeOpened:
    party = actor.party or ""
    told = next((one for one in notices_to(tx, party) if one.order.statement == recall), None)
    if told is None:
        raise OrderUnknown(order=recall[:43])
    replies = {
        str(one.data["lot"]): one
        for one in read_said(tx.connection, [recall])
        if one.row.typ == REPLY.typ and one.row.iss == party
    }
    day = found_of(told.order.data) or told.order.occurred_at.date()
    rule = tx.rules.find("R74", day, text="operator")
    return NoticeOpened(
        told,
        tuple(_received(tx.connection, told.order, party)),
        replies,
        rule.items if rule is not None else (),
        rule.cited if rule is not None else "",
        clocks_of(tx, [told.order]).get(recall, ()),
    )


def _received(connection: Connection, order: OrderRow, party: str) -> list[LotRow]:
    """The lots that the party received of the goods; what it made of them is not asked for."""
    named = [one.id for one in read_lots(connection, named_in(order))]
    reached = reach_of(connection, *named)
    held = scope_rows.holders_of(connection, reached.possible)
    mine = read_lots_by_id(connection, [number for number, one in held.items() if one.holder == party])
    return [one for one in mine.values() if one.made_by.iss == party and one.kind == _MATERIAL][:LOTS]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one lot, by what, as typed; "" and 0 are nothing."""

    lot: str
    unit: str
    amounts: Mapping[str, str]
    counting: bool
    note: str


def propose_reply(transactions: Transactions, who: Proposing, recall: str, answers: Sequence[Answer]) -> str:
    """The address where the answers wait for a signature, one a lot.

    Raises `OrderUnknown`, `RecallLacks` where a lot has neither an amount nor says that it is being counted,
    and what is wrong with an amount.
    """
    with transactions.begin(who.actor.subject) as tx:
        done = once(tx, who.form, who.actor.person)
        if done.before:
            return done.leads_to
        opened = _opened(tx, who.actor, recall)
        lots = {one.urn: one for one in opened.lots}
        contents = [_content(tx, recall, one) for one in answers if one.lot in lots]
        if not contents:
            raise RecallLacks(lacks=["lot"])
        number = keep_instead(tx, Signer(who.actor.party or "", who.person), who.title, contents)
        return done.to(SIGNING.format(number))


def _content(tx: Tx, recall: str, answer: Answer) -> Content:
    data: dict[str, Any] = {"recall": recall, "lot": answer.lot}
    for what in ANSWERED:
        typed = answer.amounts.get(what, "").strip()
        amount = Quantity.of(typed, answer.unit) if typed else None
        if amount is not None and amount.value > 0:
            data[what] = amount.as_json()
    data |= {"counting": True} if answer.counting else {}
    data |= {"note": whole_text("note", answer.note, 500)} if answer.note.strip() else {}
    if "received" not in data and not answer.counting:
        raise RecallLacks(lacks=["amount"])
    row = find_firm_recall(tx.connection, recall)
    inputs: list[Mapping[str, Any]] = []
    if row is not None:
        inputs.append({"stmt": row.statement, "log": row.origin, "index": row.index, "role": _ABOUT})
    draft = Draft(
        REPLY.typ, answer.lot, tx.now, data, references=(), private=(), origin=RowOrigin("", ()), key=""
    )
    return content_of(draft, data, inputs)


def _state(replies: Sequence[StepSaid]) -> str:
    if not replies:
        return UNANSWERED
    last = {str(one.data["lot"]): one for one in replies}
    return COUNTING if any(one.data.get("counting") for one in last.values()) else DONE


def _last(replies: Mapping[str, Sequence[StepSaid]], recall: str) -> StepSaid | None:
    said = replies.get(recall)
    return said[-1] if said else None


__all__ = [
    "ANSWERED", "COUNTING", "DONE", "UNANSWERED", "Answer", "NoticeOpened", "NoticeToUs",
    "list_notices", "notices_to", "open_notice", "propose_reply",
]  # fmt: skip
