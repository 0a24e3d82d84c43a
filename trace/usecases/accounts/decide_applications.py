"""A registrar's look at applications: what was stated beside what is known, then yes, or no with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from trace.chain.facts.master import PARTY
from trace.errors import ApplicationDecided, ApplicationUnknown, OrganisationKnown, ReasonMissing
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.identity import region, uscc
from trace.store.accounts.applications import (
    ACCEPTED,
    FILED,
    REFUSED,
    ApplicationRow,
    KnownParty,
    decide_application,
    find_application,
    hold_applications,
    known_party,
    list_applications,
    list_for,
    note_batch,
)
from trace.store.accounts.people import Organisation, add_organisation, find_organisation
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.apply import Stated
from trace.usecases.accounts.people import own_organisation
from trace.usecases.accounts.sessions import SignedIn
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of

SAME, LOOK, OTHER, UNKNOWN = "same", "look", "other", "unknown"
"""Stated and known agree; a person should look; they contradict each other; nothing is known beside it."""
_PRIVATE: Final = ("contact", "legalPerson")
LONGEST_REASON: Final = 500
OVERTAKEN: Final = "overtaken"
"""The reason of an application beside which another one for the same number was accepted."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: the field, what was stated, what is known of it, and from where."""

    field: str
    stated: str
    known: str
    source: str
    result: str


@dataclass(frozen=True, slots=True)
class Case:
    """An application about to be decided."""

    row: ApplicationRow
    lines: tuple[Compared, ...]
    others: tuple[ApplicationRow, ...] = ()
    """Others that wait for the same number: one of them at most is the owner's."""


def waiting_applications(transactions: Transactions) -> list[ApplicationRow]:
    """What waits for a registrar, the oldest first."""
    with transactions.look("registrar") as tx:
        return list_applications(tx.connection, FILED)


def decided_applications(transactions: Transactions) -> list[ApplicationRow]:
    """What was decided, accepted ones first."""
    with transactions.look("registrar") as tx:
        return [*list_applications(tx.connection, ACCEPTED), *list_applications(tx.connection, REFUSED)]


def open_case(transactions: Transactions, number: str) -> Case:
    """An application with what is known beside it; raises ApplicationUnknown."""
    with transactions.look("registrar") as tx:
        row = _found(tx, number)
        known = known_party(tx.connection, row.urn)
        registered = find_organisation(tx.connection, row.urn)
        others = [one for one in list_for(tx.connection, row.urn) if one.state == FILED]
    if row.state == ACCEPTED:
        known = replace(known, keys=0)  # they may be those that it has been given since
    another = registered.name if registered is not None and row.state != ACCEPTED else ""
    lines = compare(Stated(row.data), known, another)
    order = (OTHER, LOOK, UNKNOWN, SAME)
    beside = tuple(one for one in others if one.number != row.number)
    return Case(row, tuple(sorted(lines, key=lambda one: order.index(one.result))), beside)


def compare(stated: Stated, known: KnownParty, registered: str) -> list[Compared]:
    """Every field that something is known of, or that a person has to look at."""
    given = stated.fields
    code = uscc.parse(given["uscc"])
    place, area = region.district_of(given["region"]), region.district_of(code.region)
    return [
        Compared("uscc", code.text, "", "check", OTHER if code.warnings else SAME),
        Compared("region", given["region"], code.region, "uscc", _same(given["region"], code.region, LOOK)),
        Compared("place", place, area, "uscc", _same(place, area, LOOK)),
        _against("name", given["name"], known, "name", OTHER),
        _against("kind", given["kind"], known, "kind", LOOK),
        _against("address", given["address"], known, "address", LOOK),
        _permit(stated, known),
        _against("gfCode", given["gfCode"], known, "gf_code", OTHER),
        Compared("legalPerson", given["legalPerson"], "", "", UNKNOWN),
        Compared("contact", given["contact"], "", "", UNKNOWN),
        Compared("head", given["head"], "", "", UNKNOWN),
        # who signs already came in another way: the applicant has to be one of its people
        *([Compared("keys", "", str(known.keys), "log", LOOK)] if known.keys else ()),
        Compared("listed", given["name"], registered, "accounts", OTHER if registered else SAME),
    ]


def _against(field: str, stated: str, known: KnownParty, member: str, unlike: str) -> Compared:
    there = str(known.stated.get(member) or "")
    return Compared(field, stated, there, "log" if there else "", _same(stated, there, unlike))


def _permit(stated: Stated, known: KnownParty) -> Compared:
    given = stated.fields["permit"]
    numbers = [*known.licences, *(str(known.stated.get(one) or "") for one in ("sc_no", "cma"))]
    there = [one for one in numbers if one]
    if not there:
        return Compared("permit", given, "", "", UNKNOWN)
    return Compared("permit", given, "、".join(there), "log", SAME if given in there else LOOK)


def _same(stated: str, known: str, unlike: str) -> str:
    if not known:
        return UNKNOWN
    return SAME if stated == known else unlike


def accept(transactions: Transactions, signed: SignedIn, number: str) -> str:
    """Take an organisation in; the name of the batch with its `master.party`, for the registrar to sign.

    Raises ApplicationUnknown, ApplicationDecided, OrganisationKnown for one that came in another way since:
    its people are not the applicant's.
    """
    registrar = own_organisation(signed).urn
    with transactions.begin(signed.actor.subject) as tx:
        hold_applications(tx.connection, _found(tx, number).urn)
        row = _found(tx, number)
        if row.state == FILED and find_organisation(tx.connection, row.urn) is not None:
            raise OrganisationKnown
        if row.state != ACCEPTED or row.batch:  # else it broke off before its record was prepared
            row = _decided(tx, number, ACCEPTED, signed, "")
        stated = Stated(row.data)
        if find_organisation(tx.connection, row.urn) is None:
            add_organisation(tx.connection, Organisation(row.urn, stated.fields["name"], stated.kind), tx.now)
        who, drafts = Signer(registrar, signed.person.id), [content_of(_draft(stated, registrar, tx))]
        batch = keep_in(tx, who, stated.fields["name"], drafts)
        note_batch(tx.connection, number, batch)
        for other in list_for(tx.connection, row.urn):
            if other.state == FILED and other.number != number:
                _decided(tx, other.number, REFUSED, signed, OVERTAKEN)
    return batch


def refuse(transactions: Transactions, signed: SignedIn, number: str, reason: str) -> None:
    """Send an application back with a reason, which the applicant reads.

    Raises ReasonMissing, ApplicationUnknown, ApplicationDecided.
    """
    told = reason.strip()
    if not told or len(told) > LONGEST_REASON:
        raise ReasonMissing(longest=LONGEST_REASON)
    with transactions.begin(signed.actor.subject) as tx:
        _decided(tx, number, REFUSED, signed, told)


def _decided(tx: Tx, number: str, state: str, signed: SignedIn, reason: str) -> ApplicationRow:
    row = _found(tx, number)
    if not decide_application(tx.connection, number, state, signed.person.id, reason, tx.now):
        raise ApplicationDecided
    return row


def _found(tx: Tx, number: str) -> ApplicationRow:
    row = find_application(tx.connection, number)
    if row is None:
        raise ApplicationUnknown
    return row


def _draft(stated: Stated, registrar: str, tx: Tx) -> Draft:
    data = stated.party()
    private = tuple(name for name in _PRIVATE if name in data)
    key = draft_key(registrar, PARTY.typ, stated.urn)
    origin = RowOrigin("applications", ())
    return Draft(PARTY.typ, stated.urn, tx.now.replace(microsecond=0), data, (), private, origin, key)
