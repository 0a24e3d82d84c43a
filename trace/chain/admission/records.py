"""Decisions on master data, disputes, oversight and records that other parts read."""

from __future__ import annotations

from typing import Final

from trace.chain.admission.codes import recall
from trace.chain.admission.decision import Docket, day_of
from trace.chain.admission.gates import HELD
from trace.chain.chain_state import KnownLot, KnownStatement
from trace.chain.effects import (
    DisputeEnded,
    LinkState,
    LotMentioned,
    LotState,
    MarkCleared,
    MasterStated,
    NewDispute,
    RecordKept,
)
from trace.chain.facts import (
    DisputeOpened,
    DisputeSettled,
    Fact,
    OversightRecorded,
    PartyStated,
    StatusSnapshot,
)
from trace.errors.food import (
    DisputeUnknown,
    FutureDate,
    MasterForeign,
    MayNotState,
    NamedStatementUnknown,
    NotAPartyToDispute,
    SnapshotElsewhere,
)
from trace.parties import REGISTRAR, REGULATORS

_ORDERED: Final = {"oversight.hold": "locked", "oversight.recall": "recalled"}
"""Order -> the state of the lots that it names."""
_CLOSING: Final = "oversight.closing"
_OWNED: Final = "P19"
DISPUTED_MARKS = frozenset({"receipt-differs", "disputed"})
"""Codes of the marks that a settlement clears."""


def party(docket: Docket, fact: PartyStated) -> None:
    """An authority states any party; a party itself, with roles that its key has."""
    authority = not (REGULATORS | {REGISTRAR}).isdisjoint(docket.roles)
    own = fact.sub == docket.claims.iss and set(fact.roles) <= set(docket.roles)
    if not authority and not own:
        raise MayNotState(typ=docket.typ, roles=sorted(docket.roles))
    _master(docket, "party")


def place(docket: Docket, fact: Fact) -> None:
    """Raises `MasterForeign`."""
    _check_owner(docket, fact)
    _master(docket, "place")


def product(docket: Docket, fact: Fact) -> None:
    """Raises `MasterForeign`."""
    _check_owner(docket, fact)
    _master(docket, "product")


def licence(docket: Docket, fact: Fact) -> None:
    _master(docket, "licence")


def dispute(docket: Docket, fact: DisputeOpened) -> None:
    """Both statements stay; the links they made are disputed until it is settled."""
    about = [_statement(docket, statement) for statement in fact.about]
    lot = next((found for one in about if (found := docket.known.lots.get(one.sub)) is not None), None)
    links = dict.fromkeys(link for one in about for link in _links(docket, one.statement, "signed"))
    for link in links:
        docket.add(LinkState(link, "disputed"))
    docket.add(
        NewDispute(
            docket.next_id("dispute"),
            lot.id if lot is not None else None,
            fact.about,
            fact.field,
            (fact.claimed, fact.other),
        )
    )
    if lot is not None:
        docket.add(LotMentioned(lot.id, "dispute"))


def settlement(docket: Docket, fact: DisputeSettled) -> None:
    """Ends a dispute: by a regulator, or by one it is about. Links count again, marks clear."""
    opened = docket.known.disputes.get(fact.dispute)
    if opened is None:
        raise DisputeUnknown(dispute=fact.dispute)
    involved = {
        stated.iss
        for statement in (fact.dispute, *opened.statements)
        if (stated := docket.known.statements.get(statement)) is not None
    }
    if docket.claims.iss not in involved and REGULATORS.isdisjoint(docket.roles):
        raise NotAPartyToDispute(dispute=fact.dispute, iss=docket.claims.iss)
    end_dispute(docket, fact.dispute, fact.outcome)
    if opened.lot is not None:
        docket.add(LotMentioned(opened.lot, "settlement"))


