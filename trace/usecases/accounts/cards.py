"""Cards of inspectors (执法证号), registered with the members of an authority by who leads it."""

from __future__ import annotations

from trace.access.roles import AUTHORITY
from trace.chain.facts.oversight_forms import card as read_card
from trace.chain.facts.reading import Unfit
from trace.errors import CardTaken, CardUnfit, MemberUnknown
from trace.store.accounts.credentials import add_event
from trace.store.accounts.people import members_of, set_card
from trace.store.accounts.sessions import Device
from trace.store.transaction import Transactions
from trace.usecases.accounts.people import member_here
from trace.usecases.accounts.sessions import SignedIn


def register_card(transactions: Transactions, signed: SignedIn, number: str, typed: str) -> None:
    """Register the card of a member of one's own authority, "" for none any longer.

    Raises `MemberUnknown`, also outside an authority, `CardUnfit`, `CardTaken`.
    """
    card = typed.strip()
    with transactions.begin(signed.actor.subject) as tx:
        found = member_here(tx, signed, number)
        if found.organisation.kind != AUTHORITY:
            raise MemberUnknown
        if card:
            try:
                read_card(card)
            except Unfit:
                raise CardUnfit from None
        others = members_of(tx.connection, found.organisation.urn)
        if card and any(one.card == card and one.person != found.person for one in others):
            raise CardTaken(card=card)
        if card != found.card:
            set_card(tx.connection, number, card)
            add_event(tx.connection, found.person, "card-changed", Device(), tx.now, signed.person.id)
