"""Decisions on aggregation (EPCIS): items in cases, cases on pallets, as intervals of counters.

A pallet that is recalled names its codes this way, and a code its case. Containers are SSCCs.
"""

from __future__ import annotations

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.effects import ContainerPacked, ItemsPacked, LotMentioned, Unpacked
from trace.chain.facts import CodesAggregated, LotSerials
from trace.codes.intervals import Interval
from trace.errors.codes import AlreadyPacked, CodesNotAllocated, ContainerMalformed, NotPacked, RangeOutside
from trace.errors.food import LotNotHeld

_TABLE = "aggregation"


@decides(facts.code.AGGREGATE)
def aggregate(decision: Decision, fact: CodesAggregated) -> None:
    """Put codes and containers into a container, or take them out. Raises `ContainerMalformed` (empty, or
    in itself), `LotUnknown`, `LotNotHeld`, `CodesNotAllocated`, `RangeOutside`, `AlreadyPacked`,
    `NotPacked`."""
    if not fact.items and not fact.containers:
        raise ContainerMalformed(container=fact.container)
    _check_items(decision, fact)
    if fact.action == "add":
        _add(decision, fact)
    else:
        _remove(decision, fact)


def _check_items(decision: Decision, fact: CodesAggregated) -> None:
    """The items are the issuer's, of their lot's range, and named once."""
    named: dict[str, list[Interval]] = {}
    for part in fact.items:
        lot = decision.lot(part.lot)
        if lot.holder != decision.claims.iss:
            decision.refuse_stranger(LotNotHeld(lot=part.lot, iss=decision.claims.iss))
        codes = decision.known.codes.get(lot.id)
        if codes is None:
            raise CodesNotAllocated(lot=part.lot)
        if not codes.interval.holds(part.interval):
            decision.refuse(RangeOutside(first=part.first, count=part.count))
        if any(_meet(part.interval, other) for other in named.setdefault(part.lot, [])):
            decision.refuse(AlreadyPacked(item=str(part.first), container=fact.container))
        named[part.lot].append(part.interval)
    for urn in named:
        decision.add(LotMentioned(decision.lot(urn).id, "aggregated"))


def _add(decision: Decision, fact: CodesAggregated) -> None:
    for part in fact.items:
        lot = decision.lot(part.lot).id
        held = next(
            (each for each in _items_of(decision, lot) if _meet(_interval(each), part.interval)), None
        )
        if held is not None:
            decision.refuse(AlreadyPacked(item=str(max(held.first, part.first)), container=held.container))
            continue
        decision.add(ItemsPacked(decision.next_id(_TABLE), fact.container, lot, part.first, part.count))
    outward = _outward(decision, fact.container)
    for inner in dict.fromkeys(fact.containers):
        holder = _holder_of(decision, inner)
        if holder is not None or inner in outward:
            decision.refuse(
                AlreadyPacked(item=inner, container=holder.container if holder else fact.container)
            )
            continue
        packed = ContainerPacked(decision.next_id(_TABLE), fact.container, inner, decision.claims.iss)
        decision.add(packed)


def _remove(decision: Decision, fact: CodesAggregated) -> None:
    for part in fact.items:
        _take_out(decision, fact.container, part)
    for inner in dict.fromkeys(fact.containers):
        holder = _holder_of(decision, inner)
        if holder is None or holder.container != fact.container:
            raise NotPacked(item=inner, container=fact.container)
        decision.add(Unpacked(holder.id))


def _take_out(decision: Decision, container: str, part: LotSerials) -> None:
    """One interval; what stays of a longer one is put down again."""
    lot = decision.lot(part.lot).id
    gone = {change.id for change in decision.changes if isinstance(change, Unpacked)}
    again = [change for change in decision.changes if isinstance(change, ItemsPacked)]
    standing = [
        each for each in (*_items_of(decision, lot), *again) if each.id not in gone and each.lot == lot
    ]
    held = next((each for each in standing if _interval(each).holds(part.interval)), None)
    if held is None or held.container != container:
        raise NotPacked(item=str(part.first), container=container)
    decision.add(Unpacked(held.id))
    end = held.first + held.count
    for first, last in ((held.first, part.first), (part.interval.end, end)):
        if first < last:
            decision.add(ItemsPacked(decision.next_id(_TABLE), container, lot, first, last - first))


def _items_of(decision: Decision, lot: int) -> list[ItemsPacked]:
    packed = decision.known.packed.values()
    return [each for each in packed if isinstance(each, ItemsPacked) and each.lot == lot]


def _holder_of(decision: Decision, inner: str) -> ContainerPacked | None:
    """In what the signer itself put a container: a number is read with its signer."""
    iss = decision.claims.iss
    packed = (each for each in decision.known.packed.values() if isinstance(each, ContainerPacked))
    return next((each for each in packed if each.inner == inner and each.by == iss), None)


def _outward(decision: Decision, container: str) -> set[str]:
    """The container and all that it stands in: none of them can stand in it."""
    path = {container}
    while (holder := _holder_of(decision, container)) is not None and holder.container not in path:
        container = holder.container
        path.add(container)
    return path


def _interval(packed: ItemsPacked) -> Interval:
    return Interval(packed.first, packed.count)


def _meet(one: Interval, other: Interval) -> bool:
    return one.first < other.end and other.first < one.end
