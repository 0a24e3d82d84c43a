"""Deputies: a member lets a colleague act in some of her roles, from a day to a day.

Only roles that she has herself, so nothing is handed on; what counts of them is what she still has when it
is asked. Members and keys stay with who leads. Either side and the head see it and can end it; it ends by
itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.access.rights import PEOPLE
from trace.access.roles import lendable
from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.calendar.typed_days import START
from trace.errors import DeputyUnfit, DeputyUnknown
from trace.store.accounts.credentials import add_event
from trace.store.accounts.deputies import (
    Appointed,
    Deputyship,
    add_deputy,
    deputies_of,
    find_deputy,
    revoke_deputy,
)
from trace.store.accounts.people import Membership, members_of
from trace.store.accounts.sessions import Device
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.sessions import SignedIn

LONGEST: Final = "P78"
LONGEST_REASON: Final = 200
PAGE: Final = "/desk/deputies"
COMING, RUNNING, ENDED, REVOKED, VOID = "coming", "running", "ended", "revoked", "void"
"""How a deputy stands; void: the giver has none of the roles any longer, or one of the two has left."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A deputy as the page shows it: how it stands, and whether who looks can end it."""

    row: Deputyship
    state: str
    revocable: bool


@dataclass(frozen=True, slots=True)
class Deputies:
    """One's own deputies on either side, and the rest of the organisation's for who leads it.

    `lendable`: roles of one's own that can be lent; `days`: for how long at most.
    """

    given: tuple[Seen, ...]
    taken: tuple[Seen, ...]
    others: tuple[Seen, ...]
    lendable: tuple[str, ...]
    colleagues: tuple[Membership, ...]
    today: date
    days: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: the membership of the deputy, roles, the first and the last day, and why."""

    deputy: str
    roles: Sequence[str]
    first: str
    last: str
    reason: str


def list_deputies(transactions: Transactions, signed: SignedIn) -> Deputies:
    """Who stands in for whom, as far as it is one's business; raises `DeputyUnknown` for who belongs
    nowhere."""
    mine = _member(signed)
    with transactions.look(signed.actor.subject) as tx:
        leads = signed.may(PEOPLE)
        rows = deputies_of(tx.connection, mine.organisation.urn, "" if leads else mine.id)
        seen = [Seen(one, _state(one, tx.now), _may_end(one, mine, leads, tx.now)) for one in rows]
        colleagues = members_of(tx.connection, mine.organisation.urn)
        return Deputies(
            tuple(one for one in seen if one.row.giver.membership == mine.id),
            tuple(one for one in seen if one.row.deputy.membership == mine.id),
            tuple(one for one in seen if mine.id not in _sides(one.row)),
            lendable(mine.roles, mine.organisation.kind),
            tuple(one for one in colleagues if one.person != mine.person),
            day_in_shanghai(tx.now),
            _longest(tx),
        )


def appoint_deputy(transactions: Transactions, signed: SignedIn, key: str, asked: Asked) -> str:
    """Let a colleague stand in; the page's address. Raises `DeputyUnfit`, `DeputyUnknown`, `FormForged`."""
    mine = _member(signed)
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if done.before:
            return done.leads_to
        begins, ends = _time(tx, asked)
        colleagues = {one.id: one for one in members_of(tx.connection, mine.organisation.urn)}
        chosen = colleagues.get(asked.deputy)
        # One's own roles as they stand now, not as the session knew them: it may be older than a change.
        own = colleagues[mine.id].roles if mine.id in colleagues else ()
        roles = [one for one in lendable(own, mine.organisation.kind) if one in asked.roles]
        reason = asked.reason.strip()
        if chosen is None or chosen.person == mine.person:
            raise _unfit(tx, "deputy-nobody")
        if not roles or set(asked.roles) - set(roles):
            raise _unfit(tx, "deputy-roles")
        if not reason or len(reason) > LONGEST_REASON:
            raise _unfit(tx, "deputy-reason")
        if any(_covers(one, chosen, roles, begins, ends) for one in _standing(tx, mine)):
            raise _unfit(tx, "deputy-twice")
        new = Appointed(mine.organisation.urn, mine.id, chosen.id, roles, reason, begins, ends)
        add_deputy(tx.connection, new, tx.now)
        for who in (mine.person, chosen.person):
            add_event(tx.connection, who, "deputy-given", Device(), tx.now, mine.person)
        return done.to(PAGE)


def end_deputy(transactions: Transactions, signed: SignedIn, number: str) -> None:
    """End a deputy before its time: from the next page view on it counts no longer.

    Raises `DeputyUnknown`."""
    mine = _member(signed)
    with transactions.begin(signed.actor.subject) as tx:
        found = find_deputy(tx.connection, number)
        if found is None or found.organisation != mine.organisation.urn:
            raise DeputyUnknown
        if mine.id not in _sides(found) and not signed.may(PEOPLE):
            raise DeputyUnknown
        if found.revoked_at is None and tx.now < found.ends_at:
            revoke_deputy(tx.connection, number, signed.person.id, tx.now)
            for who in (found.giver.person, found.deputy.person):
                add_event(tx.connection, who, "deputy-ended", Device(), tx.now, signed.person.id)


def _standing(tx: Tx, mine: Membership) -> list[Deputyship]:
    rows = deputies_of(tx.connection, mine.organisation.urn, mine.id)
    counts = {COMING, RUNNING}
    return [one for one in rows if one.giver.membership == mine.id and _state(one, tx.now) in counts]


def _covers(
    one: Deputyship, chosen: Membership, roles: Sequence[str], begins: datetime, ends: datetime
) -> bool:
    """Whether it lends the same person all of it already: a second one would change nothing."""
    within = one.begins_at <= begins and ends <= one.ends_at
    return one.deputy.membership == chosen.id and within and set(roles) <= set(one.counting)


def _state(row: Deputyship, now: datetime) -> str:
    if row.revoked_at is not None:
        return REVOKED
    if now >= row.ends_at:
        return ENDED
    if row.left or not row.counting:
        return VOID
    return RUNNING if now >= row.begins_at else COMING


def _may_end(row: Deputyship, mine: Membership, leads: bool, now: datetime) -> bool:
    return _state(row, now) in {COMING, RUNNING, VOID} and (leads or mine.id in _sides(row))


def _sides(row: Deputyship) -> tuple[str, str]:
    return row.giver.membership, row.deputy.membership


def _member(signed: SignedIn) -> Membership:
    if signed.membership is None:
        raise DeputyUnknown
    return signed.membership


def _longest(tx: Tx) -> int:
    return tx.rules.at(LONGEST, day_in_shanghai(tx.now)).duration.days


def _unfit(tx: Tx, reason: str) -> DeputyUnfit:
    return DeputyUnfit(reason=reason, days=_longest(tx), longest=LONGEST_REASON)


def _time(tx: Tx, asked: Asked) -> tuple[datetime, datetime]:
    """The first moment of the first day, or now where that is today, and the first after the last day."""
    try:
        first, last = date.fromisoformat(asked.first), date.fromisoformat(asked.last)
    except ValueError:
        raise _unfit(tx, "deputy-days") from None
    today = day_in_shanghai(tx.now)
    if not today <= first <= last:
        raise _unfit(tx, "deputy-days")
    if (last - first).days >= _longest(tx):
        raise _unfit(tx, "deputy-long")
    if not START.holds(first, today):
        raise _unfit(tx, "deputy-far")
    begins = datetime.combine(first, time(), SHANGHAI_TIME)
    return max(begins, tx.now), datetime.combine(last + timedelta(days=1), time(), SHANGHAI_TIME)
