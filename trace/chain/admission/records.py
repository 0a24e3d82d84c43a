"""Decisions on master data, oversight and records that other parts read."""

from __future__ import annotations

from typing import Final

from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.plots import HOLDER, WORKERS
from trace.chain.editions import NEWEST, SECOND
from trace.chain.effects import (
    EditionNoted,
    MasterStated,
    RecordKept,
)
from trace.chain.facts import (
    EditionBegun,
    Fact,
    KeyRevoked,
    PartyStated,
    PlaceStated,
    StatusSnapshot,
)
from trace.errors.food import (
    EditionOutOfTurn,
    EditionUnknown,
    FutureDate,
    MasterForeign,
    MayNotState,
    SnapshotElsewhere,
)
from trace.parties import REGISTRAR, REGULATORS

_OWNED: Final = "P19"


def party(decision: Decision, fact: PartyStated) -> None:
    """An authority states any party; a party itself, with roles that its key has."""
    authority = not (REGULATORS | {REGISTRAR}).isdisjoint(decision.roles)
    own = fact.sub == decision.claims.iss and set(fact.roles) <= set(decision.roles)
    if not authority and not own:
        decision.refuse_stranger(MayNotState(typ=decision.typ, roles=sorted(decision.roles)))
    _master(decision, "party")


def place(decision: Decision, fact: PlaceStated) -> None:
    """Enter the newest master data of a place; raises `MasterForeign`.

    Whose it is, a bureau says (`holder`); who works on it, the holder. Neither loses what the other said.
    """
    before = decision.known.places.get(fact.sub, {})
    authority = not (REGULATORS | {REGISTRAR}).isdisjoint(decision.roles)
    if fact.holder is not None and not authority:
        decision.keep_out(MayNotState(typ=decision.typ, roles=sorted(decision.roles)))
    holder = before.get(HOLDER)
    if holder is None or authority:
        _check_owner(decision, fact)
    elif holder != decision.claims.iss:
        decision.refuse(MasterForeign(sub=fact.sub, owner=holder, iss=decision.claims.iss, rule=_OWNED))
    data = {name: value for name, value in decision.public.items() if name not in {HOLDER, WORKERS}}
    if authority:
        data |= {HOLDER: fact.holder or holder} if fact.holder or holder else {}
        if data.get(HOLDER) == holder and before.get(WORKERS):
            data[WORKERS] = before[WORKERS]
    elif holder is not None:
        data[HOLDER] = holder
        workers = list(fact.workers) if holder == decision.claims.iss else before.get(WORKERS)
        data |= {WORKERS: workers} if workers else {}
    decision.add(MasterStated(decision.next_id("master"), "place", fact.sub, data))


def product(decision: Decision, fact: Fact) -> None:
    """Enter the newest master data of a product or place; raises `MasterForeign`."""
    _check_owner(decision, fact)
    _master(decision, "product")


def licence(decision: Decision, fact: Fact) -> None:
    _master(decision, "licence")


def keep(decision: Decision, fact: Fact) -> None:
    """Keep a record that has no rows of its own."""
    decision.add(RecordKept(decision.next_id("record"), fact.sub, decision.public))


def revocation(decision: Decision, fact: KeyRevoked) -> None:
    """Keep a revocation. What was signed is void only where a registrar says so (`invalidFromIndex`)."""
    if fact.data.get("invalidFromIndex") is not None and REGISTRAR not in decision.roles:
        decision.refuse(MayNotState(typ=decision.typ, roles=sorted(decision.roles)), since=SECOND)
    keep(decision, fact)


def snapshot(decision: Decision, fact: StatusSnapshot) -> None:
    """Enter a status snapshot of this very log; raises `SnapshotElsewhere`, `FutureDate`."""
    entry = decision.entry
    if fact.log != entry.origin or fact.size > entry.index:
        decision.refuse(
            SnapshotElsewhere(log=fact.log, size=fact.size, origin=entry.origin, index=entry.index)
        )
    limit = entry.logged_at + decision.rule("P02").duration
    if fact.as_of > limit:
        decision.refuse(FutureDate(member="asOf", value=fact.as_of.isoformat(), limit=limit.isoformat()))
    keep(decision, fact)


def edition(decision: Decision, fact: EditionBegun) -> None:
    """Begin the next edition of this very log; raises `EditionOutOfTurn`, `EditionUnknown`."""
    entry = decision.entry
    due = decision.edition + 1
    out_of_turn = EditionOutOfTurn(log=fact.log, edition=fact.edition, due=due, origin=entry.origin)
    unknown = EditionUnknown(edition=fact.edition, newest=NEWEST)
    doors = (
        (fact.log == entry.origin and fact.edition == due, out_of_turn),
        (fact.edition <= NEWEST, unknown),
    )
    for refusal in [refusal for fits, refusal in doors if not fits]:
        decision.refuse(refusal)
    keep(decision, fact)
    decision.add(EditionNoted(decision.next_id("edition"), entry.origin, entry.index, fact.edition))


def _check_owner(decision: Decision, fact: Fact) -> None:
    """P19: what one party stated, another does not restate: links and label texts hang on it. By the day on
    which the log took the record, so that what was taken before is taken on every replay."""
    if decision.rules.admission(_OWNED, decision.typ, day_of(decision.entry.logged_at)) is None:
        return
    owner = decision.known.book.owners.get(fact.sub)
    authority = not (REGULATORS | {REGISTRAR}).isdisjoint(decision.roles)
    if owner not in {None, decision.claims.iss} and not authority:
        decision.refuse(MasterForeign(sub=fact.sub, owner=owner, iss=decision.claims.iss, rule=_OWNED))


def _master(decision: Decision, kind: str) -> None:
    decision.add(MasterStated(decision.next_id("master"), kind, decision.claims.sub, decision.public))
