"""Notices to consumers: written by one person of an authority, released by another, shown on scan pages.

A notice warns, explains a standard or answers a rumour, and names its sources. A warning is about products or
batches by their urns; any notice stands on the pages of those that it names until it is ended with a reason.
The same words about the same goods are published once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.sight import lies_in
from trace.errors import ReleasedByOne, RiskItemUnknown, RiskMoved, RiskOutOfArea, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.parties import Actor
from trace.store.accounts.people import list_organisations
from trace.store.casework.cases import names_of
from trace.store.lots.details import read_lots
from trace.store.lots.standing import regions_of
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import (
    DRAFT,
    ENDED,
    RELEASED,
    RUMOUR,
    STANDARD,
    WARNING,
    NoticeRow,
    add_row,
    find_row,
    known_products,
    last_running,
    move_row,
    put_notice_products,
    read_rows,
)
from trace.store.transaction import Transactions, Tx
from trace.store.versions import PAGES, bump_version
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.supervision.messages import own_authority

WHAT: Final = "notice"
PAGE: Final = "/office/notices"
MOST: Final = 50
KINDS: Final = (WARNING, STANDARD, RUMOUR)
MOST_SOURCES: Final = 10
RELEASE, END = "release", "end"
_TITLE, _TEXT, _SOURCE = 80, 600, 200
_LOT, _PRODUCT = "urn:lot:", "urn:"


@dataclass(frozen=True, slots=True)
class WritingNotice:
    """Who writes what kind of notice about which products or batches, on which sources, one a line."""

    actor: Actor
    form: str
    title: str
    text: str
    products: tuple[str, ...]
    kind: str = WARNING
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovingNotice:
    """Who releases or ends which notice; an end has a reason."""

    actor: Actor
    form: str
    number: str
    act: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """The notices of an authority, the newest first, and who is who."""

    rows: Sequence[NoticeRow]
    names: Mapping[str, str]
    me: str


@dataclass(frozen=True, slots=True)
class Released:
    """A notice as everybody reads it."""

    title: str
    text: str
    authority: str
    released_at: datetime
    kind: str
    sources: tuple[str, ...]


def write_notice(transactions: Transactions, writing: WritingNotice) -> str:
    """Keep a draft for another person to release; the page to go on from.

    Raises `RiskUnfit` for what is missing, `RiskOutOfArea` for a batch of another area, `RiskMoved` for what
    stands already.
    """
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        title, text = whole_text("title", writing.title, _TITLE), whole_text("text", writing.text, _TEXT)
        for name, value in (("title", title), ("text", text)):
            if len(value) < LEAST_WORDS:
                raise RiskUnfit(wanted=name)
        if writing.kind not in KINDS:
            raise RiskUnfit(wanted="kind")
        sources = tuple(
            dict.fromkeys(whole_text("sources", one, _SOURCE) for one in writing.sources if one.strip())
        )
        if not 1 <= len(sources) <= MOST_SOURCES or any(len(one) < LEAST_WORDS for one in sources):
            raise RiskUnfit(wanted="sources")
        products = tuple(sorted({one.strip() for one in writing.products if one.strip()}))
        _require_known(tx, actor, products, least=1 if writing.kind == WARNING else 0)
        digest = hashlib.sha256("\n".join((title, text, *products)).encode()).hexdigest()
        same = read_rows(tx.connection, NoticeRow, "WHERE digest = ? AND state <> 'ended'", (digest,))
        if same:
            raise RiskMoved(what=WHAT, state=same[0].state)
        prefix = f"TS{own.region}-{day_in_shanghai(tx.now).year}-"
        number = f"{prefix}{last_running(tx.connection, NoticeRow, prefix) + 1:03d}"
        row = NoticeRow(
            number, own.urn, own.department, own.region, title, text, products, digest, DRAFT,
            actor.person, tx.now, kind=writing.kind, sources=sources,
        )  # fmt: skip
        add_row(tx.connection, row)
        put_notice_products(tx.connection, number, products)
        _told(tx, actor, number, "written")
        return done.to(PAGE)


def _require_known(tx: Tx, actor: Actor, products: Sequence[str], *, least: int) -> None:
    """Every product or batch is known here, and a batch lies in the caller's area."""
    if not least <= len(products) <= MOST:
        raise RiskUnfit(wanted="products")
    lots = read_lots(tx.connection, [one for one in products if one.startswith(_LOT)])
    regions = regions_of(tx.connection, lots)
    for lot in lots:
        if not lies_in(actor.region, regions[lot.id]):
            raise RiskOutOfArea(what=WHAT, number=lot.urn)
    others = [one for one in products if not one.startswith(_LOT)]
    known = {lot.urn for lot in lots} | known_products(tx.connection, others)
    if not known.issuperset(products):
        raise RiskUnfit(wanted="products")


def move_notice(transactions: Transactions, moving: MovingNotice) -> str:
    """Release a draft, by another person than wrote it, or end what stands; pages show it at once.

    Raises `RiskItemUnknown`, `ReleasedByOne`, `RiskMoved`, `RiskUnfit`.
    """
    actor = moving.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, moving.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row = find_row(tx.connection, NoticeRow, moving.number)
        if row is None or row.authority != own.urn:
            raise RiskItemUnknown(what=WHAT, number=moving.number[:40])
        if moving.act == RELEASE:
            if actor.person == row.written_by:
                raise ReleasedByOne(what=WHAT)
            before, new = DRAFT, replace(row, state=RELEASED, released_by=actor.person, released_at=tx.now)
        else:
            why = whole_text("why", moving.why, _TEXT)
            if len(why) < LEAST_WORDS:
                raise RiskUnfit(wanted="reason")
            before = row.state if row.state in {DRAFT, RELEASED} else RELEASED
            new = replace(row, state=ENDED, ended_by=actor.person, ended_why=why, ended_at=tx.now)
        if not move_row(tx.connection, new, before):
            raise RiskMoved(what=WHAT, state=row.state)
        _told(tx, actor, row.number, moving.act, moving.why)
        bump_version(tx.connection, PAGES)
        return done.to(PAGE)


def _told(tx: Tx, actor: Actor, number: str, event: str, why: str = "") -> None:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    said = whole_text("why", why, _TEXT)
    add_events(
        tx.connection,
        [RiskEvent(WHAT, number, event, tx.now, actor.person, name, actor.party or "", said)],
    )


def read_notices(transactions: Transactions, actor: Actor) -> Notices:
    """The notices of the caller's authority."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        rows = read_rows(tx.connection, NoticeRow, "WHERE authority = ?", (own.urn,))
        people = [one for row in rows for one in (row.written_by, row.released_by, row.ended_by)]
        return Notices(rows[::-1], names_of(tx.connection, people), actor.person)


def read_released(transactions: Transactions) -> list[Released]:
    """What everybody may read now: released, not ended, the newest first; no person is named."""
    with transactions.look() as tx:
        rows = read_rows(tx.connection, NoticeRow, "WHERE state = ?", (RELEASED,))
        names = {one.urn: one.name for one in list_organisations(tx.connection)}
        found = [
            Released(
                row.title, row.text, names.get(row.authority, ""), row.released_at, row.kind, row.sources
            )
            for row in rows
            if row.released_at is not None
        ]
        return sorted(found, key=lambda one: one.released_at, reverse=True)[:MOST]