def end_dispute(docket: Docket, opener: str, outcome: str) -> None:
    """The changes that end the dispute which statement `opener` opened."""
    opened = docket.known.disputes[opener]
    docket.add(DisputeEnded(opened.id, outcome))
    links = dict.fromkeys(
        link for statement in (opener, *opened.statements) for link in _links(docket, statement, "disputed")
    )
    for link in links:
        docket.add(LinkState(link, "signed"))
    made = docket.known.made.get(opener)
    for mark_id in made.marks if made is not None else ():
        mark = docket.known.marks.get(mark_id)
        if mark is not None and mark.code in DISPUTED_MARKS:
            docket.add(MarkCleared(mark_id))


def oversight(docket: Docket, fact: OversightRecorded) -> None:
    """Kept, and put on the time line of each lot that is known. An order also shuts its lots (P05)."""
    for urn in dict.fromkeys(fact.lots):
        lot = docket.known.lots.get(urn)
        if lot is None:
            continue
        docket.add(LotMentioned(lot.id, docket.typ))
        state = _ORDERED.get(docket.typ)
        if state is not None:
            docket.mark("P05", lot.id, value=fact.matter, limit="")
            _move(docket, lot, state)
        elif docket.typ == _CLOSING:
            _lift(docket, lot, fact.matter)
    for part in fact.serials:
        recall(docket, part)
    keep(docket, fact)


def _move(docket: Docket, lot: KnownLot, state: str) -> None:
    """A recall stands above a hold; what was withdrawn by a correction can still be recalled."""
    if lot.state == "normal" or (state == "recalled" and lot.state != state):
        docket.add(LotState(lot.id, state))


def _lift(docket: Docket, lot: KnownLot, matter: str) -> None:
    """Ends the holds of this matter; goods that were recalled stay recalled."""
    holds = [mark for mark in lot.marks if mark.code == HELD]
    ended = [mark for mark in holds if mark.params.get("value") == matter]
    for mark in ended:
        docket.add(MarkCleared(mark.id))
    if ended and len(ended) == len(holds) and lot.state == "locked":
        docket.add(LotState(lot.id, "normal"))


def keep(docket: Docket, fact: Fact) -> None:
    """A record without rows of its own."""
    docket.add(RecordKept(docket.next_id("record"), fact.sub, docket.public))


def snapshot(docket: Docket, fact: StatusSnapshot) -> None:
    """Of this very log, as far as it had grown before: raises `SnapshotElsewhere`, `FutureDate`."""
    entry = docket.entry
    if fact.log != entry.origin or fact.size > entry.index:
        raise SnapshotElsewhere(log=fact.log, size=fact.size, origin=entry.origin, index=entry.index)
    limit = entry.logged_at + docket.rule("P02").duration
    if fact.as_of > limit:
        raise FutureDate(member="asOf", value=fact.as_of.isoformat(), limit=limit.isoformat())
    keep(docket, fact)


def _check_owner(docket: Docket, fact: Fact) -> None:
    """P19: what one party stated, another does not restate: links and label texts hang on it. By the day on
    which the log took the record, so that what was taken before is taken on every replay."""
    if docket.rules.admission(_OWNED, docket.typ, day_of(docket.entry.logged_at)) is None:
        return
    owner = docket.known.book.owners.get(fact.sub)
    authority = not (REGULATORS | {REGISTRAR}).isdisjoint(docket.roles)
    if owner not in {None, docket.claims.iss} and not authority:
        raise MasterForeign(sub=fact.sub, owner=owner, iss=docket.claims.iss, rule=_OWNED)


def _master(docket: Docket, kind: str) -> None:
    docket.add(MasterStated(docket.next_id("master"), kind, docket.claims.sub, docket.public))


def _statement(docket: Docket, statement: str) -> KnownStatement:
    stated = docket.known.statements.get(statement)
    if stated is None:
        raise NamedStatementUnknown(statement=statement)
    return stated


def _links(docket: Docket, statement: str, state: str) -> list[int]:
    made = docket.known.made.get(statement)
    ids = made.links if made is not None else ()
    return [
        link for link in ids if (found := docket.known.links.get(link)) is not None and found.state == state
    ]
