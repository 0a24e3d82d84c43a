"""Bringing people in: an invitation by link, followed once, within the days of rule P72."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.access.roles import roles_for
from trace.calendar.shanghai import day_in_shanghai
from trace.credentials import password
from trace.credentials.login import parse
from trace.errors import InvitationUnknown, LoginTaken, NameUnfit, RolesUnfit
from trace.ledger.canonical import b64u
from trace.store.accounts.credentials import PASSWORD, add_credential, add_event
from trace.store.accounts.invitations import (
    Invitation,
    add_invitation,
    close_invitation,
    find_invitation,
    new_token,
)
from trace.store.accounts.people import (
    Organisation,
    add_membership,
    add_person,
    find_organisation,
    is_login_taken,
)
from trace.store.accounts.sessions import FULL, Device
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.sign_in import Entered, open_session

LIFE: Final = "P72"
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers: to whom, by which organisation, as what."""

    name: str
    organisation: Organisation
    roles: tuple[str, ...]
    person: str | None


def token_of_form(key: str) -> str:
    """The token of the link that a form makes: the same however often it is sent, known to who has it."""
    return b64u(hashlib.sha256(f"link of a form\0{key}".encode("utf-8", "replace")).digest()[:24])


def invite(tx: Tx, urn: str, name: str, roles: Sequence[str], given_by: str | None, token: str = "") -> str:
    """The token of a new invitation's link. Raises NameUnfit, RolesUnfit."""
    token = token or new_token()
    of = find_organisation(tx.connection, urn)
    if of is None:
        raise RolesUnfit(roles=list(roles))
    require_roles(of.kind, roles)
    life = tx.rules.at(LIFE, day_in_shanghai(tx.now)).duration
    new = Invitation(urn, named(name), tuple(roles), tx.now, tx.now + life, given_by=given_by)
    add_invitation(tx.connection, new, tx.now, token)
    return token


def require_roles(kind: str, roles: Sequence[str]) -> None:
    """Refuse roles that this kind of organisation has not, and none at all. Raises RolesUnfit."""
    if not roles or not set(roles) <= set(roles_for(kind)):
        raise RolesUnfit(roles=sorted(roles))


def named(text: str) -> str:
    """The name of a person or an organisation; raises NameUnfit."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NameUnfit(longest=LONGEST_NAME)
    return name


def read_invitation(transactions: Transactions, token: str) -> Offer:
    """What the invitation of a link offers; raises InvitationUnknown."""
    with transactions.look("access") as tx:
        return _offer(tx, token)[1]


def _offer(tx: Tx, token: str) -> tuple[Invitation, Offer]:
    found = find_invitation(tx.connection, token, tx.now)
    of = find_organisation(tx.connection, found.organisation) if found is not None else None
    if found is None or of is None or found.opens_at > tx.now or found.person is not None:
        raise InvitationUnknown
    return found, Offer(found.name, of, found.roles, found.person)


def join(
    transactions: Transactions, token: str, login: str, typed: str, device: Device, former: str = ""
) -> Entered:
    """Make the invited person's account, its membership and a first session.

    Raises InvitationUnknown, LoginUnfit, LoginTaken, PasswordUnfit.
    """
    offer = read_invitation(transactions, token)
    chosen = parse(login)
    of = offer.organisation
    password.require_good(typed, (chosen, offer.name, of.name), (of.urn,))
    kept = password.hashed(typed)
    with transactions.begin("access") as tx:
        found, offer = _offer(tx, token)
        if not close_invitation(tx.connection, found.hash, "used", tx.now):
            raise InvitationUnknown
        if is_login_taken(tx.connection, chosen):
            raise LoginTaken
        who = add_person(tx.connection, chosen, offer.name, tx.now)
        add_credential(tx.connection, who, PASSWORD, kept, tx.now)
        add_membership(tx.connection, who, found.organisation, found.roles, found.given_by, tx.now)
        add_event(tx.connection, who, "joined", device, tx.now, found.given_by)
        return Entered(open_session(tx, who, FULL, device, former), False, who)
