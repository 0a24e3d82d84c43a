"""Outgoing EPCIS 2.0 events: one for every fact about goods.

The event id is the RFC 6920 name of the signed bytes, so that whoever holds the event can ask for the record
and prove it. Buyers, suppliers, people, vehicles and exact places never leave this way. Master data, keys,
disputes and corrections have no event: EPCIS knows only what happened to objects (a correction is told by the
event of the record that replaces it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from trace.calendar.shanghai import in_zone
from trace.chain.facts import (
    BatchProduced,
    CertificateIssued,
    CodesActivated,
    CodesAggregated,
    CodesVoided,
    EpcisEventKept,
    Fact,
    FirmRecalled,
    GoodsDisposed,
    GoodsPacked,
    GoodsShipped,
    LotHarvested,
    LotsMerged,
    LotSplit,
    MaterialReceived,
    OperationDone,
    OversightRecorded,
    ReportIssued,
    SerialRange,
)
from trace.epcis.documents import read_event
from trace.epcis.events import (
    AggregationEvent,
    Event,
    ObjectEvent,
    QuantityElement,
    Reference,
    TransformationEvent,
)
from trace.quantities import RECOMMENDATION_20, Quantity

NAMESPACES: Final = {"greentrace": "urn:greentrace:epcis:"}
ZONE: Final = "+08:00"
_PIECE: Final = "件"
_OUR_OWN: Final = {"斤": "kg"}

Naming = Callable[[str], str]
Part = tuple[str, Quantity]


def own_name(lot: str) -> str:
    """The lot's own urn, where nobody has given it a GS1 name."""
    return lot


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every event of one statement has in common."""

    statement: str
    iss: str
    name_of: Naming

    def common(
        self,
        time: datetime,
        step: str,
        disposition: str | None,
        place: str | None = None,
        **said: object,
    ) -> dict[str, Any]:
        other = {f"greentrace:{name}": value for name, value in said.items() if value not in (None, ())}
        return {
            "time": in_zone(time, UTC),
            "offset": _offset(time),
            "event_id": f"ni:///sha-256;{self.statement}",
            "biz_step": step,
            "disposition": disposition,
            "read_point": place,
            "sources": (Reference(self.iss, "possessing_party"),),
            "other": {name: _json(value) for name, value in other.items()},
        }

    def amounts(self, parts: Iterable[Part]) -> tuple[QuantityElement, ...]:
        return tuple(_element(self.name_of(lot), quantity) for lot, quantity in parts)

    def watched(self, lots: Iterable[str]) -> tuple[QuantityElement, ...]:
        """Lots that are spoken of as a whole: a class without a count."""
        return tuple(QuantityElement(self.name_of(lot)) for lot in lots)

    def units(self, parts: Iterable[Part]) -> dict[str, str] | None:
        """The counting units that a bare count would lose."""
        counted = {self.name_of(lot): quantity.unit for lot, quantity in parts if _is_odd_count(quantity)}
        return counted or None


def event_of(fact: Fact, statement: str, iss: str, name_of: Naming = own_name) -> Event | None:
    """The event of a fact stated in `statement` (id) by `iss`; None for kinds that are not about goods.

    `name_of` maps a lot urn to its GS1 class (a Digital Link URI) where it has one. A kept foreign event
    comes back as it came; `EpcisMalformed` if it was never one.
    """
    write = _WRITERS.get(type(fact))
    return None if write is None else write(fact, _Frame(statement, iss, name_of))


def _element(name: str, quantity: Quantity) -> QuantityElement:
    convert = _OUR_OWN.get(quantity.unit)
    exact = quantity.to(convert) if convert else quantity
    return QuantityElement(name, exact.value, RECOMMENDATION_20.get(exact.unit))


def _is_odd_count(quantity: Quantity) -> bool:
    return (
        quantity.unit not in RECOMMENDATION_20 and quantity.unit not in _OUR_OWN and quantity.unit != _PIECE
    )


def _offset(time: datetime) -> str:
    """The zone in which the time was stated; a time stated in UTC was meant for here."""
    minutes = (time.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    if minutes == 0:
        return ZONE
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _transformed(
    frame: _Frame,
    common: Mapping[str, Any],
    inputs: list[Part],
    outputs: list[Part],
    whole: str | None = None,
) -> TransformationEvent:
    units = frame.units([*inputs, *outputs])
    other = dict(common["other"])
    if units:
        other["greentrace:units"] = units
    return TransformationEvent(
        **{**common, "other": other},
        input_quantities=frame.amounts(inputs),
        output_quantities=frame.amounts(outputs),
        transformation_id=whole,
    )


def _operation(fact: OperationDone, frame: _Frame) -> Event:
    common = frame.common(
        fact.occurred_at,
        "other",
        None,
        fact.plot,
        operation=fact.operation,
        crop=fact.crop,
        usedOn=fact.used_on.isoformat(),
        inputRegistration=fact.input.reg_no if fact.input else None,
        preHarvestDays=fact.input.phi_days if fact.input else None,
    )
    return ObjectEvent(action="OBSERVE", epcs=(fact.plot,), **common)


def _harvest(fact: LotHarvested, frame: _Frame) -> Event:
    made = [(fact.lot, fact.quantity)]
    common = frame.common(
        fact.harvested_to, "commissioning", "active", fact.place, plots=fact.plots, units=frame.units(made)
    )
    return ObjectEvent(action="ADD", quantities=frame.amounts(made), **common)


def _certificate(fact: CertificateIssued, frame: _Frame) -> Event:
    common = frame.common(fact.issued_at, "inspecting", "conformant", basis=fact.basis)
    number = Reference(f"urn:greentrace:certificate:{quote(fact.cert_no)}", "cert")
    return ObjectEvent(
        action="OBSERVE", quantities=frame.watched([fact.lot]), biz_transactions=(number,), **common
    )


def _report(fact: ReportIssued, frame: _Frame) -> Event:
    disposition = "conformant" if fact.conclusion == "pass" else "non_conformant"
    common = frame.common(fact.tested_at, "inspecting", disposition, purpose=fact.purpose)
    number = Reference(f"urn:greentrace:report:{quote(fact.report_no)}", "testres")
    return ObjectEvent(
        action="OBSERVE", quantities=frame.watched([fact.lot]), biz_transactions=(number,), **common
    )


def _receipt(fact: MaterialReceived, frame: _Frame) -> Event:
    common = frame.common(fact.received_at, "receiving", "in_progress", fact.place, role=fact.role)
    received = [(fact.lot, fact.quantity)]
    if fact.supplier_lot is None:
        return ObjectEvent(action="ADD", quantities=frame.amounts(received), **common)
    return _transformed(frame, common, [(fact.supplier_lot, fact.quantity)], received)


def _merge(fact: LotsMerged, frame: _Frame) -> Event:
    common = frame.common(fact.finished_at, "creating_class_instance", "in_progress", fact.place)
    poured = [(taken.lot, taken.quantity) for taken in fact.inputs]
    return _transformed(frame, common, poured, [(fact.output.lot, fact.output.quantity)])


def _split(fact: LotSplit, frame: _Frame) -> Event:
    common = frame.common(fact.finished_at, "creating_class_instance", "in_progress")
    made = [(output.lot, output.quantity) for output in fact.outputs]
    return _transformed(frame, common, [(fact.input.lot, fact.input.quantity)], made)


def _production(fact: BatchProduced, frame: _Frame) -> Event:
    common = frame.common(
        fact.finished_at,
        "creating_class_instance",
        "in_progress",
        fact.place,
        productionDate=fact.production_date.isoformat(),
        loss=fact.loss.quantity.as_json() if fact.loss else None,
    )
    poured = [(taken.lot, taken.quantity) for taken in fact.inputs]
    made = [(output.lot, output.quantity) for output in fact.outputs]
    return _transformed(frame, common, poured, made, fact.batch)


def _pack(fact: GoodsPacked, frame: _Frame) -> Event:
    common = frame.common(
        fact.packed_at,
        "packing",
        "active",
        fact.place,
        netContent=fact.net_content.as_json(),
        product=fact.product,
    )
    dates = {
        "cbvmda:lotNumber": fact.batch_no,
        "cbvmda:itemExpirationDate": fact.expiry_date.isoformat(),
    }
    common["other"] = {**common["other"], "ilmd": dates}
    return _transformed(frame, common, [(fact.from_lot, fact.quantity)], [(fact.lot, fact.packs)])


def _shipment(fact: GoodsShipped, frame: _Frame) -> Event:
    common = frame.common(fact.shipped_at, "shipping", "in_transit")
    shipped = fact.packs or fact.quantity
    return _transformed(frame, common, [(fact.from_lot, shipped)], [(fact.lot, shipped)])


_DISPOSED: Final = {
    "destroyed": ("DELETE", "destroying", "destroyed"),
    "donated": ("OBSERVE", "other", "disposed"),
    "sampled": ("OBSERVE", "sampling", "disposed"),
    "expired": ("OBSERVE", "other", "expired"),
}
"""Manner → action, step, disposition: only what was destroyed is no more."""


def _disposal(fact: GoodsDisposed, frame: _Frame) -> Event:
    action, step, disposition = _DISPOSED[fact.manner]
    gone = [(fact.lot, fact.quantity)]
    common = frame.common(fact.occurred_at, step, disposition, manner=fact.manner, units=frame.units(gone))
    return ObjectEvent(action=action, quantities=frame.amounts(gone), **common)


def _activation(fact: CodesActivated, frame: _Frame) -> Event:
    common = frame.common(
        fact.occurred_at, "encoding", "encoded", codeLevel=fact.code_level, serials=_counters(fact.range)
    )
    return ObjectEvent(action="OBSERVE", quantities=_coded(frame, fact.lot, fact.range), **common)


def _voiding(fact: CodesVoided, frame: _Frame) -> Event:
    common = frame.common(
        fact.occurred_at, "decommissioning", "inactive", reason=fact.reason, serials=_counters(fact.range)
    )
    return ObjectEvent(action="OBSERVE", quantities=_coded(frame, fact.lot, fact.range), **common)


def _aggregation(fact: CodesAggregated, frame: _Frame) -> Event:
    """Serials are kept as counters, so children are amounts of their class with the counters beside them."""
    adding = fact.action == "add"
    said = [{"lot": frame.name_of(each.lot), "first": each.first, "count": each.count} for each in fact.items]
    common = frame.common(fact.occurred_at, "packing" if adding else "unpacking", None, serials=tuple(said))
    counted = [(each.lot, Quantity(Decimal(each.count), _PIECE)) for each in fact.items]
    return AggregationEvent(
        action="ADD" if adding else "DELETE",
        parent=fact.container,
        children=fact.containers,
        child_quantities=frame.amounts(counted),
        **common,
    )


def _coded(frame: _Frame, lot: str, part: SerialRange | None) -> tuple[QuantityElement, ...]:
    """The lot as a whole, or as many of it as the range names."""
    if part is None:
        return frame.watched([lot])
    return frame.amounts([(lot, Quantity(Decimal(part.count), _PIECE))])


def _counters(part: SerialRange | None) -> dict[str, int] | None:
    return None if part is None else {"first": part.first, "count": part.count}


def _oversight(fact: OversightRecorded | FirmRecalled, frame: _Frame) -> Event | None:
    if not fact.lots:
        return None
    common = frame.common(fact.occurred_at, "inspecting", None)
    return ObjectEvent(action="OBSERVE", quantities=frame.watched(fact.lots), **common)


def _kept(fact: EpcisEventKept, _frame: _Frame) -> Event:
    return read_event(fact.event)


_WRITERS: Final[Mapping[type[Fact], Callable[[Any, _Frame], Event | None]]] = {
    OperationDone: _operation,
    LotHarvested: _harvest,
    CertificateIssued: _certificate,
    ReportIssued: _report,
    MaterialReceived: _receipt,
    LotsMerged: _merge,
    LotSplit: _split,
    BatchProduced: _production,
    GoodsPacked: _pack,
    GoodsShipped: _shipment,
    GoodsDisposed: _disposal,
    CodesActivated: _activation,
    CodesVoided: _voiding,
    CodesAggregated: _aggregation,
    OversightRecorded: _oversight,
    FirmRecalled: _oversight,
    EpcisEventKept: _kept,
}
