"""How the exchange with each named system stands: what went, waits or failed, and when it was last heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RightMissing
from trace.exchange.system_documents import MARK_LICENCE, MATTER
from trace.exchange.upload_job import ACCEPTED, LATE, PENDING, REJECTED, SENT
from trace.oversight.matters import MatterClock, clocks_of_accepted, clocks_of_new
from trace.parties import ALL, Actor
from trace.quantities import Quantity
from trace.rules.systems import Asked, NamedSystem, SystemExchange, named_systems
from trace.store.casework.asked import firm_names
from trace.store.systems.outbox import (
    SUPERSEDED,
    Contact,
    OutgoingDocument,
    count_outgoing,
    list_outgoing,
    read_contacts,
)
from trace.store.systems.received import ACCEPTED as TAKEN_ON
from trace.store.systems.received import OPEN, ReceivedDocument, list_received
from trace.store.systems.sources import licence_named
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.lots.sight import parties_in_area

SHOWN: Final = 100
TROUBLE, OTHERS, RECEIVED = "trouble", "others", "received"
"""The lists of the page."""
_READ: Final = 1000
_COMPARED: Final = ("validFrom", "validTo", "status", "gfCode")
_ANNUAL_CHECK: Final = "R14"
_YEAR: Final = timedelta(days=366)
NEW: Final = "new"


@dataclass(frozen=True, slots=True)
class SystemStanding:
    """A system with the exchanges that the profile asks for, and their texts.

    `host` is "" where it is not connected; `states`: how many documents stand how.
    """

    system: NamedSystem
    asked: tuple[tuple[SystemExchange, tuple[Asked, ...]], ...]
    host: str
    contact: Contact
    states: Mapping[str, int]

    @property
    def connected(self) -> bool:
        return self.host != ""

    @property
    def waiting(self) -> int:
        """Open and never failed; late ones among them."""
        return self.states.get(PENDING, 0) + self.states.get(LATE, 0)


@dataclass(frozen=True, slots=True)
class ReceivedSeen:
    """A document that came, whether the reader's turn it is; of a licence: how it differs from what stands
    here ("new" for one that nobody stated), and whether the annual check that it tells lies too far back;
    of a matter: the clocks that run."""

    row: ReceivedDocument
    mine: bool
    differs: tuple[str, ...] = ()
    unchecked: bool = False
    clocks: tuple[MatterClock, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """The systems that the profile asks for or that are connected.

    Documents are those about firms of the reader's area. `trouble`: refused, failed or past their day, and
    not delivered; `others`: the newest of the rest. `more`: which of the three lists goes on, or may.
    """

    systems: tuple[SystemStanding, ...]
    trouble: tuple[OutgoingDocument, ...]
    others: tuple[OutgoingDocument, ...]
    received: tuple[ReceivedSeen, ...]
    names: Mapping[str, str]
    now: datetime
    more: frozenset[str] = frozenset()

    @property
    def connected(self) -> bool:
        """Whether any system is: else nothing goes out, and that nothing failed tells nothing."""
        return any(one.connected for one in self.systems)


def read_systems(
    transactions: Transactions, actor: Actor, hosts: Mapping[str, str], most: int = SHOWN
) -> SystemsPage:
    """The page of an authority; raises `RightMissing` for others. `hosts`: of the connected systems; `most`:
    lines of each list."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        refused = list_outgoing(tx.connection, [REJECTED], _READ)
        open_ = list_outgoing(tx.connection, [PENDING, LATE, SENT], _READ)
        waits = [one for one in open_ if one.job.last_error or one.job.due_at <= tx.now]
        trouble = [*refused, *waits]
        others = [one for one in open_ if one not in waits]
        ended = list_outgoing(tx.connection, [ACCEPTED, SUPERSEDED], _READ)
        others += ended
        seen = _seen(tx, actor, (*trouble, *others))
        trouble, others = ([one for one in part if one.party in seen] for part in (trouble, others))
        came = list(_received(tx, actor, most + 1))
        unread = _READ in {len(refused), len(open_)}
        more = {
            TROUBLE: len(trouble) > most or unread,
            OTHERS: len(others) > most or unread or len(ended) == _READ,
            RECEIVED: len(came) > most,
        }
        return SystemsPage(
            standings(tx, hosts),
            tuple(trouble[:most]),
            tuple(others[:most]),
            tuple(came[:most]),
            firm_names(tx.connection, [one.party for one in (*trouble[:most], *others[:most])]),
            tx.now,
            frozenset(name for name, goes_on in more.items() if goes_on),
        )


