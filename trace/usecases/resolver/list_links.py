"""The list of an organisation's links: what stands, what stood, who said so, what is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.link import HOSTS
from trace.chain.identifiers import GTIN, OWN
from trace.chain.known_master import PLACE, MasterBook
from trace.parties import Actor
from trace.store.chain.known_links import read_allowed_hosts
from trace.store.chain.master import read_book
from trace.store.log.signers import SignedBy, read_signers
from trace.store.resolver.resolution import ChangeRow, list_changes_by
from trace.store.transaction import Transactions
from trace.usecases.resolver.resolve_link import shown_link, speakers_of

MOST: Final = 10_000
_Change = tuple[str, str | None, Any, str, SignedBy | None, str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One signed change of a link; `to` is what stands from then on, None where nothing does."""

    subject: str
    field: str | None
    to: Any
    iss: str
    signed_by: SignedBy | None
    statement: str
    stated_at: datetime
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class StandingLink(LinkChange):
    """A link that stands; `shown` says whether the resolver gives it out."""

    shown: bool


@dataclass(frozen=True, slots=True)
class WithheldLink(StandingLink):
    """A link that stands and is not given out: "not-the-owner" or "host-or-form"."""

    reason: str


@dataclass(frozen=True, slots=True)
class LinkList:
    """The links that stand, and the hosts that the platform allows to the reader."""

    links: tuple[StandingLink, ...]
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectLinks(LinkList):
    """The links of one subject, with every change of them, the oldest first."""

    subject: str
    history: tuple[LinkChange, ...]


def list_links(transactions: Transactions, reader: Actor, subject: str | None = None) -> LinkList:
    """The reader's own links (everybody's for an authority); with `subject` its links and their changes."""
    own = [reader.party] if reader.party else []
    with transactions.look("links") as tx:
        if subject is not None:
            rows = list_changes_by(tx.connection, "record.sub", [subject], MOST)
        else:
            rows = list_changes_by(tx.connection, "statement.iss", own, MOST)
        rows = [row for row in rows if reader.oversees or reader.party in {row.iss, row.sub}]
        hosts = read_allowed_hosts(tx.connection, {row.iss for row in rows}.union(own))
        about = {row.sub for row in rows}
        products = {urn for urn in about if urn.startswith((GTIN, OWN))}
        book = read_book(tx.connection, products, {urn for urn in about if urn.startswith(PLACE)})
        speaking = {urn: speakers_of(tx.connection, urn, book) for urn in products}
        signers = read_signers(tx.connection, tx.origin, [row.statement for row in rows])
    standing = {(row.iss, row.sub, row.data.get("field")): row for row in rows}
    links = tuple(
        _link(row, signers, hosts, book, speaking)
        for (_, _, field), row in standing.items()
        if field != HOSTS and row.data.get("to") is not None
    )
    allowed = tuple(sorted(hosts.get(reader.party or "", ())))
    if subject is None:
        return LinkList(links, allowed)
    return SubjectLinks(links, allowed, subject, tuple(LinkChange(*_change(row, signers)) for row in rows))


def _change(row: ChangeRow, signers: Mapping[str, SignedBy]) -> _Change:
    """The values of a `LinkChange`."""
    field, to = row.data.get("field"), row.data.get("to")
    signer = signers.get(row.statement)
    return row.sub, field, to, row.iss, signer, row.statement, row.occurred_at, row.logged_at


def _is_own(book: MasterBook, speaking: Mapping[str, frozenset[str]], row: ChangeRow) -> bool:
    """Whether the links of this signer on a thing are given out."""
    if row.sub in speaking:
        return row.iss in speaking[row.sub]
    return not row.sub.startswith(PLACE) or book.keeps(row.iss, row.sub)


def _link(
    row: ChangeRow,
    signers: Mapping[str, SignedBy],
    hosts: Mapping[str, frozenset[str]],
    book: MasterBook,
    speaking: Mapping[str, frozenset[str]],
) -> StandingLink:
    change = _change(row, signers)
    if not _is_own(book, speaking, row):
        return WithheldLink(*change, shown=False, reason="not-the-owner")
    if shown_link(row.data, hosts.get(row.iss, frozenset())) is None:
        return WithheldLink(*change, shown=False, reason="host-or-form")
    return StandingLink(*change, shown=True)
