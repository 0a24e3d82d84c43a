"""Shipping and receiving as EPCIS events: both sides speak of one class, that of the goods handed over.

Whoever follows the class of a pack from its maker so comes to the receiver. A receipt that is no pair speaks
of its own lot alone: by one's own word nobody's goods come from another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from trace.chain.facts import CertificateIssued, GoodsShipped, MaterialReceived
from trace.chain.facts.temperature import Temperature
from trace.chain.interchange.frame import ALONE, Frame, Naming, own_name
from trace.chain.interchange.handed import Handed, both_amounts
from trace.epcis.events import Event, ObjectEvent, Reference
from trace.quantities import Quantity

CELSIUS: Final = "CEL"
"""Degrees Celsius in UN/CEFACT Recommendation 20."""


def receiving(fact: MaterialReceived, frame: Frame) -> Event:
    """A pair is seen again under the class that it left under; of anything else one's own lot begins."""
    handed = frame.handed
    place, role = (None, None) if handed.narrow else (fact.place, fact.role)
    received = [(fact.lot, amount) for amount in both_amounts((fact.quantity,), handed.content)]
    units = frame.units(received)
    disposition = "in_progress" if fact.returns is None else "returned"
    common = frame.common(
        fact.received_at, "receiving", disposition, place, role=role, linkState=handed.state, units=units
    )
    common["sources"] = _possessed_by(handed.shipper)
    common["destinations"] = (*_possessed_by(frame.iss), *_located_at(place))
    common["other"] = {**common["other"], **_sensed(fact.temperature)}
    action = "OBSERVE" if handed.paired else "ADD"
    return ObjectEvent(action=action, quantities=frame.amounts(received), **common)


@dataclass(frozen=True, slots=True)
class _Sending:
    """What leaves, as a shipment or a certificate says it; `lot` is the delivery's own name."""

    from_lot: str
    lot: str
    amounts: tuple[Quantity | None, ...]
    at: datetime
    place: str | None
    temperature: Temperature | None = None


def shipping(fact: GoodsShipped, frame: Frame) -> Event:
    amounts = (fact.packs, fact.quantity)
    sent = _Sending(fact.from_lot, fact.lot, amounts, fact.shipped_at, fact.place, fact.temperature)
    return _leaving(sent, frame)


def _leaving(sent: _Sending, frame: Frame) -> ObjectEvent:
    """The goods leave under their own class; the delivery is a transaction, not another object."""
    handed = frame.handed
    place = sent.place or handed.place
    gone = [(sent.from_lot, amount) for amount in both_amounts(sent.amounts, handed.content)]
    common = frame.common(
        sent.at, "shipping", "in_transit", place, linkState=handed.state, units=frame.units(gone)
    )
    common["biz_location"] = None  # on its way: where it is next, its receiver tells
    common["sources"] = (*_possessed_by(frame.iss), *_located_at(place))
    common["destinations"] = _possessed_by(handed.receiver)
    common["biz_transactions"] = (Reference(sent.lot, "desadv"),)
    common["other"] = {**common["other"], **_sensed(sent.temperature)}
    return ObjectEvent(action="OBSERVE", quantities=frame.amounts(gone), **common)


def _sensed(read: Temperature | None) -> Mapping[str, object]:
    """The sensor elements of a stated temperature, as it was read; of what and when no more is stated."""
    if read is None:
        return {}
    span = {"minValue": Decimal(read.min), "maxValue": Decimal(read.max)}
    report = {"type": "Temperature", **span, "uom": CELSIUS}
    return {"sensorElementList": [{"sensorReport": [report]}]}


def _possessed_by(party: str | None) -> tuple[Reference, ...]:
    return () if party is None else (Reference(party, "possessing_party"),)


def _located_at(place: str | None) -> tuple[Reference, ...]:
    return () if place is None else (Reference(place, "location"),)


def sent_with(
    fact: CertificateIssued, statement: str, iss: str, name_of: Naming = own_name, handed: Handed = ALONE
) -> Event | None:
    """The shipping of what a certificate sends along with itself; None where it sends nothing."""
    if fact.consignment is None:
        return None
    frame = Frame(statement, iss, name_of, handed)
    sent = _Sending(fact.lot, fact.consignment, (fact.quantity,), fact.issued_at, fact.place)
    event = _leaving(sent, frame)
    return replace(event, event_id=f"{event.event_id}?step={event.biz_step}")
