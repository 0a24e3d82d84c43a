"""Incoming EPCIS events: foreign ones as lots and links, of the same effects as our own facts.

A transformation is a batch (the pool) between its inputs and outputs. The event's time is its end: inputs
went in until then, so their arcs have no lower bound, and a trace errs towards reaching. Nothing is invented:
an amount in a unit that we do not know leaves the link without amount and the lot marked `quantityUnknown`.
Nobody can speak about another's lots unopposed: a link to a known lot that the event's signer does not hold
is recorded as disputed, and takes nothing from that lot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from trace.chain.chain_state import KnownLot
from trace.chain.effects import Effect, EntryRef, Interval, LotMentioned, LotTaken, NewLink, NewLot
from trace.chain.facts.urns import owner_of
from trace.chain.ids import row_id
from trace.chain.interchange.names import lot_name
from trace.chain.lineage.arcs import DISPUTED
from trace.epcis.events import (
    AggregationEvent,
    AssociationEvent,
    Event,
    ObjectEvent,
    QuantityElement,
    TransactionEvent,
    TransformationEvent,
)
from trace.errors.base import Malformed
from trace.errors.epcis import EpcisForeignLot, EpcisMalformed
from trace.quantities import RECOMMENDATION_20, Quantity

_UNITS: Final = {code: unit for unit, code in RECOMMENDATION_20.items()}
_PIECE: Final = "件"
_MOST_ROWS: Final = 256
_ERROR: Final = "errorDeclaration"
_OF_STATEMENT: Final = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})(?:\?step=[a-z_]+)?")

Part = tuple[str, Quantity | None]


def told_of(event: Event) -> str | None:
    """The statement that an event of ours was made from (`event_of`); None for those of others."""
    found = _OF_STATEMENT.fullmatch(event.event_id or "")
    return None if found is None else found[1]


def names_in(event: Event, statement: str) -> frozenset[str]:
    """The names of all lots that the event speaks of: what `changes_of` needs to know."""
    names = {name for name, _ in _parts_of(event, statement)}
    if isinstance(event, TransformationEvent):
        names.add(_pool_name(event, statement))
    return frozenset(names)


def changes_of(event: Event, entry: EntryRef, known: Mapping[str, KnownLot]) -> tuple[Effect, ...]:
    """The changes of an event, given the lots already `known` by name. Pure and deterministic.

    Of an event with an error declaration nothing follows: it says itself that it is not so, and another may
    say what is. Raises `EpcisMalformed` when one event speaks of more than 256 lots, `EpcisForeignLot` when
    it would create a `urn:lot:` in a namespace that is not its signer's.
    """
    if event.other.get(_ERROR) is not None:
        return ()
    writing = _Writing(event, entry, known)
    if isinstance(event, TransformationEvent):
        _transform(event, writing)
    elif isinstance(event, AggregationEvent) and event.action == "ADD" and event.parent:
        _pack(event, event.parent, writing)
    elif isinstance(event, ObjectEvent):
        kind = "material" if event.biz_step == "receiving" else "product"
        for name, quantity in _parts_of(event, entry.statement_id):
            writing.lot(name, quantity, kind)
    else:
        for name, _ in _parts_of(event, entry.statement_id):
            writing.mention(name)
    return tuple(writing.changes)


@dataclass(slots=True)
class _Writing:
    event: Event
    entry: EntryRef
    known: Mapping[str, KnownLot]
    changes: list[Effect] = field(default_factory=list)
    _made: dict[str, int] = field(default_factory=dict)
    _links: int = 0

    def lot(self, name: str, quantity: Quantity | None, kind: str) -> None:
        """Mention a known lot; make an unknown one, once."""
        if not self.mention(name) and name not in self._made:
            if name.startswith("urn:lot:") and not name.startswith(f"urn:lot:{owner_of(self.entry.iss)}:"):
                raise EpcisForeignLot(lot=name[:200])
            self._made[name] = self._row(len(self._made))
            detail: dict[str, object] = {"foreign": True}
            if quantity is None:
                detail["quantityUnknown"] = True
            self.changes.append(
                NewLot(
                    id=self._made[name],
                    urn=name,
                    kind=kind,
                    product=None,
                    product_name="",
                    holder=self.entry.iss,
                    place=self.event.biz_location or self.event.read_point,
                    quantity=quantity or Quantity.zero(_PIECE),
                    produced=Interval(None, self.event.time),
                    batch_no=name.rsplit("/", 1)[-1],
                    detail=detail,
                )
            )

    def mention(self, name: str) -> bool:
        lot = self.known.get(name)
        if lot is None:
            return False
        mentioned = LotMentioned(lot.id, self.event.biz_step or self.event.type)
        if mentioned not in self.changes:
            self.changes.append(mentioned)
        return True

    def link(self, ends: tuple[str, str], kind: str, amount: Quantity | None, arrival: Interval) -> None:
        """Link two lots (upper, lower) that `lot` was already asked for."""
        number = self._row(self._links)
        self._links += 1
        upper, lower = (self.known[name].id if name in self.known else self._made[name] for name in ends)
        until = Interval(None, self.event.time)
        state = "signed" if all(map(self.may_speak_for, ends)) else DISPUTED
        self.changes.append(NewLink(number, upper, lower, kind, amount, amount, until, arrival, state))

    def take(self, name: str, quantity: Quantity | None) -> None:
        lot = self.known.get(name)
        if lot is None or quantity is None or not self.may_speak_for(name):
            return
        if quantity.dimension == lot.quantity.dimension:
            self.changes.append(LotTaken(lot.id, quantity))

    def may_speak_for(self, name: str) -> bool:
        lot = self.known.get(name)
        return lot is None or lot.holder == self.entry.iss

    def _row(self, ordinal: int) -> int:
        if ordinal >= _MOST_ROWS:
            raise EpcisMalformed(path="$", expected=f"at most {_MOST_ROWS} lots in one event")
        return row_id(self.entry.origin, self.entry.index, ordinal)


def _transform(event: TransformationEvent, writing: _Writing) -> None:
    statement = writing.entry.statement_id
    pool = _pool_name(event, statement)
    writing.lot(pool, None, "batch")
    until, then = Interval(None, event.time), Interval(event.time, event.time)
    for name, quantity in _listed(event.inputs, event.input_quantities, statement):
        writing.lot(name, quantity, "material")
        writing.link((name, pool), "transform", quantity, until)
        writing.take(name, quantity)
    for name, quantity in _listed(event.outputs, event.output_quantities, statement):
        writing.lot(name, quantity, "product")
        writing.link((pool, name), "transform", quantity, then)


def _pack(event: AggregationEvent, parent: str, writing: _Writing) -> None:
    statement = writing.entry.statement_id
    container = lot_name(parent, statement)
    writing.lot(container, None, "pack")
    then = Interval(event.time, event.time)
    for name, quantity in _listed(event.children, event.child_quantities, statement):
        writing.lot(name, quantity, "product")
        writing.link((name, container), "pack", quantity, then)


def _pool_name(event: TransformationEvent, statement: str) -> str:
    return event.transformation_id or f"ni:///sha-256;{statement}"


def _parts_of(event: Event, statement: str) -> Iterator[Part]:
    if isinstance(event, TransformationEvent):
        yield from _listed(event.inputs, event.input_quantities, statement)
        yield from _listed(event.outputs, event.output_quantities, statement)
    elif isinstance(event, ObjectEvent | TransactionEvent):
        yield from _listed(event.epcs, event.quantities, statement)
    elif isinstance(event, AggregationEvent | AssociationEvent):
        if event.parent:
            yield lot_name(event.parent, statement), None
        yield from _listed(event.children, event.child_quantities, statement)


def _listed(epcs: tuple[str, ...], amounts: tuple[QuantityElement, ...], statement: str) -> Iterator[Part]:
    """Single objects count one piece each."""
    for epc in epcs:
        yield lot_name(epc, statement), Quantity.of("1", _PIECE)
    for element in amounts:
        yield lot_name(element.epc_class, statement), _quantity(element)


def _quantity(element: QuantityElement) -> Quantity | None:
    unit = _PIECE if element.uom is None else _UNITS.get(element.uom)
    if element.quantity is None or unit is None:
        return None
    try:
        return Quantity(element.quantity, unit)
    except Malformed:  # more digits than our amounts have: kept verbatim in the record, unknown here
        return None
