"""Inspectors to choose at a visit: members of its authorities whose cards are registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trace.oversight.visits.makers import BOTH
from trace.parties import Actor
from trace.store.accounts.people import holders_of_cards, members_of
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import PartRow
from trace.usecases.visits.open_visit import authorities_of
from trace.usecases.visits.standing import own_department


@dataclass(frozen=True, slots=True)
class InspectorOffered:
    """A registered card with the name of who holds it, and its authority."""

    card: str
    name: str
    authority: str


def inspectors_offered(transactions: Transactions, actor: Actor) -> Mapping[str, Sequence[InspectorOffered]]:
    """Department -> who can be chosen: of one's own authority, and of the other department's in the area."""
    with transactions.look(actor.subject) as tx:
        if not actor.oversees:
            return {}
        return {one: list(_offered(tx, actor, one)) for one in BOTH}


def _offered(tx: Tx, actor: Actor, department: str) -> Iterable[InspectorOffered]:
    own = department == own_department(actor)
    urns = [actor.party or ""] if own else [one.urn for one in authorities_of(tx, department, actor.region)]
    for urn in urns:
        for member in members_of(tx.connection, urn):
            if member.card:
                yield InspectorOffered(member.card, member.name, member.organisation.name)


def registered_cards(tx: Tx, parts: Iterable[PartRow]) -> Mapping[str, str]:
    """Card -> who holds it, of the authorities of a visit: a card that is not in it was typed."""
    return holders_of_cards(tx.connection, {one.authority for one in parts})
