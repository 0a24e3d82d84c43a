"""The notice that a firm gets once, when it enters the register of producers, and the receipt that it signs.

What it tells is made of the dated rules of the day, each with its clause. A firm is told once, whichever of
the two departments does; both see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.errors import OrderUnknown, RightMissing
from trace.exchange.draft import Draft, RowOrigin
from trace.oversight.commitments import ENTRY, matter_of
from trace.oversight.register import ENTERED, changes_of, register_on
from trace.parties import ALL, Actor
from trace.rules import Rule, Rules
from trace.store.lots.commitments import (
    ServedNotice,
    read_received,
    read_received_by,
    read_served,
    read_served_on,
)
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.signing.batches import Signer
from trace.usecases.signing.content import content_of
from trace.usecases.signing.waiting import keep_instead
from trace.usecases.supervision.messages import authority_names, own_authority
from trace.usecases.supervision.month_scope import lies_inside
from trace.usecases.supervision.read_register import read_said
from trace.usecases.supervision.served_notices import Serving, draft_notices, drafted_to

TOLD: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "director": ("R68", {"what": "director"}),
    "daily": ("R55", {"period": "daily"}),
    "weekly": ("R55", {"period": "weekly"}),
    "monthly": ("R55", {"period": "monthly"}),
    "training": ("R68", {}),
    "receiving": ("R03", {}),
    "release": ("R05", {}),
    "shipping": ("R04", {}),
    "upload": ("R01", {}),
    "profile": ("R02", {}),
    "renewal": ("R13", {}),
}
"""What a new firm is told, in this order: slug (worded `office.entry.item.<slug>`) -> the rule."""
_SIGN: Final = "/desk/sign/{}"
_SINCE: Final = date(2000, 1, 1)
_NOWHERE: Final = RowOrigin("", ())


@dataclass(frozen=True, slots=True)
class Entrant:
    """A firm on the register: since when, its notice, and when it signed for that."""

    firm: str
    name: str
    since: date | None
    notice: ServedNotice | None
    drafted: bool
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entrants:
    """The firms of the register of an area today, those without a notice first; what the day's rules tell."""

    day: date
    firms: tuple[Entrant, ...]
    rules: Mapping[str, Rule]

    @property
    def to_tell(self) -> list[Entrant]:
        return [one for one in self.firms if one.notice is None and not one.drafted]

    @property
    def unreceived(self) -> list[Entrant]:
        return [one for one in self.firms if one.notice is not None and one.received_at is None]


@dataclass(frozen=True, slots=True)
class EntryNotice:
    """A firm's own notice, by which authority, and when the firm signed for it."""

    notice: ServedNotice
    by: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receiving:
    """Who signs for which notice, under which title."""

    actor: Actor
    form: str
    title: str
    notice: str


def read_entrants(transactions: Transactions, actor: Actor) -> Entrants:
    """The firms of the caller's area; raises `RightMissing` for who is no authority."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        return _entrants(tx, actor)


def _entrants(tx: Tx, actor: Actor) -> Entrants:
    today = day_in_shanghai(tx.now)
    said = list(read_said(tx.connection))
    holders = [one.holder for one in register_on(today, said)]
    known = master_data(tx.connection, "party", holders)
    inside = [one for one in holders if lies_inside(actor.region, known.get(one, {}))]
    since = {one.holder: one.day for one in changes_of(_SINCE, today, said) if one.what == ENTERED}
    served, received = read_served(tx.connection, ENTRY), read_received(tx.connection, ENTRY)
    drafted = drafted_to(tx, actor, ENTRY)
    firms = []
    for firm in inside:
        notice = served.get(firm)
        at = received.get((firm, notice.stmt)) if notice is not None else None
        name = str(known[firm].get("name") or "")
        firms.append(Entrant(firm, name, since.get(firm), notice, firm in drafted, at))
    firms.sort(key=lambda one: (one.notice is not None, one.received_at is not None, one.name, one.firm))
    return Entrants(today, tuple(firms), duties_told(tx.rules, today))


def duties_told(rules: Rules, day: date) -> dict[str, Rule]:
    """What the rules of a day tell a new firm, by slug; what this profile does not know is left out."""
    found = {}
    for slug, (name, when) in TOLD.items():
        rule = rules.find(name, day, **when)
        if rule is not None and rule.when == when:
            found[slug] = rule
    return found


def serve_entry_notices(transactions: Transactions, serving: Serving) -> str:
    """The address where a notice to each firm that was not told yet waits for its signature.

    Raises `RightMissing`, `FarmNoticeUnfit`.
    """
    actor = serving.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, serving.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        found = _entrants(tx, actor)
        matter = matter_of(ENTRY, own.region, found.day.year)
        return done.to(draft_notices(tx, serving, matter, [one.firm for one in found.to_tell], None))


def entry_notices_to(tx: Tx, party: str) -> Sequence[EntryNotice]:
    """The notice of its entry that a firm got: one, or none."""
    notice = read_served_on(tx.connection, party, ENTRY)
    if notice is None:
        return ()
    at = read_received_by(tx.connection, party, ENTRY).get((party, notice.stmt))
    return (EntryNotice(notice, authority_names(tx, [notice.iss])[notice.iss], at),)


def read_own_entry(transactions: Transactions, actor: Actor) -> Sequence[EntryNotice]:
    """As above, of the caller's own firm."""
    with transactions.look(actor.subject) as tx:
        return entry_notices_to(tx, actor.party or "")


def sign_for_entry(transactions: Transactions, who: Receiving) -> str:
    """The address where the receipt waits for its signature; raises `OrderUnknown` for another's notice or
    one that was signed for."""
    actor = who.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, who.form, actor.person)
        if done.before:
            return done.leads_to
        found = [one for one in entry_notices_to(tx, actor.party or "") if one.received_at is None]
        told = next((one for one in found if one.notice.stmt == who.notice), None)
        if told is None:
            raise OrderUnknown(order=who.notice[:43])
        data = {"matter": str(told.notice.data["matter"]), "about": told.notice.stmt}
        sub = actor.party or ""
        draft = Draft(
            ACKNOWLEDGEMENT.typ, sub, tx.now, data, references=(), private=(), origin=_NOWHERE, key=""
        )
        number = keep_instead(tx, Signer(sub, actor.person), who.title, [content_of(draft, data)])
        return done.to(_SIGN.format(number))
