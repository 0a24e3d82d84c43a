"""Matters of a hotline taken in hand, passed on or answered; and documents sent once more.

Each step tells the hotline: its reply goes into the outbox in the step's own transaction. The firm that a
matter is about sees nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.sight import lies_in
from trace.errors import RightMissing, RiskItemUnknown, RiskMoved, RiskUnfit
from trace.exchange.system_documents import MATTER, MATTER_REPLY, Made, as_job, reply
from trace.exchange.upload_job import OPEN as OPEN_STATES
from trace.exchange.upload_job import REJECTED
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.competence import AGRICULTURE, MARKET
from trace.oversight.matters import clocks_of_accepted, clocks_of_new, first_due
from trace.parties import ALL, Actor
from trace.rules.systems import OUT, named_systems
from trace.store.systems import received as rows
from trace.store.systems.outbox import OutgoingDocument, add_outgoing, find_outgoing, move_outgoing
from trace.store.systems.received import ReceivedDocument, find_received, move_received
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.systems.plan_documents import due_of

PAGE: Final = "/office/systems"
ACCEPT, PASS_ON, ANSWER = "accept", "pass-on", "answer"
ACTS: Final = (ACCEPT, PASS_ON, ANSWER)
LONGEST: Final = 1000
_FROM: Final = {ACCEPT: (rows.OPEN,), PASS_ON: (rows.OPEN,), ANSWER: (rows.OPEN, rows.ACCEPTED)}
_TOLD: Final = {ACCEPT: "accepted", PASS_ON: "passed_on", ANSWER: "answered"}
_OTHER: Final = {MARKET: AGRICULTURE, AGRICULTURE: MARKET}


@dataclass(frozen=True, slots=True)
class MatterStep:
    """Who takes which step with a matter, by which form, in which words."""

    actor: Actor
    form: str
    system: str
    number: str
    act: str
    words: str = ""


def move_matter(transactions: Transactions, step: MatterStep) -> str:
    """The address of the page.

    Raises `RiskItemUnknown` for what is not the caller's, `RiskUnfit`, `RiskMoved`.
    """
    with transactions.begin(step.actor.subject) as tx:
        done = once(tx, step.form, step.actor.person)
        if done.before:
            return done.leads_to
        row = _own(tx, step)
        # A browser sends a line's end as two characters, and counts one; nothing of an answer is cut off.
        words = "\n".join(step.words.strip().splitlines())
        if step.act not in ACTS:
            raise RiskUnfit(wanted="act")
        if row.state not in _FROM[step.act]:
            raise RiskMoved(what=MATTER, state=row.state)
        if len(words) > LONGEST or (step.act != ACCEPT and len(words) < LEAST_WORDS):
            raise RiskUnfit(wanted="words")
        after = replace(_stepped(tx, row, step.act), moved_by=step.actor.person, moved_at=tx.now)
        if not move_received(tx.connection, after, row):
            raise RiskMoved(what=MATTER, state=row.state)
        _tell(tx, after, _TOLD[step.act], words)
        return done.to(PAGE)


def _own(tx: Tx, step: MatterStep) -> ReceivedDocument:
    """The matter, where it is the caller's turn."""
    row = find_received(tx.connection, step.system, step.number)
    fit = row is not None and row.type == MATTER and row.department in departments_of(step.actor)
    areas = (row.area,) if row is not None and row.area else ()
    if row is None or not fit or not lies_in(step.actor.region, areas):
        raise RiskItemUnknown(what=MATTER, number=step.number[:43])
    return row


def _stepped(tx: Tx, row: ReceivedDocument, act: str) -> ReceivedDocument:
    kind = str(row.document.get("kind", ""))
    if act == PASS_ON:
        clocks = clocks_of_new(tx.rules, kind, tx.now, passed_on=True)
        return replace(row, department=_OTHER[row.department], state=rows.OPEN, due_at=first_due(clocks))
    if act == ACCEPT:
        clocks = clocks_of_accepted(tx.rules, kind, tx.now)
        return replace(row, state=rows.ACCEPTED, due_at=first_due(clocks))
    return replace(row, state=rows.ANSWERED, due_at=None)


def _tell(tx: Tx, row: ReceivedDocument, state: str, words: str) -> None:
    """The reply to the hotline, where it takes any."""
    exchange = named_systems()[row.system].made_in(tx.rules.jurisdictions, OUT).get(MATTER_REPLY)
    if exchange is None:
        return
    document = reply(row.number, state, row.department, day_in_shanghai(tx.now), words)
    source = f"{row.number}:{state}:{row.department}"
    made = Made(MATTER_REPLY, source, "", document, tx.now)
    job = as_job(row.system, made, due_of(tx, exchange.limit, tx.now), tx.now)
    add_outgoing(tx.connection, [OutgoingDocument(job, MATTER_REPLY, "")])


def send_again(transactions: Transactions, actor: Actor, form: str, number: str) -> str:
    """Have a document that was refused or failed tried again; the address of the page.

    Raises `RiskItemUnknown` for one of another area, or that is not in trouble.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        found = find_outgoing(tx.connection, number)
        seen = found is not None and (
            not found.party or found.party in parties_in_area(tx.connection, actor, [found.party])
        )
        if found is None or not seen or found.job.state not in OPEN_STATES | {REJECTED}:
            raise RiskItemUnknown(what="document", number=number[:43])
        move_outgoing(tx.connection, found.job.resent(tx.now), found.job)
        return done.to(PAGE)
