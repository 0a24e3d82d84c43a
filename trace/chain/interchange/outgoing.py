"""Outgoing EPCIS 2.0 events: one for every fact about goods.

The event id is the RFC 6920 name of the signed bytes, so that whoever holds the event can ask for the record
and prove it. People, vehicles and addresses never leave this way, the other side of a hand-over to those
alone who may know it. Master data, keys and disputes have no event: EPCIS knows only what happened to
objects. What a correction or withdrawal took back is told again with an error declaration, and what was
stated instead as the event that corrects it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

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
from trace.chain.interchange.frame import ALONE, PIECE, Frame, Naming, Part, own_name
from trace.chain.interchange.handed import Handed
from trace.chain.interchange.shipping import receiving, shipping
from trace.epcis.documents import read_event
from trace.epcis.events import (
    AggregationEvent,
    Event,
    ObjectEvent,
    QuantityElement,
    Reference,
    TransformationEvent,
)
from trace.epcis.gs1_uris import STEM
from trace.epcis.members import write_time
from trace.quantities import Quantity

NAMESPACES: Final = {"greentrace": "urn:greentrace:epcis:"}
_SSCC: Final = "urn:sscc:"


def event_of(
    fact: Fact, statement: str, iss: str, name_of: Naming = own_name, handed: Handed = ALONE
) -> Event | None:
    """The event of a fact stated in `statement` (id) by `iss`; None for kinds that are not about goods.

    `name_of` maps a lot urn to the class of its goods: their GS1 class (a Digital Link URI), if any.
    `handed` is what is known of the hand-over that the fact is a side of. A kept foreign event comes back as
    it came; `EpcisMalformed` if it was never one.
    """
    write = _WRITERS.get(type(fact))
    return None if write is None else write(fact, Frame(statement, iss, name_of, handed))


def taken_back(event: Event, at: datetime, corrected_by: Event | None, *, withdrawn: bool) -> Event:
    """The same event with its error declaration: it did not occur, or another one tells it rightly."""
    declared: dict[str, object] = {
        "declarationTime": write_time(at, event.offset),
        "reason": "did_not_occur" if withdrawn else "incorrect_data",
    }
    if corrected_by is not None:
        declared["correctiveEventIDs"] = [corrected_by.event_id]
    return replace(event, other={**event.other, "errorDeclaration": declared})


def _transformed(
    frame: Frame,
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


def _operation(fact: OperationDone, frame: Frame) -> Event:
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


def _harvest(fact: LotHarvested, frame: Frame) -> Event:
    made = [(fact.lot, fact.quantity)]
    common = frame.common(
        fact.harvested_to, "commissioning", "active", fact.place, plots=fact.plots, units=frame.units(made)
    )
    return ObjectEvent(action="ADD", quantities=frame.amounts(made), **common)


def _certificate(fact: CertificateIssued, frame: Frame) -> Event:
    common = frame.common(fact.issued_at, "inspecting", "conformant", basis=fact.basis)
    number = Reference(f"urn:greentrace:certificate:{quote(fact.cert_no)}", "cert")
    return ObjectEvent(
        action="OBSERVE", quantities=frame.watched([fact.lot]), biz_transactions=(number,), **common
    )


def _report(fact: ReportIssued, frame: Frame) -> Event:
    disposition = "conformant" if fact.conclusion == "pass" else "non_conformant"
    common = frame.common(fact.tested_at, "inspecting", disposition, purpose=fact.purpose)
    number = Reference(f"urn:greentrace:report:{quote(fact.report_no)}", "testres")
    return ObjectEvent(
        action="OBSERVE", quantities=frame.watched([fact.lot]), biz_transactions=(number,), **common
    )


def _merge(fact: LotsMerged, frame: Frame) -> Event:
    common = frame.common(fact.finished_at, "creating_class_instance", "in_progress", fact.place)
    poured = [(taken.lot, taken.quantity) for taken in fact.inputs]
    return _transformed(frame, common, poured, [(fact.output.lot, fact.output.quantity)])


def _split(fact: LotSplit, frame: Frame) -> Event:
    common = frame.common(fact.finished_at, "creating_class_instance", "in_progress")
    made = [(output.lot, output.quantity) for output in fact.outputs]
    return _transformed(frame, common, [(fact.input.lot, fact.input.quantity)], made)


def _production(fact: BatchProduced, frame: Frame) -> Event:
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


def _pack(fact: GoodsPacked, frame: Frame) -> Event:
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


_DISPOSED: Final = {
    "destroyed": ("DELETE", "destroying", "destroyed"),
    "donated": ("OBSERVE", "other", "disposed"),
    "sampled": ("OBSERVE", "sampling", "disposed"),
    "expired": ("OBSERVE", "other", "expired"),
}
"""Manner → action, step, disposition: only what was destroyed is no more."""


def _disposal(fact: GoodsDisposed, frame: Frame) -> Event:
    action, step, disposition = _DISPOSED[fact.manner]
    gone = [(fact.lot, fact.quantity)]
    common = frame.common(fact.occurred_at, step, disposition, manner=fact.manner, units=frame.units(gone))
    return ObjectEvent(action=action, quantities=frame.amounts(gone), **common)


def _activation(fact: CodesActivated, frame: Frame) -> Event:
    common = frame.common(
        fact.occurred_at, "encoding", "encoded", codeLevel=fact.code_level, serials=_counters(fact.range)
    )
    return ObjectEvent(action="OBSERVE", quantities=_coded(frame, fact.lot, fact.range), **common)


def _voiding(fact: CodesVoided, frame: Frame) -> Event:
    common = frame.common(
        fact.occurred_at, "decommissioning", "inactive", reason=fact.reason, serials=_counters(fact.range)
    )
    return ObjectEvent(action="OBSERVE", quantities=_coded(frame, fact.lot, fact.range), **common)


def _aggregation(fact: CodesAggregated, frame: Frame) -> Event:
    """Serials are kept as counters, so children are amounts of their class with the counters beside them."""
    adding = fact.action == "add"
    said = [{"lot": frame.name_of(each.lot), "first": each.first, "count": each.count} for each in fact.items]
    common = frame.common(fact.occurred_at, "packing" if adding else "unpacking", None, serials=tuple(said))
    counted = [(each.lot, Quantity(Decimal(each.count), PIECE)) for each in fact.items]
    return AggregationEvent(
        action="ADD" if adding else "DELETE",
        parent=_unit(fact.container),
        children=tuple(map(_unit, fact.containers)),
        child_quantities=frame.amounts(counted),
        **common,
    )


def _unit(container: str) -> str:
    """The GS1 name of a logistic unit: its Digital Link URI."""
    return f"{STEM}/00/{container.removeprefix(_SSCC)}"


def _coded(frame: Frame, lot: str, part: SerialRange | None) -> tuple[QuantityElement, ...]:
    """The lot as a whole, or as many of it as the range names."""
    if part is None:
        return frame.watched([lot])
    return frame.amounts([(lot, Quantity(Decimal(part.count), PIECE))])


def _counters(part: SerialRange | None) -> dict[str, int] | None:
    return None if part is None else {"first": part.first, "count": part.count}


def _oversight(fact: OversightRecorded | FirmRecalled, frame: Frame) -> Event | None:
    if not fact.lots:
        return None
    common = frame.common(fact.occurred_at, "inspecting", None)
    return ObjectEvent(action="OBSERVE", quantities=frame.watched(fact.lots), **common)


def _kept(fact: EpcisEventKept, _frame: Frame) -> Event:
    return read_event(fact.event)


_WRITERS: Final[Mapping[type[Fact], Callable[[Any, Frame], Event | None]]] = {
    OperationDone: _operation,
    LotHarvested: _harvest,
    CertificateIssued: _certificate,
    ReportIssued: _report,
    MaterialReceived: receiving,
    LotsMerged: _merge,
    LotSplit: _split,
    BatchProduced: _production,
    GoodsPacked: _pack,
    GoodsShipped: shipping,
    GoodsDisposed: _disposal,
    CodesActivated: _activation,
    CodesVoided: _voiding,
    CodesAggregated: _aggregation,
    OversightRecorded: _oversight,
    FirmRecalled: _oversight,
    EpcisEventKept: _kept,
}
