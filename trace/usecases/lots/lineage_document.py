"""The document of a trace, as each kind of reader may have it.

Regulator: everything, with the report whose digest covers the question, the assumptions, every record used
and the answer. Enterprise: its own lots and links and one step beyond. Everybody else: regions and days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from trace.chain.effects import Mark
from trace.chain.lineage.arcs import DISPUTED, Arc
from trace.chain.lineage.closure import Closure
from trace.chain.lineage.open_ends import OpenEnd
from trace.chain.lineage.report import Row, TraceReport, UsedRecord, percent, share_as_dict
from trace.chain.lineage.shares import Share
from trace.chain.lineage.superset import UP
from trace.store.lots.details import DisputeRow, LotRow
from trace.usecases.lots.json_forms import (
    day_of,
    interval_json,
    iso,
    mark_json,
    quantity_json,
    region_name,
    rounded,
    sha256_of,
)

FORMAT: Final = "trace-lineage/1"
NONE: Final = "none"
"""Said in full where nobody received anything: an absent member could be an oversight."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A lot of the answer. `share`: of a source in the start (up), or of the start in this lot (down)."""

    lot: LotRow
    when: datetime | None
    share: Share | None
    path: tuple[str, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Receiver:
    """The receiver of a consignment, as far as anybody said."""

    urn: str | None
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Journey:
    """All that a trace found; the documents below choose from it."""

    start: LotRow
    closure: Closure
    lots: Mapping[int, LotRow]
    reached: tuple[Reached, ...]
    parties: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Mapping[str, Any]]
    ends: tuple[OpenEnd, ...]
    disputes: tuple[DisputeRow, ...]
    receivers: Mapping[int, Receiver]
    as_of: datetime
    rules: str
    shares_known: bool

    def owned_by(self, lot: LotRow, party: str) -> bool:
        """Whether a party made the lot or holds it."""
        return party in (lot.holder, lot.made_by.iss)

    def touches(self, party: str) -> bool:
        """Whether the start is the party's own, or linked to a lot of its own."""
        if self.owned_by(self.start, party):
            return True
        ends = [
            (arc.from_lot, arc.to_lot)
            for arc in self.closure.arcs
            if self.start.id in (arc.from_lot, arc.to_lot)
        ]
        return any(self.owned_by(self.lots[lot], party) for pair in ends for lot in pair)


def regulator_document(journey: Journey) -> dict[str, Any]:
    """Everything, and the digest of the report inside."""
    return _document(journey, journey.reached, journey.closure.arcs, "regulator")


def enterprise_document(journey: Journey, party: str) -> dict[str, Any]:
    """The party's own lots and links, and one step beyond them each way."""
    arcs = [
        arc
        for arc in journey.closure.arcs
        if any(journey.owned_by(journey.lots[lot], party) for lot in (arc.from_lot, arc.to_lot))
    ]
    seen = _connected(journey.start.id, arcs)
    reached = tuple(each for each in journey.reached if each.lot.id in seen)
    return _document(journey, reached, [arc for arc in arcs if arc.from_lot in seen], "enterprise")


def journey_document(journey: Journey) -> dict[str, Any]:
    """Regions and days, nothing that names a firm, an amount or a lot besides the one asked for."""
    steps = {_public_step(journey, each.lot) for each in journey.reached}
    return {
        "format": FORMAT,
        "view": "public",
        "query": _query(journey),
        "lot": journey.start.urn,
        "steps": [
            {"kind": kind, "productName": name, "region": region, "from": first, "to": last}
            for first, last, kind, name, region in sorted(steps)
        ],
        "truncated": journey.closure.truncated,
    }


def _document(journey: Journey, reached: Sequence[Reached], arcs: Sequence[Arc], view: str) -> dict[str, Any]:
    shown = {each.lot.id for each in reached}
    report = _report(journey, reached, arcs)
    ends = [end for end in journey.ends if end.lot in shown]
    return {
        **report.as_dict(),
        "format": FORMAT,
        "view": view,
        "digest": report.digest,
        "lots": [_lot(journey, each) for each in reached],
        "links": [_link(journey, arc) for arc in arcs],
        "sources": _sources(journey, reached),
        "receivers": _receivers(journey, shown),
        "disputes": [_dispute(journey, one) for one in journey.disputes if one.lot in shown],
        "sharesKnown": journey.shares_known,
        "openEnds": [_end(journey, end) for end in ends],
    }


def _report(journey: Journey, reached: Sequence[Reached], arcs: Sequence[Arc]) -> TraceReport:
    closure, shown = journey.closure, {each.lot.id for each in reached}
    records: dict[str, str] = {each.lot.made_by.statement: "signed" for each in reached}
    for arc in arcs:
        records[arc.statement] = DISPUTED if arc.state == DISPUTED else records.get(arc.statement, "signed")
    return TraceReport(
        query=_query(journey),
        start=(journey.start.urn,),
        assumptions=closure.assumptions.as_dict(),
        as_of=journey.as_of,
        rules=journey.rules,
        records=tuple(UsedRecord(stmt, sha256_of(stmt), state) for stmt, state in records.items()),
        rows=tuple(
            Row(
                each.lot.urn,
                each.lot.holder,
                each.lot.place,
                each.lot.quantity,
                each.when,
                each.share,
                each.path,
            )
            for each in reached
        ),
        truncated=closure.truncated,
        open_ends=tuple(end.as_dict() for end in journey.ends if end.lot in shown),
        excluded=tuple(gone.as_dict() for gone in closure.excluded if gone.at in shown),
        unexplored=tuple(journey.lots[lot].urn for lot in closure.unexplored),
    )