def standings(tx: Tx, hosts: Mapping[str, str]) -> tuple[SystemStanding, ...]:
    """Each system that the profile asks for, or that is connected without being asked for."""
    contacts, counts = read_contacts(tx.connection), count_outgoing(tx.connection)
    here = tx.rules.jurisdictions
    return tuple(
        SystemStanding(
            one,
            tuple((exchange, exchange.asked_in(here)) for exchange in one.asked_in(here)),
            hosts.get(one.id, ""),
            contacts.get(one.id, Contact(one.id)),
            counts.get(one.id, {}),
        )
        for one in named_systems().values()
        if one.asked_in(here) or one.id in hosts
    )


def read_standings(transactions: Transactions, hosts: Mapping[str, str]) -> tuple[SystemStanding, ...]:
    """The same for who runs the platform."""
    with transactions.look() as tx:
        return standings(tx, hosts)


def _seen(tx: Tx, actor: Actor, documents: Iterable[OutgoingDocument]) -> frozenset[str]:
    """The parties of documents that lie in the reader's area; "" for documents about no one firm."""
    parties = {one.party for one in documents if one.party}
    return frozenset(one for one in parties_in_area(tx.connection, actor, parties) if one) | {""}


def _received(tx: Tx, actor: Actor, most: int) -> Iterable[ReceivedSeen]:
    for row in list_received(tx.connection, level_of(actor.region), most):
        mine = row.department in departments_of(actor)
        fit = row.type == MARK_LICENCE and not row.unfit
        if fit:
            yield ReceivedSeen(row, mine, _differs(tx, row.document), _unchecked(tx, row.document))
        else:
            yield ReceivedSeen(row, mine, clocks=_clocks(tx, row))


def _unchecked(tx: Tx, came: Mapping[str, Any]) -> bool:
    """Whether the last annual check that was told lies further back than the rule allows; a question."""
    today = day_in_shanghai(tx.now)
    rule = tx.rules.find(_ANNUAL_CHECK, today)
    if rule is None or "annualCheck" not in came:
        return False
    return today - date.fromisoformat(came["annualCheck"]) > _YEAR / int(rule.number)


def _clocks(tx: Tx, row: ReceivedDocument) -> tuple[MatterClock, ...]:
    """Those that run of a matter, from the moment at which it came to stand as it does."""
    if row.type != MATTER or row.state not in {OPEN, TAKEN_ON}:
        return ()
    since, kind = row.moved_at or row.received_at, str(row.document.get("kind", ""))
    if row.state == TAKEN_ON:
        return clocks_of_accepted(tx.rules, kind, since)
    return clocks_of_new(tx.rules, kind, since, passed_on=row.moved_at is not None)


def _differs(tx: Tx, came: Mapping[str, Any]) -> tuple[str, ...]:
    stated = licence_named(tx.connection, str(came["number"]))
    if stated is None:
        return (NEW,)
    differs = [name for name in _COMPARED if name in came and came[name] != stated.get(name)]
    if f"urn:uscc:{came['code']}" != stated.get("holder"):
        differs.append("code")
    if "approvedOutput" in came and not _same_amount(came["approvedOutput"], stated.get("approvedOutput")):
        differs.append("approvedOutput")
    if sorted(came["products"]) != sorted(stated.get("productNames") or ()):
        differs.append("products")
    return tuple(differs)


def _same_amount(came: object, stated: object) -> bool:
    return stated is not None and Quantity.parse(came) == Quantity.parse(stated)
