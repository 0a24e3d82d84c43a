"""Incoming EPCIS events: foreign ones as lots and links, of the same effects as our own facts.

A transformation is a batch (the pool) between its inputs and outputs. The event's time is its end: inputs
went in until then, so their arcs have no lower bound, and a trace errs towards reaching. Nothing is invented:
an amount in a unit that we do not know leaves the link without amount and the lot marked `quantityUnknown`.
Names belong to whoever states them: what an event says is of goods of its signer alone. A lot of ours that is
another's is a mere name in it, as in a claim: it is not mentioned, not linked and nothing is taken from it;
an order on it reaches what the signer says to have made of it. A foreign name that somebody else has stated
as well gets a lot of the signer's own beside that one's. Whoever takes goods in under a foreign name, by any
event but one that makes them, claims what others have under it, whoever comes first: orders on that reach the
goods. Who makes goods under a name claims nothing, so that nobody burdens them by stating it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from trace.chain.chain_state import KnownLot
from trace.chain.effects import Effect, EntryRef, Interval, LotMentioned, LotTaken, NewLink, NewLot
from trace.chain.facts.urns import owner_of
from trace.chain.handover_effects import NAMED, Formed
from trace.chain.ids import row_id
from trace.chain.interchange.names import lot_name, meant_by, plain_name, signers_name
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
_OURS: Final = "urn:lot:"
_MOST_ROWS: Final = 256
_ERROR: Final = "errorDeclaration"
_OF_STATEMENT: Final = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})(?:\?step=[a-z_]+)?")

Part = tuple[str, Quantity | None]


def told_of(event: Event) -> str | None:
    """The statement that an event of ours was made from (`event_of`); None for those of others."""
    found = _OF_STATEMENT.fullmatch(event.event_id or "")
    return None if found is None else found[1]


def names_in(event: Event, statement: str, iss: str = "") -> frozenset[str]:
    """The names of all lots that the event speaks of, the signer's own too: what `changes_of` needs."""
    names = {name for name, _ in _parts_of(event, statement)}
    if isinstance(event, TransformationEvent):
        names.add(_pool_name(event, statement))
    foreign = [name for name in names if not name.startswith(_OURS)] if iss else []
    return frozenset(names.union(signers_name(name, iss) for name in foreign))


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
        received = event.biz_step == "receiving"
        kind = "material" if received else "product"
        for name, quantity in _parts_of(event, entry.statement_id):
            writing.lot(name, quantity, kind, taken=received or event.action != "ADD")
            if received:
                writing.receive(name, quantity)
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
    _named: int = 0

    def lot(self, name: str, quantity: Quantity | None, kind: str, *, taken: bool = False) -> int | None:
        """The signer's own lot of a name: mentioned where it is known, else made, once.

        None for a lot of ours that is another's: of that an event says nothing. A foreign name that another
        has stated as well stands for goods of each; what is `taken` in under it may be that one's.
        """
        return None if self._is_anothers(name) else self._lot(name, quantity, kind, taken=taken)

    def receive(self, name: str, quantity: Quantity | None) -> None:
        """Goods come in under a name that goods of the signer have already: they may be others'."""
        own = self.known.get(self._own(name))
        if own is not None and own.named_key is not None and own.kind != "material":
            self.name(own.id, own.named_key, "receive", quantity)

    def _lot(self, name: str, quantity: Quantity | None, kind: str, *, taken: bool) -> int:
        own = self._own(name)
        if not self.mention(name) and own not in self._made:
            if own.startswith(_OURS) and not self._is_ours(own):
                raise EpcisForeignLot(lot=name[:200])
            key = None if own.startswith(_OURS) else meant_by(name)
            self._make(own, name, quantity, kind, key)
            if taken and key is not None:
                self.name(self._made[own], key, "receive", quantity)
        return self.known[own].id if own in self.known else self._made[own]

    def source(self, below: int, name: str, quantity: Quantity | None, kinds: tuple[str, str]) -> None:
        """What went into the lot `below`, by kinds of lot and link: goods of the signer, or a mere name."""
        until = Interval(None, self.event.time)
        foreign = name.startswith(_OURS) and not self._is_ours(name) and not self._holds(name)
        if foreign or self._is_anothers(name):
            self.name(below, name, kinds[1], quantity)
            return
        self.link((self._lot(name, quantity, kinds[0], taken=True), below), kinds[1], quantity, until)
        own = self.known.get(self._own(name))
        if own is not None and quantity is not None and quantity.dimension == own.quantity.dimension:
            self.changes.append(LotTaken(own.id, quantity))

    def name(self, below: int, name: str, kind: str, quantity: Quantity | None) -> None:
        """The goods `below` are said to be of what has somebody else's name: orders on that reach them."""
        row = self._row(self._named)
        self._named += 1
        self.changes.append(Formed(row, below, None, name, kind, quantity, NAMED))

    def mention(self, name: str) -> bool:
        lot = self.known.get(self._own(name))
        if lot is None:
            return False
        mentioned = LotMentioned(lot.id, self.event.biz_step or self.event.type)
        if mentioned not in self.changes:
            self.changes.append(mentioned)
        return True

    def link(self, ends: tuple[int, int], kind: str, amount: Quantity | None, arrival: Interval) -> None:
        """Link two lots of the signer (upper, lower)."""
        number = self._row(self._links)
        self._links += 1
        until = Interval(None, self.event.time)
        self.changes.append(NewLink(number, *ends, kind, amount, amount, until, arrival))

    def pool(self, name: str, *, taken: bool) -> int:
        """The batch of a transformation: the signer's own, whoever else has one of that name.

        It is `taken` over from others where the signer only says what came out of it.
        """
        own = _own_pool(self.entry.statement_id) if self._is_anothers(name) else name
        return self._lot(own, None, "batch", taken=taken)

    def _is_anothers(self, name: str) -> bool:
        """Whether it is a lot of ours that somebody else holds."""
        return name.startswith(_OURS) and name in self.known and not self._holds(name)

    def _make(self, own: str, name: str, quantity: Quantity | None, kind: str, key: str | None) -> None:
        self._made[own] = self._row(len(self._made))
        detail: dict[str, object] = {"foreign": True}
        if quantity is None:
            detail["quantityUnknown"] = True
        self.changes.append(
            NewLot(
                id=self._made[own],
                urn=own,
                kind=kind,
                product=None,
                product_name="",
                holder=self.entry.iss,
                place=self.event.biz_location or self.event.read_point,
                quantity=quantity or Quantity.zero(_PIECE),
                produced=Interval(None, self.event.time),
                batch_no=name.rsplit("/", 1)[-1],
                named_key=key,
                detail=detail,
            )
        )

    def _own(self, name: str) -> str:
        return name if name not in self.known or self._holds(name) else signers_name(name, self.entry.iss)

    def _holds(self, name: str) -> bool:
        lot = self.known.get(name)
        return lot is not None and lot.holder == self.entry.iss

    def _is_ours(self, name: str) -> bool:
        return name.startswith(f"{_OURS}{owner_of(self.entry.iss)}:")

    def _row(self, ordinal: int) -> int:
        if ordinal >= _MOST_ROWS:
            raise EpcisMalformed(path="$", expected=f"at most {_MOST_ROWS} lots in one event")
        return row_id(self.entry.origin, self.entry.index, ordinal)


def _transform(event: TransformationEvent, writing: _Writing) -> None:
    statement = writing.entry.statement_id
    pool = writing.pool(_pool_name(event, statement), taken=not (event.inputs or event.input_quantities))
    then = Interval(event.time, event.time)
    for name, quantity in _listed(event.inputs, event.input_quantities, statement):
        writing.source(pool, name, quantity, ("material", "transform"))
    for name, quantity in _listed(event.outputs, event.output_quantities, statement):
        made = writing.lot(name, quantity, "product")
        if made is not None:
            writing.link((pool, made), "transform", quantity, then)


def _pack(event: AggregationEvent, parent: str, writing: _Writing) -> None:
    statement = writing.entry.statement_id
    container = writing.lot(lot_name(parent, statement), None, "pack")
    if container is None:  # what is in another's container is that one's to say
        return
    for name, quantity in _listed(event.children, event.child_quantities, statement):
        writing.source(container, name, quantity, ("product", "pack"))


def _pool_name(event: TransformationEvent, statement: str) -> str:
    named = event.transformation_id
    return plain_name(named) if named else _own_pool(statement)


def _own_pool(statement: str) -> str:
    return f"ni:///sha-256;{statement}"


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
