"""What is on record and no message has told yet: proposals, each with its record, never sent by themselves.

A licence that was stated again, a penalty, a failed sampling, a mark that changed, a yearly check: the type
of the message follows from the kind of the record; whether it is needed is for a person to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from trace.chain.facts.exchange import ANNUAL_CHECK, LICENCE_CHANGE, MARK_CHANGE, PENALTY, SAMPLING
from trace.chain.facts.oversight import INSPECTION
from trace.chain.facts.oversight import PENALTY as PENALTIES
from trace.oversight.competence import AGRICULTURE, MARKET
from trace.parties import Actor
from trace.store.casework.acts import revocations
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import list_cases
from trace.store.casework.untold import Said, licences_said_since, read_own
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.standing import departments_of
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.messages import Exchange, exchange_of

BACK: Final = timedelta(days=60)
MOST: Final = 50
_LICENCES: Final = {MARKET: ("food_production", LICENCE_CHANGE), AGRICULTURE: ("green_mark", MARK_CHANGE)}
"""Which licences a department tells the other of, and by which type."""
_YEARLY: Final = ("年度检查", "年检")
_SAMPLED: Final = "sampling"
_CASES: Final = 200


@dataclass(frozen=True, slots=True)
class Untold:
    """A record that no message names yet: which type would tell it, about which firm."""

    type: str
    party: str
    record: str
    at: datetime


def read_messages(transactions: Transactions, actor: Actor) -> tuple[Exchange, list[Untold]]:
    """The exchange of the caller's authority, and what is still untold, the newest first."""
    with transactions.look(actor.subject) as tx:
        exchange = exchange_of(tx, actor)
        told = {one for shown in exchange.shown if not shown.incoming for one in shown.about}
        found = [one for one in _untold(tx, actor) if one.record not in told and one.party]
        seen = parties_in_area(tx.connection, actor, {one.party for one in found})
        names = firm_names(tx.connection, sorted(filter(None, seen)))
        within = sorted((one for one in found if one.party in seen), key=lambda one: one.at, reverse=True)
    return replace(exchange, names={**names, **exchange.names}), within[:MOST]


def _untold(tx: Tx, actor: Actor) -> Iterator[Untold]:
    since = tx.now - BACK
    for department in departments_of(actor):
        kind, typ = _LICENCES[department]
        for said in licences_said_since(tx.connection, since):
            if said.data.get("kind") == kind and (said.again or typ == MARK_CHANGE):
                yield Untold(typ, str(said.data.get("holder") or ""), said.stmt, said.logged_at)
        for row in list_cases(tx.connection, department, actor.region, "", _CASES)[0]:
            if row.basis == _SAMPLED and row.received_at >= since:
                yield Untold(SAMPLING, row.party, row.report, row.received_at)
    fallen = revocations(tx.connection)
    for said in read_own(tx.connection, actor.party or "", (PENALTIES.typ, INSPECTION.typ), since):
        typ = _type_of(said)
        if typ and said.stmt not in fallen:
            yield Untold(typ, str(said.data.get("party") or ""), said.stmt, said.logged_at)


def _type_of(said: Said) -> str:
    if said.typ == PENALTIES.typ:
        return PENALTY
    matter = str(said.data.get("matter") or "")
    return ANNUAL_CHECK if any(word in matter for word in _YEARLY) else ""
