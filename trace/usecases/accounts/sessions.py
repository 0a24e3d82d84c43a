"""Sessions: who is signed in behind a cookie, for which organisation, and until when.

A session ends after the idle time of rule P70, or the longest time of P71. Its owner sees all of them and can
end each. It becomes an `Actor` as a token does: nothing behind the door knows which of the two it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.access.rights import ACCOUNT
from trace.access.roles import AUTHORITY, lendable, lent_rights, rights_of
from trace.calendar.shanghai import day_in_shanghai
from trace.ledger.bundle import is_demo_origin
from trace.parties import DEPARTMENTS, Actor, Lent
from trace.store.accounts import sessions as rows
from trace.store.accounts.credentials import SignInEvent, add_event, events_of
from trace.store.accounts.deputies import Deputyship, standing_in
from trace.store.accounts.people import Membership, Organisation, Person, find_person, memberships_of
from trace.store.accounts.sessions import FULL, HALF, Device, Session
from trace.store.transaction import Transactions, Tx

__all__ = [
    "FULL",
    "HALF",
    "IDLE",
    "LONGEST",
    "Device",
    "Organisation",
    "Session",
    "SignedIn",
    "act_for",
    "end_own_session",
    "ended_by_itself",
    "find_pending",
    "find_session",
    "list_own_events",
    "list_own_sessions",
    "sign_out",
]

IDLE: Final = "P70"
LONGEST: Final = "P71"
_SHOWN: Final = 30
_NOTED: Final = timedelta(minutes=1)
"""How exactly the last use is known: a page view more writes nothing."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in, where, and what that allows. `membership` is None for who belongs nowhere (yet).

    `stands_in`: for whom, in the organisation that one acts for.
    """

    session: str
    person: Person
    membership: Membership | None
    memberships: tuple[Membership, ...]
    actor: Actor
    stands_in: tuple[Deputyship, ...] = ()

    def may(self, right: str) -> bool:
        return self.actor.may(right)


def find_session(transactions: Transactions, token: str) -> SignedIn | None:
    """Who is signed in by this cookie; None without one, or when it ended."""
    return _found(transactions, token, FULL)


def find_pending(transactions: Transactions, token: str) -> SignedIn | None:
    """Whose password was right and whose second factor is still to come."""
    return _found(transactions, token, HALF)


def _found(transactions: Transactions, token: str, level: str) -> SignedIn | None:
    if not token:
        return None
    with transactions.look("access") as tx:
        found = rows.find_session(tx.connection, token)
        if found is None or found.level != level or not _lives(tx, found):
            return None
        who = find_person(tx.connection, found.person)
        if who is None or (who.demo and not is_demo_origin(tx.origin)):
            return None
        signed = _signed_in(tx, found, who, tuple(memberships_of(tx.connection, who.id)))
        late = tx.now - found.seen_at > _NOTED
    if late:
        with transactions.begin("access") as tx:
            rows.touch_session(tx.connection, found.id, tx.now)
    return signed


def _lives(tx: Tx, found: Session) -> bool:
    return not found.ended and tx.now < ends_at(tx, found)


def ends_at(tx: Tx, found: Session) -> datetime:
    """When a session ends, if it is not used again."""
    day = day_in_shanghai(tx.now)
    idle, longest = tx.rules.at(IDLE, day).duration, tx.rules.at(LONGEST, day).duration
    return min(found.seen_at + idle, found.created_at + longest)


def _signed_in(tx: Tx, found: Session, who: Person, members: tuple[Membership, ...]) -> SignedIn:
    # Where the membership has ended, the session acts for nobody: it does not slip into another organisation.
    first = members[0] if members and found.membership is None else None
    chosen = next((one for one in members if one.id == found.membership), first)
    lent = standing_in(tx.connection, chosen.id, tx.now) if chosen is not None else []
    counting = tuple(one for one in lent if one.counting)
    return SignedIn(found.id, who, chosen, members, actor_of(who, chosen, counting), counting)


def actor_of(who: Person, member: Membership | None, stands_in: Iterable[Deputyship] = ()) -> Actor:
    """What somebody may do here, as the member that is acting, and for whom that one stands in."""
    if member is None:
        return Actor(f"person:{who.id}", scopes=frozenset({ACCOUNT}), person=who.id)
    of = member.organisation
    speaks = (
        frozenset({DEPARTMENTS[of.department]}) if of.kind == AUTHORITY and of.department else frozenset()
    )
    lent = tuple(_lent(one, member) for one in stands_in)
    scopes, duties = rights_of(member.roles, of.kind), frozenset(member.roles)
    for one in lent:
        scopes, duties = scopes | lent_rights(one.duties, of.kind), duties | one.duties
    return Actor(f"person:{who.id}", of.urn, speaks, scopes, of.region, who.id, duties, lent)


def _lent(row: Deputyship, member: Membership) -> Lent:
    """What one has by another's leave alone: one's own roles are nobody's to lend."""
    roles = frozenset(lendable(row.counting, member.organisation.kind)) - frozenset(member.roles)
    return Lent(row.giver.person, row.giver.name, roles)


def act_for(transactions: Transactions, signed: SignedIn, number: str) -> bool:
    """Go on as another membership of the same person; False where it has none such."""
    if all(one.id != number for one in signed.memberships):
        return False
    with transactions.begin(signed.actor.subject) as tx:
        rows.act_for(tx.connection, signed.session, number)
    return True


def list_own_sessions(transactions: Transactions, signed: SignedIn) -> list[Session]:
    """Where somebody is signed in, the last seen first; those that ended by themselves are left out."""
    with transactions.look(signed.actor.subject) as tx:
        found = rows.list_sessions(tx.connection, signed.person.id)
        return [one for one in found if _lives(tx, one)]


def list_own_events(transactions: Transactions, signed: SignedIn) -> list[SignInEvent]:
    """What happened to one's own account, the last first."""
    with transactions.look(signed.actor.subject) as tx:
        return events_of(tx.connection, signed.person.id, _SHOWN)


def end_own_session(transactions: Transactions, signed: SignedIn, number: str) -> bool:
    """End one of one's own sessions; False for what is none of them."""
    with transactions.begin(signed.actor.subject) as tx:
        own = {one.id for one in rows.list_sessions(tx.connection, signed.person.id)}
        if number in own:
            rows.end_session(tx.connection, number, "ended-by-owner", tx.now)
            add_event(tx.connection, signed.person.id, "session-ended", Device(), tx.now)
    return number in own


def sign_out(transactions: Transactions, signed: SignedIn, device: Device) -> None:
    """End the session that asks for it."""
    with transactions.begin(signed.actor.subject) as tx:
        rows.end_session(tx.connection, signed.session, "signed-out", tx.now)
        add_event(tx.connection, signed.person.id, "signed-out", device, tx.now)


def ended_by_itself(transactions: Transactions, token: str) -> Session | None:
    """A session that ended by itself; None for one that somebody ended, whose second step never came, or for
    none: who has the password alone leaves nothing for its owner to send."""
    if not token:
        return None
    with transactions.look("access") as tx:
        found = rows.find_session(tx.connection, token)
        if found is None or found.ended or found.level != FULL:
            return None
        return None if _lives(tx, found) else found
