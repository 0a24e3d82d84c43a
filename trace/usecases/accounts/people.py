"""The people of an organisation: who belongs to it and as what, brought in and removed by its head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from trace.access.rights import CASES, KEYS, ORGANISATIONS, SIGN
from trace.access.roles import ENTRUSTED, LEADING, rights_of
from trace.errors import LastHead, MemberUnknown, RoleNotYours
from trace.store.accounts.credentials import add_event
from trace.store.accounts.invitations import (
    Invitation,
    close_invitation,
    list_invitations,
    withdraw_given,
)
from trace.store.accounts.people import (
    Membership,
    Organisation,
    end_membership,
    find_membership,
    hold_organisation,
    list_organisations,
    members_of,
    set_roles,
)
from trace.store.accounts.sessions import Device
from trace.store.accounts.tokens import end_given_tokens
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.invite import invite, require_roles, token_of_form
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.departures import end_what_was_held, stop_keys_of

Leaving = Callable[[Tx, Membership], object]
"""What is done with the work of who leaves, or may no longer do it."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Members of an organisation, and whom it has invited."""

    members: list[Membership]
    invitations: list[Invitation]


def list_staff(transactions: Transactions, signed: SignedIn) -> Staff:
    """Who belongs to the organisation that one acts for."""
    urn = own_organisation(signed).urn
    with transactions.look(signed.actor.subject) as tx:
        return Staff(members_of(tx.connection, urn), list_invitations(tx.connection, urn, tx.now))


def list_heads(transactions: Transactions, signed: SignedIn) -> list[tuple[Organisation, list[Membership]]]:
    """Every organisation with those who lead it, for whoever runs the platform."""
    with transactions.look(signed.actor.subject) as tx:
        return [
            (one, [each for each in members_of(tx.connection, one.urn) if LEADING[one.kind] in each.roles])
            for one in list_organisations(tx.connection)
        ]


def invite_member(
    transactions: Transactions, signed: SignedIn, key: str, name: str, roles: Sequence[str]
) -> str:
    """The token of an invitation's link; the same for a form that is sent again.

    Raises NameUnfit, RolesUnfit, RoleNotYours, FormForged.
    """
    token = token_of_form(key)
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if not done.before:
            _require_to_give(signed, roles)
            invite(tx, own_organisation(signed).urn, name, roles, signed.person.id, token)
            done.to("/desk/people")
    return token


def withdraw_invitation(transactions: Transactions, signed: SignedIn, number: str) -> None:
    """Take an open invitation of one's own organisation back; nothing happens where it is gone already."""
    with transactions.begin(signed.actor.subject) as tx:
        for one in list_invitations(tx.connection, own_organisation(signed).urn, tx.now):
            if one.hash == number:
                close_invitation(tx.connection, number, "withdrawn", tx.now)


def change_roles(
    transactions: Transactions,
    signed: SignedIn,
    number: str,
    roles: Sequence[str],
    leaving: Leaving | None = None,
) -> None:
    """Give a member other roles; tokens and keys end with the right to have them. `leaving` first settles the
    cases of who opens none with the new roles, and may refuse. Raises MemberUnknown, RolesUnfit,
    RoleNotYours, LastHead."""
    with transactions.begin(signed.actor.subject) as tx:
        found = member_here(tx, signed, number)
        require_roles(found.organisation.kind, roles)
        _require_to_give(signed, set(roles) - set(found.roles))
        if LEADING[found.organisation.kind] not in roles:
            _require_another_head(tx, found)
            withdraw_given(tx.connection, found.person, tx.now)
        held, rights = Signer(found.organisation.urn, found.person), rights_of(roles, found.organisation.kind)
        if leaving is not None and CASES not in rights:
            leaving(tx, found)
        set_roles(tx.connection, number, roles)
        if KEYS not in rights:
            end_given_tokens(tx.connection, held.iss, held.person, tx.now)
        if SIGN not in rights:
            stop_keys_of(tx, held, signed.person.id, found.name)
        add_event(tx.connection, found.person, "roles-changed", Device(), tx.now, signed.person.id)


def remove_member(
    transactions: Transactions, signed: SignedIn, number: str, leaving: Leaving | None = None
) -> str:
    """End a membership: from the next page view on it opens nothing, nor do links that the member made, by
    which it would come in again, nor tokens, nor the keys in its browsers. `leaving` first settles what the
    member has in hand, in the same transaction, and may refuse.

    The name of the batch in which their revocations wait to be signed, "" for none. Raises MemberUnknown,
    LastHead.
    """
    with transactions.begin(signed.actor.subject) as tx:
        found = member_here(tx, signed, number)
        _require_another_head(tx, found)
        if leaving is not None:
            leaving(tx, found)
        end_membership(tx.connection, number, signed.person.id, tx.now)
        withdraw_given(tx.connection, found.person, tx.now)
        add_event(tx.connection, found.person, "removed", Device(), tx.now, signed.person.id)
        held = Signer(found.organisation.urn, found.person)
        return end_what_was_held(tx, held, signed.person.id, found.name)


def member_here(tx: Tx, signed: SignedIn, number: str) -> Membership:
    """A member of the organisation that one acts for, held until the end; raises MemberUnknown for others."""
    urn = own_organisation(signed).urn
    hold_organisation(tx.connection, urn)
    found = find_membership(tx.connection, number)
    if found is None or found.organisation.urn != urn:
        raise MemberUnknown
    return found


def own_organisation(signed: SignedIn) -> Organisation:
    """The organisation that one acts for; raises MemberUnknown for who belongs nowhere."""
    if signed.membership is None:
        raise MemberUnknown
    return signed.membership.organisation


def _require_to_give(signed: SignedIn, roles: Iterable[str]) -> None:
    """Refuse a role that a head has not to give: a bureau's head would make himself its registrar."""
    mine = signed.membership.roles if signed.membership is not None else ()
    for role in ENTRUSTED.intersection(roles):
        if role not in mine and not signed.may(ORGANISATIONS):
            raise RoleNotYours(role=role)


def _require_another_head(tx: Tx, leaving: Membership) -> None:
    leading = LEADING[leaving.organisation.kind]
    others = [one for one in members_of(tx.connection, leaving.organisation.urn) if one.id != leaving.id]
    if leading in leaving.roles and all(leading not in one.roles for one in others):
        raise LastHead
