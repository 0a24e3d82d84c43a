"""What reaches a person: which kinds, by mail or on the page alone, at once or once a day.

A person types an address and then the code that was sent there; before that nothing else goes to it. What
waits for the organisation is counted as on its first page; a mail goes out where more or
other waits than was told.
Recalls and what an authority waits for go out at once to whoever has an address, whatever was chosen.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from trace.access.rights import CASES, PREPARE
from trace.access.roles import AUTHORITY, LEADING
from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.errors import MailAddressUnfit, MailCodesTooMany, MailCodeWrong
from trace.oversight.casework.table import ENDED
from trace.oversight.notice_kinds import (
    DAILY,
    MANDATORY,
    PACES,
    PAGE,
    WAYS,
    Choice,
    Waits,
    due,
    kind_of,
    kinds_for,
    known_after,
    news,
    together,
)
from trace.store.accounts.notice_choices import (
    ChoiceRow,
    find_choice,
    list_reachable,
    put_choice,
    put_told,
    read_told,
)
from trace.store.accounts.people import find_person, memberships_of
from trace.store.messages.outbox import count_notices, put_notices
from trace.store.transaction import Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.accounts.sessions import SignedIn, actor_of
from trace.usecases.casework.list_cases import read_desk
from trace.usecases.duties.by_rule import duties_of
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.duties.today import waiting_for
from trace.usecases.messages.send_notices import CODE

PERSONAL: Final = "personal"
SETTINGS: Final = "/desk/notice-settings"
_DESK: Final = "/desk"
_OFFICE: Final = "/office"
LONGEST: Final = 254
CODE_LIFE: Final = timedelta(hours=24)
TRIES: Final = 5
MOST_CODES: Final = 5
"""So many codes a person has sent within their life: an address that is typed may be a stranger's."""
MORNING: Final = 7
"""The hour in Shanghai from which on the day's mail goes out."""
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form says; `kinds` are those that are wanted."""

    way: str
    pace: str
    kinds: Sequence[str]


def read_choice(transactions: Transactions, signed: SignedIn) -> ChoiceRow:
    """What somebody chose, or what stands for who chose nothing: the page alone."""
    with transactions.look(signed.actor.subject) as tx:
        return find_choice(tx.connection, signed.person.id) or ChoiceRow(signed.person.id)


def choose(transactions: Transactions, signed: SignedIn, key: str, wish: Wish) -> str:
    """Keep what somebody chose; the page's address. What is mandatory cannot be muted.

    Raises `FormForged`.
    """
    asked = frozenset(kinds_for(signed.actor.scopes))
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if not done.before:
            row = find_choice(tx.connection, signed.person.id) or ChoiceRow(signed.person.id)
            # Who works for a firm and an authority too is asked by each page for its own kinds.
            muted = (row.choice.muted - asked) | (asked - frozenset(wish.kinds) - MANDATORY)
            way, pace = wish.way if wish.way in WAYS else PAGE, wish.pace if wish.pace in PACES else DAILY
            choice = Choice(way, pace, muted)
            put_choice(tx.connection, replace(row, choice=choice))
        return done.to(SETTINGS)


def ask_address(transactions: Transactions, signed: SignedIn, key: str, typed: str) -> str:
    """Send a code to an address, or forget the one that there is where none is typed; the page's address.

    Raises `MailAddressUnfit`, `MailCodesTooMany`, `FormForged`.
    """
    address = typed.strip()
    if address and (len(address) > LONGEST or _ADDRESS.fullmatch(address) is None):
        raise MailAddressUnfit
    with transactions.begin(signed.actor.subject) as tx:
        done = once(tx, key, signed.person.id)
        if done.before:
            return done.leads_to
        row = find_choice(tx.connection, signed.person.id) or ChoiceRow(signed.person.id)
        if not address:
            put_choice(tx.connection, ChoiceRow(row.person, row.choice))
            return done.to(SETTINGS)
        if count_notices(tx.connection, row.person, CODE, tx.now - CODE_LIFE) >= MOST_CODES:
            raise MailCodesTooMany(most=MOST_CODES)
        code = f"{secrets.randbelow(10**8):08d}"
        asked = replace(
            row,
            asked=address,
            code_hash=_hash(row.person, code),
            ends_at=tx.now + CODE_LIFE,
            tries_left=TRIES,
        )
        put_choice(tx.connection, asked)
        put_notices(tx.connection, [(CODE, {"code": code})], tx.now, row.person)
        return done.to(SETTINGS)


def confirm_address(transactions: Transactions, signed: SignedIn, typed: str) -> None:
    """Let mail go to the address that the code was sent to; raises `MailCodeWrong`."""
    with transactions.begin(signed.actor.subject) as tx:
        row = find_choice(tx.connection, signed.person.id)
        lives = row is not None and row.ends_at is not None and tx.now < row.ends_at and row.tries_left > 0
        fits = row is not None and hmac.compare_digest(_hash(row.person, typed.strip()), row.code_hash)
        if row is not None and lives and fits:
            put_choice(
                tx.connection,
                replace(row, address=row.asked, asked="", code_hash="", ends_at=None, tries_left=0),
            )
        elif row is not None and lives:
            put_choice(tx.connection, replace(row, tries_left=row.tries_left - 1))
    if not (lives and fits):
        raise MailCodeWrong(tries=max(row.tries_left - 1, 0) if row is not None and lives else 0)


def plan_personal_notices(transactions: Transactions, public_url: str) -> int:
    """How many mails were put into the outbox for people whose organisation has more to do than they know."""
    with transactions.look("notices") as tx:
        reachable = list_reachable(tx.connection)
    return sum(_plan(transactions, row, public_url) for row in reachable)


def _plan(transactions: Transactions, row: ChoiceRow, public_url: str) -> int:
    counted = dict(_waits_of(transactions, row.person))
    with transactions.begin("notices") as tx:
        now = tx.now.astimezone(SHANGHAI_TIME)
        today = day_in_shanghai(tx.now).isoformat()
        digest = row.choice.pace == DAILY and now.hour >= MORNING and row.digest_on != today
        notices = []
        for (urn, name, page), waits in counted.items():
            told = read_told(tx.connection, row.person, urn)
            going = due(row.choice, news(waits, told), digest=digest)
            known = {one.slug: one for one in going}
            for one in waits:
                known.setdefault(one.slug, known_after(one, told.get(one.slug, Waits(one.slug, 0))))
            put_told(tx.connection, row.person, urn, known.values())
            if going:
                listed = [[one.slug, one.count, one.late] for one in going]
                payload = {"organisation": name, "waits": listed, "address": f"{public_url}{page}"}
                notices.append((PERSONAL, payload))
        put_notices(tx.connection, notices, tx.now, row.person)
        kept = find_choice(tx.connection, row.person)
        if digest and kept is not None:
            put_choice(tx.connection, replace(kept, digest_on=today))
    return len(notices)


def _waits_of(transactions: Transactions, person: str) -> Iterator[tuple[tuple[str, str, str], list[Waits]]]:
    """What waits for each organisation of a person, of the kinds that are mailed; with its first page."""
    with transactions.look("notices") as tx:
        who, members = find_person(tx.connection, person), memberships_of(tx.connection, person)
    if who is None:
        return
    for member in members:
        signed = SignedIn("", who, member, (member,), actor_of(who, member))
        kinds = kinds_for(signed.actor.scopes)
        if not kinds:
            continue
        duties = duties_of(transactions, signed.actor) if signed.may(PREPARE) else []
        duties += duties_of_authority(transactions, signed.actor) if signed.may(CASES) else []
        found = [Waits(one.slug, one.count, one.overdue, _known_by(one.things), one.newest) for one in duties]
        found += _cases_of(transactions, signed) if signed.may(CASES) else []
        found += [
            Waits(one.slug, one.count, 0, _known_by(one.things), one.newest)
            for one in waiting_for(transactions, signed)
        ]
        of = member.organisation
        page = _OFFICE if of.kind == AUTHORITY and signed.may(CASES) else _DESK
        yield (of.urn, of.name, page), together(one for one in found if kind_of(one.slug) in kinds)


def _cases_of(transactions: Transactions, signed: SignedIn) -> Iterator[Waits]:
    """Cases of one's own and those that nobody has; all of the department for who leads it."""
    desk = read_desk(transactions, signed.actor)
    leads = LEADING[AUTHORITY] in signed.actor.duties
    for slug, listed in (
        ("case-overdue", desk.overdue),
        ("case-soon", desk.soon),
        ("case-fresh", [one for one in desk.fresh if one.row.state not in ENDED]),
    ):
        mine = [one for one in listed if leads or (one.row.officer or "") in {"", signed.person.id}]
        if mine:
            late = len(mine) if slug == "case-overdue" else 0
            yield Waits(slug, len(mine), late, _known_by(one.row.number for one in mine))


def _known_by(things: Iterable[str]) -> tuple[str, ...]:
    return tuple(hashlib.sha256(one.encode()).hexdigest()[:12] for one in things)


def _hash(person: str, code: str) -> str:
    return hashlib.sha256(f"{person} {code}".encode()).hexdigest()
