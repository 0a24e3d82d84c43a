"""What waits for somebody's word, for the authority: claims and hand-overs by the firm that owes it.

Silence denies nothing, and it proves nothing either: who does not answer is asked by the bureau of the area.
The oldest stand first, firms by their oldest one; many of one firm are grouped, never cut off (rule P24).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.admission.decision import day_of
from trace.chain.facts.urns import lot_owner
from trace.chain.handover_effects import ClaimSet
from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.log.keys import read_holder_names
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.lots.offers import (
    list_open_handovers,
    list_outstanding,
    list_waiting_claims,
    read_handovers,
)
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.sight import parties_in_area

CLAIM: Final = "claim"
HANDOVER: Final = "handover"
REST: Final = "rest"
_USCC: Final = 18


@dataclass(frozen=True, slots=True)
class Waiting:
    """A receipt that names goods of the firm (`claim`), goods on their way to it (`handover`), or what it has
    not received of a delivery when the term for that was over (`rest`)."""

    kind: str
    statement: str
    by: str
    lot: str
    names: str
    quantity: Quantity
    since: datetime


@dataclass(frozen=True, slots=True)
class Owing:
    """What waits for one firm's word, oldest first; `party` is None where nobody knows whose it is."""

    party: str | None
    name: str | None
    count: int
    oldest: datetime
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """All that waits in an area."""

    region: str
    firms: tuple[Owing, ...]


def list_unanswered(transactions: Transactions, actor: Actor, of: str | None = None) -> Unanswered:
    """What waits in the area of an authority: where the firm that owes its word lies in it, or who waits.

    Of the firm `of` alone all is shown, of others the first (rule P24).
    """
    with transactions.look(actor.subject) as tx:
        most = int(tx.rules.at("P24", day_of(tx.now)).number)
        term = tx.rules.at("P23", day_of(tx.now)).duration
        found = [*_waiting(tx.connection), *_rests(tx.connection, tx.now - term)]
        inside = parties_in_area(
            tx.connection, actor, {party for owing, one in found for party in (owing, one.by)}
        )
        by_firm: defaultdict[str | None, list[Waiting]] = defaultdict(list)
        for owing, one in sorted(found, key=lambda each: (each[1].since, each[1].statement)):
            if one.by in inside or (owing is not None and owing in inside):
                by_firm[owing].append(one)
        names = read_holder_names(tx.connection, [party for party in by_firm if party is not None])
    firms = [
        Owing(
            party,
            names.get(party or ""),
            len(waiting),
            waiting[0].since,
            tuple(waiting if party == of else waiting[:most]),
        )
        for party, waiting in by_firm.items()
    ]
    return Unanswered(actor.region, tuple(sorted(firms, key=lambda each: each.oldest)))


def _waiting(connection: Connection) -> list[tuple[str | None, Waiting]]:
    """Each thing that waits, with the party whose word it waits for."""
    claims, sent = list_waiting_claims(connection), list_open_handovers(connection)
    ids = {one.lot for one, _ in claims} | {one.lot for (one, _), _ in sent}
    lots = read_lots_by_id(connection, ids)
    owners = _owners(connection, [one for one, _ in claims])
    found: list[tuple[str | None, Waiting]] = []
    for one, by in claims:
        told = (one.claimant, lots[one.lot].urn, _named(one), one.quantity, by.occurred_at)
        found.append((owners.get(one.id), Waiting(CLAIM, by.statement, *told)))
    for (sent_one, by), receiver in sent:
        about = (sent_one.shipper, lots[sent_one.lot].urn, sent_one.stmt, sent_one.quantity, by.occurred_at)
        found.append((receiver, Waiting(HANDOVER, by.statement, *about)))
    return found


def _rests(connection: Connection, before: datetime) -> list[tuple[str | None, Waiting]]:
    """What is outstanding of deliveries shipped until `before`, with whose word ends it (P23)."""
    sent = list_outstanding(connection, before)
    lots = read_lots_by_id(connection, {one.lot for one, _ in sent})
    return [
        (
            one.receiver,
            Waiting(
                REST, by.statement, one.shipper, lots[one.lot].urn, one.stmt,
                one.quantity - one.received, by.occurred_at,
            ),
        )
        for one, by in sent
    ]  # fmt: skip


def _named(one: ClaimSet) -> str:
    return one.named_lot or one.named_key or one.handover_stmt or ""


def _owners(connection: Connection, claims: list[ClaimSet]) -> Mapping[int, str]:
    """Claim -> whose goods it names, as far as that is said."""
    known = {
        row.urn: row for row in read_lots(connection, {one.named_lot for one in claims if one.named_lot})
    }
    named = {one.handover_stmt for one in claims if one.handover_stmt}
    shippers = {one.stmt: one.shipper for one, _ in read_handovers(connection, "stmt", named)}
    found = {}
    for one in claims:
        owner = shippers.get(one.handover_stmt or "") or _owner(one.named_lot, known)
        if owner is not None:
            found[one.id] = owner
    return found


def _owner(lot: str | None, known: Mapping[str, LotRow]) -> str | None:
    if lot is None:
        return None
    if lot in known:
        return known[lot].made_by.iss
    owner = lot_owner(lot)
    return f"urn:uscc:{owner}" if len(owner) == _USCC else f"urn:party:{owner}"
