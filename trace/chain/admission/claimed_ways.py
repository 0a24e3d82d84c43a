"""Ways between lots that a batch itself has made or changed: links, claims, links of old.

The same as the store reads from its tables (`trace.store.chain.passages`), from the overlay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.effects import ContainerPacked, ItemsPacked, NewLink
from trace.chain.handover_effects import NAMED, ClaimSet, Formed, HandoverSet
from trace.chain.identifiers import GTIN, PROVEN, UNPROVEN
from trace.chain.interchange.names import case_name
from trace.chain.known_master import MasterBook
from trace.chain.lineage.arcs import FAR, SUPERSEDED, Arc, ticks
from trace.chain.lineage.reach import EVERYTHING, ORDERS, Passage

NOT_ESTABLISHED: Final = "not_established"
_GONE: Final = frozenset({"superseded", "withdrawn"})
_ALONE: Final = frozenset({"claimed", "refused"})
_NOT_MADE: Final = frozenset({"consignment", "material"})
_STATEMENT: Final = -256
_PRODUCT: Final = len(GTIN) + 14


def ways_of(known: ChainState) -> Iterator[Passage]:
    """Every way that the overlay knows of."""
    for link in known.links.values():
        if link.state != SUPERSEDED:
            yield _along(link)
    handovers = {one.id: one for one in known.handovers.values()}
    named = _named(known)
    for claim in known.claims.values():
        if claim.state not in _GONE and claim.found != NOT_ESTABLISHED:
            held = handovers.get(claim.handover) if claim.handover is not None else None
            yield from _claimed(claim, held, named)
    for former in known.formers.values():
        if former.ended_by is None and former.found != NOT_ESTABLISHED:
            yield from _of_old(known, former, named)
    yield from _waited_for(known)


def _waited_for(known: ChainState) -> Iterator[Passage]:
    """From lots that the batch has made to the goods of who has claimed them before it began."""
    made: defaultdict[str, list[KnownLot]] = defaultdict(list)
    for lot in known.lots.values():
        if lot.id & _STATEMENT in known.logged:
            for name in {lot.urn if lot.named_key is None else lot.named_key, _own_key(lot)} - {None}:
                made[str(name)].append(lot)
    for number, name, lower in known.stored.waiting(made):
        if number not in known.claims and -number not in known.formers:  # else the batch has the last word
            meant = (lot for lot in made[name] if name == lot.urn or _is_meant(known, lot, name))
            yield from (_unknown(number, lot.id, lower, ORDERS) for lot in meant if lot.id != lower)
    cases = _cases(known)
    for number, name, lower in known.stored.waiting(cases) if cases else ():
        stands = -number not in known.formers  # else the batch has the last word here too
        yield from (_unknown(number, lot, lower, ORDERS) for lot in cases[name] if stands and lot != lower)


def _cases(known: ChainState) -> dict[str, set[int]]:
    """Cases and pallets by the names that other systems give them, with the lots of which something is in
    them, as far as the batch knows."""
    shells: defaultdict[str, set[str]] = defaultdict(set)
    for each in known.packed.values():
        if isinstance(each, ContainerPacked):
            shells[each.inner].add(each.container)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for inner, lots in known.stored.packed(shells).items() if shells else ():
        for container in _around(inner, shells):
            found[case_name(container)].update(lots)
    for each in known.packed.values():
        if isinstance(each, ItemsPacked):
            for container in (each.container, *_around(each.container, shells)):
                found[case_name(container)].add(each.lot)
    return found


def _around(inner: str, shells: Mapping[str, Collection[str]]) -> set[str]:
    """All that a case was ever put into, in any number of steps."""
    found: set[str] = set()
    asked = [inner]
    while asked:
        fresh = set(shells.get(asked.pop(), ())) - found
        found |= fresh
        asked += fresh
    return found


def _along(link: NewLink) -> Passage:
    arc = Arc(
        link.id,
        link.from_lot,
        link.to_lot,
        link.kind,
        None,
        None,
        link.departure,
        link.arrival,
        link.state,
        "",
    )
    return link.id, link.from_lot, link.to_lot, *arc.window(), EVERYTHING, arc.between_firms


def _claimed(
    claim: ClaimSet, held: HandoverSet | None, named: dict[str, tuple[int, ...]]
) -> Iterator[Passage]:
    """A lapsed pair leads where it did; a claim to what it names, also beside a pair with something else."""
    if claim.lapsed and held is not None:
        yield _unknown(claim.id, held.lot, claim.lot, EVERYTHING)
    if claim.state in _ALONE and not claim.lapsed:
        for upper in named.get(claim.handover_stmt or "", ()):
            yield _unknown(claim.id, upper, claim.lot, ORDERS)
    for upper in named.get(claim.named_key or "", ()) if claim.handover is None else ():
        yield _unknown(claim.id, upper, claim.lot, ORDERS)
    beside = (held.lot, held.from_lot) if held is not None else ()
    for upper in named.get(claim.named_lot or "", ()):
        if upper not in (claim.lot, *beside):
            yield _unknown(claim.id, upper, claim.lot, ORDERS)


def logged_at(known: ChainState, row: int) -> int:
    """When its log took the statement that the row is of, in microseconds."""
    logged = known.logged.get(row & _STATEMENT)
    if logged is None:
        return known.stored.logged([row & _STATEMENT])[row & _STATEMENT]
    return ticks(logged) or 0


def _of_old(known: ChainState, former: Formed, named: dict[str, tuple[int, ...]]) -> Iterator[Passage]:
    until = ORDERS if former.why == NAMED else logged_at(known, former.id)
    uppers = named.get(former.above_name or "", ()) if former.above is None else (former.above,)
    for upper in uppers:
        if upper != former.below:  # goods that were taken in under a name are not of themselves
            yield _unknown(-former.id, upper, former.below, until)


def _unknown(way: int, upper: int, lower: int, passes: int) -> Passage:
    """A way of which no times are stated, and which bounds nothing beyond it."""
    return way, upper, lower, -FAR, FAR, passes, True


def _named(known: ChainState) -> dict[str, tuple[int, ...]]:
    """The lots that claims and links of old mean, here or in the store."""
    names = {name for one in known.claims.values() for name in (one.handover_stmt, one.named_lot)}
    names |= {one.above_name for one in known.formers.values()}
    wanted = names - {None}
    found: dict[str, tuple[int, ...]] = {}
    for name in sorted(str(each) for each in wanted):
        lot, handover = known.lots.get(name), known.handovers.get(name)
        if lot is not None and lot.named_key is None:
            found[name] = (lot.id,)
        elif handover is not None:
            found[name] = (handover.lot,)
    keys = {claim.named_key for claim in known.claims.values()} | {
        former.above_name for former in known.formers.values() if former.why == NAMED
    }
    unknown = [*(str(name) for name in wanted if name not in found), *map(str, keys - {None})]
    for name, lots in known.stored.named(unknown).items() if unknown else ():
        found[name] = tuple({*found.get(name, ()), *lots})
    for key in map(str, keys - {None}):
        found[key] = tuple({*found[key], *_keyed(known, key)})
    for case, packed in _cases(known).items() if names or keys else ():
        found[case] = tuple({*found.get(case, ()), *packed})
    return found


def _keyed(known: ChainState, key: str) -> Iterator[int]:
    """Lots of the batch that a key means: made under its GTIN by who may speak for it; by anybody, where the
    prefix is nobody's; and what has the name of another system that says the same."""
    for lot in known.lots.values():
        if key in (lot.named_key, _own_key(lot)) and _is_meant(known, lot, key):
            yield lot.id


def _own_key(lot: KnownLot) -> str | None:
    """The GTIN and batch number under which goods of ours were made."""
    return None if lot.product is None or lot.kind in _NOT_MADE else f"{lot.product}:{lot.batch_no}"


def _is_meant(known: ChainState, lot: KnownLot, key: str) -> bool:
    """Whether who stated a lot may speak for the GTIN of a key; of a key without one, anybody may."""
    made = known.statements.get(lot.statement)
    return made is not None and (not key.startswith(GTIN) or may_speak(known, made.iss, key[:_PRODUCT]))


def may_speak(known: ChainState, party: str, product: str) -> bool:
    """Whether goods of a party under a GTIN are what others mean by it, as far as anybody has registered."""
    stored, here = known.stored.master_of(product), known.master
    said = {product: here.stated.get(product) or stored.stated.get(product, ())}
    book = MasterBook(said, {**stored.prefixes, **here.prefixes})
    return book.standing(party, product) in {PROVEN, UNPROVEN}
