"""The five EPCIS 2.0 events as frozen values (ISO/IEC 19987:2024 §7.4).

`other` holds the members that are carried without being understood here (sensor elements, ilmd, error
declarations, extensions), as JSON values. Quantities are exact; a missing `quantity` means "not counted".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class QuantityElement:
    """An amount of a class of objects; `uom` is a UN/CEFACT Recommendation 20 code, None counts pieces."""

    epc_class: str
    quantity: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A typed reference: business transaction, source or destination."""

    value: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    type: ClassVar[str] = "EPCISEvent"

    time: datetime
    offset: str  # ±hh:mm, the local zone of the event
    event_id: str | None = None
    biz_step: str | None = None
    disposition: str | None = None
    read_point: str | None = None
    biz_location: str | None = None
    biz_transactions: tuple[Reference, ...] = ()
    sources: tuple[Reference, ...] = ()
    destinations: tuple[Reference, ...] = ()
    other: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectEvent(Event):
    type: ClassVar[str] = "ObjectEvent"
    action: str
    epcs: tuple[str, ...] = ()
    quantities: tuple[QuantityElement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregationEvent(Event):
    type: ClassVar[str] = "AggregationEvent"
    action: str
    parent: str | None = None
    children: tuple[str, ...] = ()
    child_quantities: tuple[QuantityElement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationEvent(Event):
    type: ClassVar[str] = "AssociationEvent"
    action: str
    parent: str
    children: tuple[str, ...] = ()
    child_quantities: tuple[QuantityElement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionEvent(Event):
    type: ClassVar[str] = "TransactionEvent"
    action: str
    parent: str | None = None
    epcs: tuple[str, ...] = ()
    quantities: tuple[QuantityElement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformationEvent(Event):
    type: ClassVar[str] = "TransformationEvent"
    inputs: tuple[str, ...] = ()
    input_quantities: tuple[QuantityElement, ...] = ()
    outputs: tuple[str, ...] = ()
    output_quantities: tuple[QuantityElement, ...] = ()
    transformation_id: str | None = None


EVENTS: Mapping[str, type[Event]] = {
    kind.type: kind
    for kind in (ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent, TransformationEvent)
}