def _query(journey: Journey) -> dict[str, str]:
    up = journey.closure.direction == UP
    return {"direction": "upstream" if up else "downstream", "lot": journey.start.urn}


def _lot(journey: Journey, each: Reached) -> dict[str, Any]:
    row = each.lot
    return {
        "lot": row.urn,
        "kind": row.kind,
        "product": row.product,
        "productName": row.product_name,
        "batchNo": row.batch_no,
        "quantity": row.quantity.as_json(),
        "available": row.available.as_json(),
        "holder": row.holder,
        "holderName": journey.parties.get(row.holder or "", {}).get("name"),
        "statedBy": row.made_by.iss,
        "place": row.place,
        "placeName": journey.places.get(row.place or "", {}).get("name"),
        "plots": _plots(journey, row),
        "produced": interval_json(row.produced),
        "state": row.state,
        "when": iso(each.when),
        "share": share_as_dict(each.share) if each.share else None,
        "marks": [mark_json(mark) for mark in each.marks],
        "statement": row.made_by.statement,
        "path": list(each.path),
    }


def _plots(journey: Journey, row: LotRow) -> list[dict[str, Any]]:
    known = journey.places
    return [
        {
            "place": plot,
            "name": known.get(plot, {}).get("name"),
            "region": region_name(known.get(plot, {}).get("region")),
        }
        for plot in row.detail.get("plots", ())
    ]


def _link(journey: Journey, arc: Arc) -> dict[str, Any]:
    return {
        "from": journey.lots[arc.from_lot].urn,
        "to": journey.lots[arc.to_lot].urn,
        "kind": arc.kind,
        "taken": quantity_json(arc.taken),
        "given": quantity_json(arc.given),
        "departure": interval_json(arc.departure),
        "arrival": interval_json(arc.arrival),
        "state": arc.state,
        "statement": arc.statement,
    }


def _sources(journey: Journey, reached: Sequence[Reached]) -> list[dict[str, Any]]:
    """Up: what the start came from, largest share first, with its part of the start's own quantity."""
    if journey.closure.direction != UP:
        return []
    found = [each for each in reached if each.share is not None and each.lot.id != journey.start.id]
    found.sort(key=lambda each: (-(each.share.high if each.share else 0), each.lot.urn))
    return [_source(journey, each, each.share) for each in found if each.share is not None]


def _source(journey: Journey, each: Reached, share: Share) -> dict[str, Any]:
    whole = journey.start.quantity
    return {
        "lot": each.lot.urn,
        "kind": each.lot.kind,
        "productName": each.lot.product_name,
        "quantity": each.lot.quantity.as_json(),
        "plots": _plots(journey, each.lot),
        "share": str(share.high) if share.exact else f"{share.low}..{share.high}",
        "percent": percent(share.high) if share.exact else f"{percent(share.low)}..{percent(share.high)}",
        "partOfStart": {"value": rounded(Fraction(whole.value) * share.high), "unit": whole.unit},
    }


def _receivers(journey: Journey, shown: set[int]) -> object:
    if journey.closure.direction == UP:
        return None
    found = [
        {
            "lot": journey.lots[lot].urn,
            "receiver": receiver.urn,
            "name": receiver.name or journey.parties.get(receiver.urn or "", {}).get("name"),
            "address": receiver.address or journey.parties.get(receiver.urn or "", {}).get("address"),
            "quantity": journey.lots[lot].quantity.as_json(),
            "shippedAt": journey.lots[lot].made_by.occurred_at.isoformat(),
        }
        for lot, receiver in sorted(journey.receivers.items())
        if lot in shown
    ]
    return found or NONE


def _dispute(journey: Journey, one: DisputeRow) -> dict[str, Any]:
    return {
        "lot": journey.lots[one.lot].urn if one.lot is not None else None,
        "subject": one.subject,
        "statements": list(one.statements),
        "values": list(one.values),
        "outcome": one.outcome,
    }


def _end(journey: Journey, end: OpenEnd) -> dict[str, str]:
    return {"lot": journey.lots[end.lot].urn, "kind": end.kind, "reason": end.reason}


def _public_step(journey: Journey, row: LotRow) -> tuple[str, str, str, str, str]:
    places = [*row.detail.get("plots", ()), *([row.place] if row.place else [])]
    named = {region_name(journey.places.get(place, {}).get("region")) for place in places}
    if not named - {""}:
        named = {region_name(journey.parties.get(row.made_by.iss, {}).get("region"))}
    first, last = (day_of(row.produced.earliest), day_of(row.produced.latest))
    return first, last, row.kind, row.product_name, "、".join(sorted(named - {""}))


def _connected(start: int, arcs: Sequence[Arc]) -> set[int]:
    near: dict[int, set[int]] = {}
    for arc in arcs:
        near.setdefault(arc.from_lot, set()).add(arc.to_lot)
        near.setdefault(arc.to_lot, set()).add(arc.from_lot)
    seen, frontier = {start}, [start]
    while frontier:
        frontier = [lot for lot in {n for each in frontier for n in near.get(each, ())} if lot not in seen]
        seen.update(frontier)
    return seen
