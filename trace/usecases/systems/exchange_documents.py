"""One round of exchange with the systems that are connected: what is due goes out, what they have comes in.

A system is asked outside any transaction, and each answer is written before the next document goes: a process
that dies leaves every document as it stood, and the next one hands it over under the same id. A system that
does not answer is left alone for the rest of the round: nothing waits for it, and it waits for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trace.errors import NotReady
from trace.exchange.system_documents import MARK_LICENCE
from trace.exchange.system_port import Incoming, IncomingPage, SystemPort, SystemSilent
from trace.exchange.upload_job import REJECTED
from trace.oversight.competence import AGRICULTURE, MARKET, competent_department
from trace.oversight.matters import clocks_of_new, first_due
from trace.rules.systems import IN, NamedSystem, named_systems, unfit_members
from trace.store.log.keys import read_holder_roles
from trace.store.systems import received as rows
from trace.store.systems.outbox import (
    count_outgoing,
    list_open,
    list_outgoing,
    move_outgoing,
    put_contact,
    read_contact,
)
from trace.store.systems.received import ReceivedDocument, add_received
from trace.store.transaction import Transactions, Tx
from trace.usecases.systems.plan_documents import plan_documents

ACTOR = "systems"
MOST_AT_ONCE = 500
_PAGES = 20
_MOST_AGAIN = 10_000
_WRONG_TYPE = "type"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round brought: documents by state as they now stand, what came in, why it ended early."""

    system: str
    states: Mapping[str, int]
    received: int
    error: str


def exchange_documents(
    transactions: Transactions, ports: Mapping[str, SystemPort], *, again: bool = False
) -> list[Round]:
    """A round with each system that has a port; `again`: what was refused is handed over once more, too.

    Raises `NotReady` where none is connected.
    """
    if not ports:
        raise NotReady(part=ACTOR)
    known = named_systems()
    return [_round(transactions, known[name], port, again) for name, port in ports.items() if name in known]


def _round(transactions: Transactions, system: NamedSystem, port: SystemPort, again: bool) -> Round:
    with transactions.begin(ACTOR) as tx:
        plan_documents(tx, system)
        if again:
            _again(tx, system.id)
    error, count = "", 0
    try:
        _send(transactions, system.id, port)
        if system.made_in(transactions.rules.jurisdictions, IN):
            count = _collect(transactions, system, port)
    except SystemSilent as silent:
        error = silent.reason
        _note(transactions, system.id, silent.reason)
    with transactions.look(ACTOR) as tx:
        return Round(system.id, count_outgoing(tx.connection).get(system.id, {}), count, error)


def _again(tx: Tx, system: str) -> None:
    refused = [one for one in list_outgoing(tx.connection, [REJECTED], _MOST_AGAIN) if one.system == system]
    failing = [one for one in list_open(tx.connection, system) if one.job.last_error]
    for one in (*refused, *failing):
        move_outgoing(tx.connection, one.job.resent(tx.now), one.job)


def _send(transactions: Transactions, system: str, port: SystemPort) -> None:
    with transactions.look(ACTOR) as tx:
        due = [one for one in list_open(tx.connection, system) if one.job.is_due(tx.now)][:MOST_AT_ONCE]
    for one in due:
        now = transactions.clock()
        try:
            after = port.work(one.job.aged(now), one.type, now)
        except SystemSilent as silent:
            with transactions.begin(ACTOR) as tx:
                move_outgoing(tx.connection, one.job.aged(now).failed(silent.reason, tx.now), one.job)
            raise
        with transactions.begin(ACTOR) as tx:
            move_outgoing(tx.connection, after, one.job)
            _heard(tx, system)


def _collect(transactions: Transactions, system: NamedSystem, port: SystemPort) -> int:
    count = 0
    for _ in range(_PAGES):
        with transactions.look(ACTOR) as tx:
            after = read_contact(tx.connection, system.id).cursor
        page = port.collect(after)
        with transactions.begin(ACTOR) as tx:
            _take_in(tx, system, page)
            count += len(page.documents)
        if not page.documents or page.next in {"", after}:
            break
    return count


def _take_in(tx: Tx, system: NamedSystem, page: IncomingPage) -> None:
    """Keep a page and move behind it in one transaction: nothing comes twice, nothing is passed over."""
    add_received(tx.connection, [_received(tx, system, one) for one in page.documents])
    _heard(tx, system.id)
    if page.next:
        contact = read_contact(tx.connection, system.id)
        put_contact(tx.connection, replace(contact, cursor=page.next))


def _received(tx: Tx, system: NamedSystem, came: Incoming) -> ReceivedDocument:
    wanted = system.made_in(tx.rules.jurisdictions, IN)
    unfit = unfit_members(came.type, came.document) if came.type in wanted else (_WRONG_TYPE,)
    row = ReceivedDocument(
        system.id, came.number, came.type, came.document, " ".join(unfit) or "", "", "", rows.UNFIT, tx.now
    )
    if unfit or not isinstance(came.document, dict):
        return replace(row, unfit=row.unfit or _WRONG_TYPE)
    told = came.document
    if came.type == MARK_LICENCE:
        return replace(row, state=rows.KEPT)
    clocks = clocks_of_new(tx.rules, str(told.get("kind", "")), tx.now, passed_on=False)
    return replace(
        row,
        state=rows.OPEN,
        department=_department(tx, told.get("department"), str(told.get("code", ""))),
        area=str(told["district"]),
        due_at=first_due(clocks),
    )


def _department(tx: Tx, named: object, code: str) -> str:
    """Whose turn it is: whom the sender names, else who is competent for the firm's goods."""
    if named in {MARKET, AGRICULTURE}:
        return str(named)
    roles = read_holder_roles(tx.connection, f"urn:uscc:{code}") if code else frozenset[str]()
    return competent_department(roles)


def _heard(tx: Tx, system: str) -> None:
    contact = read_contact(tx.connection, system)
    put_contact(tx.connection, replace(contact, tried_at=tx.now, heard_at=tx.now, error=""))


def _note(transactions: Transactions, system: str, reason: str) -> None:
    with transactions.begin(ACTOR) as tx:
        contact = read_contact(tx.connection, system)
        put_contact(tx.connection, replace(contact, tried_at=tx.now, error=reason))
