"""Study meetings on risks with the cadence of their level (R39), and bulletins with their recipients.

The cadence counts from the last meeting held. Where the profile has no such rule, none is overdue: a draft of
Sichuan asks for it, and nobody else does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.errors import RiskItemUnknown, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.letters import CHANNELS, DOMAINS, MATTERS, level_of_authority, next_study
from trace.parties import Actor
from trace.rules import Rule
from trace.store.accounts.people import Organisation
from trace.store.casework.exchange import list_authorities
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import (
    BulletinRow,
    MeetingRow,
    ReceiptRow,
    add_row,
    find_row,
    last_running,
    read_rows,
)
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.messages import own_authority

PAGE: Final = "/office/studies"
CADENCE: Final = "R39"
MEETING, BULLETIN = "meeting", "bulletin"
_LONGEST: Final = 4000
_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class WritingMeeting:
    """Who notes which meeting: when, about which domains, with which other authorities, and what was said."""

    actor: Actor
    form: str
    held_on: str
    domains: tuple[str, ...]
    present: tuple[str, ...]
    summary: str
    decisions: str


@dataclass(frozen=True, slots=True)
class WritingBulletin:
    """Who tells what sort of matter by which channel to which authorities, and to whom else in words."""

    actor: Actor
    form: str
    matter: str
    channel: str
    recipients: tuple[str, ...]
    others: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Studies:
    """Meetings and bulletins of an authority and those that reached it; the next meeting's day."""

    meetings: Sequence[MeetingRow]
    sent: Sequence[BulletinRow]
    received: Sequence[BulletinRow]
    receipts: Mapping[str, Sequence[ReceiptRow]]
    names: Mapping[str, str]
    own: str
    level: str
    rule: Rule | None
    next_on: date | None
    now: datetime

    @property
    def overdue(self) -> bool:
        return self.next_on is not None and day_in_shanghai(self.now) > self.next_on

    def unread(self, row: BulletinRow) -> bool:
        return self.own not in {one.party for one in self.receipts.get(row.number, ())}


def note_meeting(transactions: Transactions, writing: WritingMeeting) -> str:
    """Keep a meeting that was held; the page to go on from. Raises `RiskUnfit`, `RightMissing`."""
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        try:
            held = date.fromisoformat(writing.held_on)
        except ValueError:
            raise RiskUnfit(wanted="held") from None
        if not HAPPENED.holds(held, day_in_shanghai(tx.now)):
            raise RiskUnfit(wanted="held")
        _known("domains", writing.domains, DOMAINS)
        _known("present", writing.present, [one.urn for one in list_authorities(tx.connection)], least=0)
        summary = _words("summary", writing.summary)
        prefix = f"YP{own.region}-{held.year}-"
        number = f"{prefix}{last_running(tx.connection, MeetingRow, prefix) + 1:03d}"
        row = MeetingRow(
            number, own.urn, own.department, own.region, level_of_authority(level_of(own.region)),
            held.isoformat(), writing.domains, writing.present, summary,
            whole_text("decisions", writing.decisions, _LONGEST), actor.person, tx.now,
        )  # fmt: skip
        add_row(tx.connection, row)
        _told(tx, actor, own, MEETING, number)
        return done.to(PAGE)


def send_bulletin(transactions: Transactions, writing: WritingBulletin) -> str:
    """Send a bulletin: those who are here read it here, others are named. Raises `RiskUnfit`."""
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        _known("matter", (writing.matter,), MATTERS)
        _known("channel", (writing.channel,), CHANNELS)
        _known(
            "recipients", writing.recipients, [one.urn for one in list_authorities(tx.connection)], least=0
        )
        others = whole_text("others", writing.others, _TITLE)
        if not writing.recipients and not others:
            raise RiskUnfit(wanted="recipients")
        title, text = _words("title", writing.title, _TITLE), _words("text", writing.text)
        prefix = f"TB{own.region}-{day_in_shanghai(tx.now).year}-"
        number = f"{prefix}{last_running(tx.connection, BulletinRow, prefix) + 1:03d}"
        row = BulletinRow(
            number, own.urn, own.department, own.region, writing.matter, writing.channel,
            writing.recipients, others, title, text, actor.person, tx.now,
        )  # fmt: skip
        add_row(tx.connection, row)
        _told(tx, actor, own, BULLETIN, number)
        return done.to(PAGE)


def acknowledge_bulletin(transactions: Transactions, actor: Actor, form: str, number: str) -> str:
    """Say that a bulletin was read, once for the authority. Raises `RiskItemUnknown`."""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row = find_row(tx.connection, BulletinRow, number)
        if row is None or own.urn not in row.recipients:
            raise RiskItemUnknown(what=BULLETIN, number=number[:40])
        if not read_rows(tx.connection, ReceiptRow, "WHERE number = ? AND party = ?", (number, own.urn)):
            add_row(tx.connection, ReceiptRow(number, own.urn, actor.person, tx.now))
            _told(tx, actor, own, BULLETIN, number, "read")
        return done.to(PAGE)


def _known(member: str, given: Sequence[str], known: Sequence[str], least: int = 1) -> None:
    if len(given) < least or not set(given) <= set(known):
        raise RiskUnfit(wanted=member)


def _words(member: str, text: str, most: int = _LONGEST) -> str:
    said = whole_text(member, text, most)
    if len(said) < LEAST_WORDS:
        raise RiskUnfit(wanted=member)
    return said


def _told(tx: Tx, actor: Actor, own: Organisation, what: str, number: str, event: str = "noted") -> None:
    add_events(tx.connection, [RiskEvent(what, number, event, tx.now, actor.person, party=own.urn)])


def read_studies(transactions: Transactions, actor: Actor) -> Studies:
    """What the caller's authority studied, told and was told."""
    with transactions.look(actor.subject) as tx:
        return studies_of(tx, own_authority(tx, actor))


def studies_of(tx: Tx, own: Organisation) -> Studies:
    """As above, within a transaction that reads more."""
    meetings = read_rows(tx.connection, MeetingRow, "WHERE authority = ?", (own.urn,))
    every = read_rows(tx.connection, BulletinRow)
    receipts: dict[str, list[ReceiptRow]] = {}
    for one in read_rows(tx.connection, ReceiptRow):
        receipts.setdefault(one.number, []).append(one)
    level = level_of_authority(level_of(own.region))
    rule = tx.rules.find(CADENCE, day_in_shanghai(tx.now), level=level)
    held = [date.fromisoformat(one.held_on) for one in meetings]
    next_on = next_study(max(held), int(rule.number), rule.since) if rule is not None and held else None
    return Studies(
        sorted(meetings, key=lambda one: one.held_on, reverse=True),
        [one for one in reversed(every) if one.authority == own.urn],
        [one for one in reversed(every) if own.urn in one.recipients],
        receipts,
        {one.urn: one.name for one in list_authorities(tx.connection)},
        own.urn,
        level,
        rule,
        next_on,
        tx.now,
    )
