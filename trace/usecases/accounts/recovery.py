"""Back in after a lost password or phone: by the head of the organisation, or by whoever runs the platform.

What is left proves who comes back in, so that whoever gives the link cannot act as the member: a lost
password is replaced at once where the second step is still asked for, a lost second step is taken away and
the password stays. Where nothing is left, and for a head whom the platform lets back in, the link is good
after the wait of rule P73: until then the person is told at each page and can object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.access.roles import LEADING
from trace.calendar.shanghai import day_in_shanghai
from trace.credentials import password
from trace.errors import InvitationUnknown, MemberUnknown
from trace.store.accounts.credentials import (
    PASSKEY,
    PASSWORD,
    RECOVERY,
    TOTP,
    add_credential,
    add_event,
    credentials_of,
    end_credentials,
)
from trace.store.accounts.invitations import (
    Invitation,
    add_invitation,
    close_invitation,
    find_invitation,
    open_recovery,
    withdraw_for,
)
from trace.store.accounts.people import (
    Membership,
    Person,
    find_membership,
    find_person,
    memberships_of,
)
from trace.store.accounts.sessions import FULL, HALF, Device, end_sessions
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.invite import LIFE, token_of_form
from trace.usecases.accounts.people import member_here
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.accounts.sign_in import Entered, open_session
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.departures import stop_keys_of

WAIT: Final = "P73"
SECOND, ALL = "second", "all"
LOST: Final = (PASSWORD, SECOND, ALL)
SECOND_STEPS: Final = (TOTP, PASSKEY)


@dataclass(frozen=True, slots=True)
class Recovery:
    """A new way in for somebody: whose, from when on, and what it replaces."""

    person: Person
    opens_at: datetime
    lost: str = ALL


def let_back_in(
    transactions: Transactions, signed: SignedIn, key: str, number: str, lost: str = PASSWORD
) -> str:
    """The token of a link by which a member of one's own organisation makes a new way in; "" where a lost
    second step is taken away, and the password is what one comes in by.

    Sessions end now. Raises MemberUnknown, FormForged.
    """
    token = token_of_form(key)
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if not done.before:
            found = member_here(tx, signed, number)
            if found.person == signed.person.id or lost not in LOST:
                raise MemberUnknown
            _let_back_in(tx, signed, found, token, lost)
            done.to("/desk/people")
    return "" if lost == SECOND else token


def _let_back_in(tx: Tx, signed: SignedIn, found: Membership, token: str, lost: str) -> None:
    who = found.person
    end_sessions(tx.connection, who, "let-back-in", tx.now)
    if lost != PASSWORD:  # whoever has the device may have what is on it
        for one in memberships_of(tx.connection, who):
            stop_keys_of(tx, Signer(one.organisation.urn, who), signed.person.id, found.name)
    if lost == SECOND:
        withdraw_for(tx.connection, who, tx.now)
        for kind in (*SECOND_STEPS, RECOVERY):
            end_credentials(tx.connection, who, tx.now, kind)
        add_event(tx.connection, who, "second-removed", Device(), tx.now, signed.person.id)
    elif lost == PASSWORD and _has_second(tx, who):
        _offer(tx, found, token, signed, tx.now, lost)
    else:
        _offer(tx, found, token, signed, tx.now + _wait(tx), ALL)


def _has_second(tx: Tx, who: str) -> bool:
    return any(one.kind in SECOND_STEPS for one in credentials_of(tx.connection, who))


def _wait(tx: Tx) -> timedelta:
    return tx.rules.at(WAIT, day_in_shanghai(tx.now)).duration


def let_head_back_in(transactions: Transactions, signed: SignedIn, key: str, number: str) -> str:
    """The token of a link for the head of any organisation, good after the wait of rule P73.

    Nothing ends before the link is used. Raises MemberUnknown, FormForged.
    """
    token = token_of_form(key)
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if not done.before:
            found = find_membership(tx.connection, number)
            if found is None or LEADING[found.organisation.kind] not in found.roles:
                raise MemberUnknown
            _offer(tx, found, token, signed, tx.now + _wait(tx), ALL)
            done.to("/desk/organisations")
    return token


def _offer(tx: Tx, found: Membership, token: str, signed: SignedIn, opens_at: datetime, lost: str) -> None:
    withdraw_for(tx.connection, found.person, tx.now)
    life = tx.rules.at(LIFE, day_in_shanghai(tx.now)).duration
    new = Invitation(
        found.organisation.urn,
        found.name,
        found.roles,
        opens_at,
        opens_at + life,
        found.person,
        signed.person.id,
        lost=lost,
    )
    add_invitation(tx.connection, new, tx.now, token)
    add_event(tx.connection, found.person, "recovery-begun", Device(), tx.now, signed.person.id)


def read_recovery(transactions: Transactions, token: str) -> Recovery | None:
    """Whose new way in a link is; None for an invitation of somebody new, or for none at all."""
    with transactions.look("access") as tx:
        found = _found(tx, token)
        return found and found[1]


def _found(tx: Tx, token: str) -> tuple[Invitation, Recovery] | None:
    found = find_invitation(tx.connection, token, tx.now)
    who = find_person(tx.connection, found.person) if found is not None and found.person else None
    return None if found is None or who is None else (found, Recovery(who, found.opens_at, found.lost or ALL))


def take_recovery(
    transactions: Transactions, token: str, typed: str, device: Device, former: str = ""
) -> Entered:
    """Choose a new password; every session ends, and every other way in but a second step that was not lost,
    which is asked for next.

    Raises InvitationUnknown, also before its time, and PasswordUnfit.
    """
    offered = read_recovery(transactions, token)
    if offered is None:
        raise InvitationUnknown
    with transactions.look("access") as tx:
        firms = [one.organisation for one in memberships_of(tx.connection, offered.person.id)]
    own = (offered.person.login, offered.person.name, *(one.name for one in firms))
    password.require_good(typed, own, [one.urn for one in firms])
    kept = password.hashed(typed)
    with transactions.begin("access") as tx:
        found = _found(tx, token)
        if found is None or found[0].opens_at > tx.now:
            raise InvitationUnknown
        if not close_invitation(tx.connection, found[0].hash, "used", tx.now):
            raise InvitationUnknown
        who, lost = found[1].person.id, found[1].lost
        pending = lost == PASSWORD
        if pending and not _has_second(tx, who):  # nothing would prove who this is
            raise InvitationUnknown
        end_credentials(tx.connection, who, tx.now, PASSWORD if pending else "")
        end_sessions(tx.connection, who, "recovered", tx.now)
        add_credential(tx.connection, who, PASSWORD, kept, tx.now)
        add_event(tx.connection, who, "recovered", device, tx.now)
        token = open_session(tx, who, HALF if pending else FULL, device, former)
        return Entered(token, pending, who)


def waiting_recovery(transactions: Transactions, signed: SignedIn) -> datetime | None:
    """From when on a link would let somebody in as oneself; None where nobody asked for one."""
    with transactions.look(signed.actor.subject) as tx:
        return open_recovery(tx.connection, signed.person.id, tx.now)


def object_to_recovery(transactions: Transactions, signed: SignedIn) -> None:
    """Withdraw every link that would let somebody in as oneself."""
    with transactions.begin(signed.actor.subject) as tx:
        withdraw_for(tx.connection, signed.person.id, tx.now)
        add_event(tx.connection, signed.person.id, "recovery-refused", Device(), tx.now)
