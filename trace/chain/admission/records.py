"""Decisions on master data, oversight and records that other parts read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trace.chain import facts
from trace.chain.admission.accreditation import clear_accredited, doubt_ended
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.numbers import clear_proven, mark_location, mark_number
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
    LicenceStated,
    PartyStated,
    PlaceStated,
    ProductStated,
    StatusSnapshot,
    urns,
)
from trace.chain.identifiers import (
    CMA,
    PREFIX,
    VALID,
    Stated,
    is_foreign_prefix,
    is_prefix,
    owner_in,
    prefix_of,
)
from trace.chain.known_master import HOLDER, WORKERS
from trace.errors.food import (
    EditionOutOfTurn,
    EditionUnknown,
    FutureDate,
    MasterForeign,
    MayNotState,
    SnapshotElsewhere,
)
from trace.errors.identifiers import PrefixMalformed, PrefixUnproven
from trace.parties import AUTHORITIES, REGISTRAR

_OWNED: Final = "P19"


@decides(facts.master.PARTY)
def party(decision: Decision, fact: PartyStated) -> None:
    """An authority states any party; a party itself, with roles that its key has, and without its name: that
    is the registrar's to say."""
    authority = _is_authority(decision)
    own = fact.sub == decision.claims.iss and set(fact.roles) <= set(decision.roles)
    if not authority and not own:
        decision.refuse_stranger(MayNotState(typ=decision.typ, roles=sorted(decision.roles)))
    data = decision.public
    if not authority:  # a self-stated name is no name: what an authority said before stands
        before = decision.known.parties.get(fact.sub, {})
        data = {name: value for name, value in data.items() if name != "name"}
        data |= {"name": before["name"]} if "name" in before else {}
    decision.add(MasterStated(decision.next_id("master"), "party", fact.sub, data, authority))
    mark_location(decision, None if authority else fact.gln)


@decides(facts.master.PLACE)
def place(decision: Decision, fact: PlaceStated) -> None:
    """Enter what the signer says of a place; raises `MasterForeign` where another is its registered holder.

    Whose it is, a bureau says (`holder`); who works on it, the holder. Neither loses what the other said, and
    what anybody else says of a place that no bureau has named is about the own records alone.
    """
    iss, official = decision.claims.iss, _is_authority(decision)
    if fact.holder is not None and not official:
        decision.keep_out(MayNotState(typ=decision.typ, roles=sorted(decision.roles)))
    holder = decision.known.master.place(fact.sub, iss).get(HOLDER)
    if holder not in {None, iss} and not official and _protects(decision):
        decision.refuse(MasterForeign(sub=fact.sub, owner=holder, iss=iss, rule=_OWNED))
    data = {name: value for name, value in decision.public.items() if name not in {HOLDER, WORKERS}}
    if official and (fact.holder or holder):
        data[HOLDER] = fact.holder or holder
    elif holder == iss and fact.workers:
        data[WORKERS] = list(fact.workers)
    decision.add(MasterStated(decision.next_id("master"), "place", fact.sub, data, official))
    mark_location(decision, None if official else fact.gln)


@decides(facts.master.PRODUCT)
def product(decision: Decision, fact: ProductStated) -> None:
    """Enter what the signer says of a product; raises `MasterForeign` for a name that carries another's id.

    Of a GTIN that the signer may not speak for it is provisional: a mark says so, nobody else sees it.
    """
    iss, book, official = decision.claims.iss, decision.known.master, _is_authority(decision)
    owner = owner_in(fact.sub)
    if owner is not None and owner != urns.owner_of(iss) and not official:
        decision.refuse(MasterForeign(sub=fact.sub, owner=owner, iss=iss, rule=_OWNED), since=SECOND)
    _master(decision, "product", official)
    if official:
        return
    for gtin in fact.numbers:
        mark_number(decision, gtin, None)
    if fact.packers:
        said = Stated(iss, decision.public)
        clear_proven(decision, replace(book, stated={**book.stated, fact.sub: book.said(fact.sub, said)}))


@decides(facts.master.LICENCE)
def licence(decision: Decision, fact: LicenceStated) -> None:
    """Enter a licence as last stated; a company prefix is the registrar's to give.

    Raises `MayNotState`, and `PrefixMalformed` or `PrefixUnproven` of what cannot be a prefix here.
    """
    if fact.kind != PREFIX:
        _master(decision, "licence")
        clear_accredited(decision, fact)
        if fact.kind == CMA and fact.status != VALID:
            doubt_ended(decision, fact)
        return
    registrar, digits = REGISTRAR in decision.roles, is_prefix(fact.number)
    if not registrar:
        decision.refuse(MayNotState(typ=decision.typ, roles=sorted(decision.roles)), since=SECOND)
    elif not digits:
        decision.refuse(PrefixMalformed(number=fact.number), since=SECOND)
    elif is_foreign_prefix(fact.number) and fact.evidence is None:
        decision.refuse(PrefixUnproven(number=fact.number), since=SECOND)
    given = fact.number if registrar and digits else None
    before = decision.known.master.prefixes
    if given is None and any(one.licence == fact.sub for each in before.values() for one in each):
        return
    number = decision.next_id("master")
    decision.add(MasterStated(number, "licence", fact.sub, decision.public, registrar, given))
    new = prefix_of(fact.sub, given, decision.public)
    if new is not None:
        others = tuple(one for one in before.get(new.digits, ()) if one.licence != new.licence)
        prefixes = {**before, new.digits: (*others, new)}
        clear_proven(decision, replace(decision.known.master, prefixes=prefixes))


@decides(facts.keys.KEY_REGISTER, facts.releases.VERIFIER_RELEASE)
def keep(decision: Decision, fact: Fact) -> None:
    """Keep a record that has no rows of its own."""
    decision.add(RecordKept(decision.next_id("record"), fact.sub, decision.public))


@decides(facts.keys.KEY_REVOKE)
def revocation(decision: Decision, fact: KeyRevoked) -> None:
    """Keep a revocation. What was signed is void only where a registrar says so (`invalidFromIndex`)."""
    if fact.data.get("invalidFromIndex") is not None and REGISTRAR not in decision.roles:
        decision.refuse(MayNotState(typ=decision.typ, roles=sorted(decision.roles)), since=SECOND)
    keep(decision, fact)


@decides(facts.snapshot.SNAPSHOT)
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


@decides(facts.editions.EDITION)
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


def _is_authority(decision: Decision) -> bool:
    return not AUTHORITIES.isdisjoint(decision.roles)


def _protects(decision: Decision) -> bool:
    """P19: what a registered holder has, nobody else restates. By the day on which the log took the record,
    so that what was taken before is taken on every replay."""
    day = day_of(decision.entry.logged_at)
    return decision.rules.admission(_OWNED, decision.typ, day) is not None


def _master(decision: Decision, kind: str, official: bool = False) -> None:
    number = decision.next_id("master")
    decision.add(MasterStated(number, kind, decision.claims.sub, decision.public, official))
