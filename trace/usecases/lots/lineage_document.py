"""The document of a trace, as each kind of reader may have it.

Regulator: everything, with the report whose digest covers the question, the assumptions, every record used
and the answer. Enterprise: its own lots and links, and of the other side of a hand-over what that says: no
stock, no buyers, no exact plots, no figures of marks. Everybody else: regions and days.
A document is its members in order; those as long as the answer are iterators that read a part at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Final

from trace.calendar.shanghai import day_of
from trace.chain.editions import is_for_everybody
from trace.chain.effects import Mark
from trace.chain.lineage.arcs import DISPUTED, UP
from trace.chain.lineage.open_ends import OpenEnd
from trace.chain.lineage.report import (
    RECORDS,
    ROWS,
    Item,
    RunningDigest,
    TraceReport,
    percent,
    report_row,
    share_as_dict,
    used_record,
)
from trace.chain.lineage.shares import Share
from trace.chain.lineage.superset import CONTESTED, Step
from trace.chain.sight import CONSIGNMENT
from trace.identity.region import district_of
from trace.ledger.canonical import hex_digest
from trace.ledger.pairing import NOT_COMPARABLE
from trace.store.columns import moment
from trace.store.lots.details import DisputeRow
from trace.store.lots.scope import Consignment, ShownLink, ShownLot
from trace.store.lots.wide_graph import row_of
from trace.usecases.lots.json_forms import (
    mark_json,
    moment_json,
    rounded,
    span_json,
    stored_quantity_json,
)
from trace.usecases.lots.lineage_parts import Journey, Master, Places, Receiver
from trace.usecases.lots.lineage_told import assumed_by_name, excluded_by_name
from trace.usecases.lots.states import RECALLED
from trace.usecases.lots.states_above import SOURCE

FORMAT: Final = "trace-lineage/1"
CERTAIN: Final = "certain"
POSSIBLE: Final = "possible"
NONE: Final = "none"
"""Said in full where nobody received anything: an absent member could be an oversight."""

_UNKNOWN: Final[Mapping[str, str]] = {}
Members = Iterator[tuple[str, object]]


def regulator_document(journey: Journey) -> Members:
    """Everything, and the digest of the report inside."""
    return _document(journey, journey.closure.keys, journey.closure.steps, "regulator")


@dataclass(frozen=True, slots=True)
class _Own:
    """What an enterprise sees in a trace: lots of its own whole, of others the `amounts` of hand-overs."""

    party: str
    lots: Collection[int]
    amounts: Collection[int]


def enterprise_document(journey: Journey, party: str) -> Members:
    """The party's own lots and links, and a hand-over beyond them: it, and what it was taken from."""
    owned = journey.parts.owned(journey.closure.keys, party)
    upper, lower = (2, 1) if journey.closure.direction == UP else (1, 2)
    every = journey.closure.steps
    above = {step[upper] for step in every if step[lower] in owned} - owned
    below = {step[lower] for step in every if step[upper] in owned} - owned
    handed = {lot for lot, kind in journey.parts.kinds(sorted(above)) if kind == CONSIGNMENT}
    steps = [step for step in every if step[1] in owned or step[2] in owned or step[lower] in handed]
    seen = _connected(journey.start.id, steps)
    own = _Own(party, owned, owned | handed | below)
    return _document(journey, seen, [step for step in steps if step[1] in seen], "enterprise", own)


def journey_document(journey: Journey) -> Members:
    """Regions and days, nothing that names a firm, an amount or a lot besides the one asked for.

    Downstream only what the same maker made of it: where and when its buyers got it is theirs to tell.
    """
    up, maker = journey.closure.direction == UP, journey.start.made_by.iss
    found: set[tuple[str, str, str, str, str]] = set()
    for lots in journey.parts.bare_lots(sorted(journey.closure.keys)):
        parties, places = journey.parts.master(lots)
        found.update(_public_step(lot, parties, places) for lot in lots if up or lot.issuer == maker)
    steps = [
        {"kind": kind, "productName": name, "region": region, "from": first, "to": last}
        for first, last, kind, name, region in sorted(found)
    ]
    yield from {
        "format": FORMAT,
        "view": "public",
        "query": _query(journey),
        "lot": journey.start.urn,
        "steps": steps,
        "truncated": journey.closure.truncated,
    }.items()


def _document(
    journey: Journey, shown: Collection[int], steps: Sequence[Step], view: str, own: _Own | None = None
) -> Members:
    """`own` is what of it is the reader's; None for a regulator, who sees all of it."""
    told_of = shown if own is None else {lot for lot in shown if lot in own.lots}
    ends = [end for end in journey.ends if end.lot in told_of]
    report = _report(journey, told_of, ends, own)
    digest = RunningDigest(report)
    lots = sorted(shown)
    long = {
        RECORDS: lambda: digest.records(_records(journey, lots, steps)),
        ROWS: lambda: digest.rows(_rows(journey, lots, own)),
    }
    named = journey.parts.urns(end.lot for end in ends)
    told = {"format": FORMAT, "openEnds": [_end(named, end) for end in ends]}
    for name, value in report.members().items():
        yield name, long[name]() if name in long else told.get(name, value)
    yield "view", view
    yield "digest", digest.hexdigest()
    yield "lots", _lots(journey, lots, own)
    yield "links", map(_link, journey.parts.links(step[0] for step in steps))
    yield "sources", _sources(journey, shown, own)
    yield "receivers", _receivers(journey, [lot for lot in lots if lot in told_of])
    yield "disputes", _disputes(journey, lots, own)
    yield "sharesKnown", journey.shares_known


def _report(
    journey: Journey, told_of: Collection[int], ends: Sequence[OpenEnd], own: _Own | None
) -> TraceReport:
    closure = journey.closure
    left_out: Collection[int] = closure.unexplored
    if own is not None:
        left_out = sorted(journey.parts.owned(left_out, own.party))
    return TraceReport(
        query=_query(journey),
        start=(journey.start.urn,),
        assumptions=assumed_by_name(
            journey.parts, closure.assumptions.as_dict(), closure.assumptions.kill_steps
        ),
        as_of=journey.as_of,
        rules=journey.rules,
        truncated=closure.truncated,
        open_ends=tuple(end.as_dict() for end in ends),
        excluded=excluded_by_name(
            journey.parts,
            (gone for gone in closure.excluded if own is None or gone.at in told_of),
        ),
        unexplored=tuple(journey.parts.urns(left_out).values()),
    )


def _query(journey: Journey) -> dict[str, str]:
    up = journey.closure.direction == UP
    return {"direction": "upstream" if up else "downstream", "lot": journey.start.urn}


def _records(journey: Journey, lots: Sequence[int], steps: Sequence[Step]) -> Iterator[Item]:
    """Every record used, by its id: those of the lots and those of the links."""
    disputed = set(journey.parts.statements(row_of(step[0]) for step in steps if step[5] & CONTESTED))
    rows = sorted([*lots, *(step[0] if step[0] >= 0 else row_of(step[0]) for step in steps)])
    for statement in journey.parts.statements(rows):
        yield used_record(statement, hex_digest(statement), DISPUTED if statement in disputed else "signed")


def _rows(journey: Journey, lots: Sequence[int], own: _Own | None) -> Iterator[Item]:
    for part, paths in journey.parts.lines(lots):
        for line in part:
            whole = own is None or line.id in own.lots
            counted = line.quantity and (own is None or line.id in own.amounts)
            yield report_row(
                lot=line.urn,
                holder=line.holder,
                place=line.place if whole else None,
                quantity=stored_quantity_json(line.quantity, line.unit) if counted else None,
                when=moment_json(journey.closure.micros(line.id)),
                share=journey.shares.get(line.id),
                path=paths[line.id],
            )


def _lots(journey: Journey, lots: Sequence[int], own: _Own | None) -> Iterator[Item]:
    for part, paths in journey.parts.lots(lots):
        parties, places = journey.parts.master(part)
        marks = journey.parts.marks([lot.id for lot in part])
        for lot in part:
            shown = _lot(journey, lot, parties, places, paths[lot.id], marks.get(lot.id, ()))
            yield (
                shown
                if own is None or lot.id in own.lots
                else _masked(shown, marks.get(lot.id, ()), own, lot)
            )


def in_stock(lot: ShownLot) -> int:
    """What it holds, of a consignment no less than nothing (`json_forms.in_stock`)."""
    return max(lot.available, 0) if lot.kind == "consignment" else lot.available


def _lot(
    journey: Journey, lot: ShownLot, parties: Master, places: Places, path: list[str], marks: Sequence[Mark]
) -> Item:
    share, source = journey.shares.get(lot.id), journey.states.source(lot.id)
    return {
        "lot": lot.urn,
        "kind": lot.kind,
        "product": lot.product,
        "productName": lot.product_name,
        "batchNo": lot.batch_no,
        "quantity": stored_quantity_json(lot.quantity, lot.unit),
        "available": stored_quantity_json(in_stock(lot), lot.unit),
        "holder": lot.holder,
        "holderName": parties.get(lot.holder or "", _UNKNOWN).get("name"),
        "statedBy": lot.issuer,
        "place": lot.place,
        "placeName": places.get((lot.place or "", lot.issuer), _UNKNOWN).get("name"),
        "plots": _plots(places, lot),
        "produced": span_json(lot.produced_from, lot.produced_to),
        "state": journey.states.state(lot.id, lot.state),
        "when": moment_json(journey.closure.micros(lot.id)),
        "share": share_as_dict(share) if share else None,
        "marks": list(map(mark_json, marks)),
        "statement": lot.statement,
        "path": path,
        **({"word": POSSIBLE} if lot.id in journey.possible else {}),
        **({"order": source} if source is not None else {}),
    }


def _masked(shown: Item, marks: Sequence[Mark], own: _Own, lot: ShownLot) -> Item:
    """A lot of the other side: its member names stay, what is not the reader's business is null or empty."""
    told = [{**mark_json(mark), "params": {}} for mark in marks if is_for_everybody(mark.code)]
    hidden = {"available": None, "place": None, "placeName": None, "plots": [], "marks": told}
    if lot.id not in own.amounts:
        hidden["quantity"] = None
    if lot.holder not in {lot.issuer, own.party}:
        hidden |= {"holder": None, "holderName": None}
    # What came to it from elsewhere is not the reader's business, but that it is recalled.
    kept = {**shown, **hidden, "state": lot.state}
    if kept.get("order") != SOURCE[RECALLED]:
        kept.pop("order", None)
    return kept


def _plots(known: Places, lot: ShownLot) -> list[Item]:
    return [
        {
            "place": plot,
            "name": known.get((plot, lot.issuer), _UNKNOWN).get("name"),
            "region": district_of(known.get((plot, lot.issuer), _UNKNOWN).get("region")),
        }
        for plot in lot.plots
    ]


def _link(link: ShownLink) -> Item:
    departure = link.departure_from, link.departure_to
    arrival = link.arrival_from, link.arrival_to
    left = span_json(*departure)
    return {
        "from": link.upper,
        "to": link.lower,
        "kind": link.kind,
        "taken": stored_quantity_json(link.taken, link.taken_unit),
        "given": stored_quantity_json(link.given, link.given_unit),
        "departure": left,
        "arrival": left if arrival == departure else span_json(*arrival),
        "state": link.state,
        "statement": link.statement,
        **({"amounts": NOT_COMPARABLE} if _is_not_compared(link) else {}),
    }


def _is_not_compared(link: ShownLink) -> bool:
    """Whether both sides confirm the goods, and nothing converts the amounts that they state."""
    stands = link.kind == "receive" and link.state in {"signed", DISPUTED}
    return stands and link.taken is None and link.given is not None


def _sources(journey: Journey, shown: Collection[int], own: _Own | None) -> list[Item]:
    """Up: what the start came from, largest share first, with its part of the start's own quantity."""
    if journey.closure.direction != UP:
        return []
    shares = {lot: share for lot, share in journey.shares.items() if lot in shown and lot != journey.start.id}
    found: list[tuple[Share, str, Item]] = []
    for part, _ in journey.parts.lots(sorted(shares)):
        _, places = journey.parts.master(part)
        found += [
            (shares[lot.id], lot.urn, _source(journey, lot, shares[lot.id], places, own)) for lot in part
        ]
    found.sort(key=lambda each: (-each[0].high, each[1]))
    return [source for *_, source in found]


def _source(journey: Journey, lot: ShownLot, share: Share, places: Places, own: _Own | None) -> Item:
    whole = journey.start.quantity
    counted = own is None or lot.id in own.amounts
    ours = own is None or journey.start.id in own.lots
    return {
        "lot": lot.urn,
        "kind": lot.kind,
        "productName": lot.product_name,
        "quantity": stored_quantity_json(lot.quantity, lot.unit) if counted else None,
        "plots": _plots(places, lot) if own is None or lot.id in own.lots else [],
        "share": str(share.high) if share.exact else f"{share.low}..{share.high}",
        "percent": percent(share.high) if share.exact else f"{percent(share.low)}..{percent(share.high)}",
        "partOfStart": {"value": rounded(Fraction(whole.value) * share.high), "unit": whole.unit}
        if ours
        else None,
    }


def _receivers(journey: Journey, lots: Sequence[int]) -> object:
    if journey.closure.direction == UP:
        return None
    found = (_receiver(one, who) for one, who in journey.parts.receivers(lots))
    first = next(found, None)
    return NONE if first is None else chain((first,), found)


def _receiver(one: Consignment, who: Receiver) -> Item:
    return {
        "lot": one.urn,
        "receiver": who.urn,
        "name": who.name,
        "address": who.address,
        "quantity": stored_quantity_json(one.quantity, one.unit),
        "shippedAt": moment_json(one.shipped_at),
    }


def _disputes(journey: Journey, lots: Sequence[int], own: _Own | None) -> list[Item]:
    found = journey.parts.disputes(lots)
    urns = journey.parts.urns({one.lot for one in found if one.lot is not None})
    return [_dispute(one, urns, own) for one in found]


def _dispute(one: DisputeRow, urns: dict[int, str], own: _Own | None) -> Item:
    """What both sides say is for those two: the holder of what was received, and who handed it over."""
    told = own is None or one.lot in own.amounts
    return {
        "lot": urns[one.lot] if one.lot is not None else None,
        "subject": one.subject,
        "statements": list(one.statements),
        "values": list(one.values) if told else [],
        "outcome": one.outcome,
    }


def _end(urns: dict[int, str], end: OpenEnd) -> dict[str, str]:
    return {"lot": urns[end.lot], "kind": end.kind, "reason": end.reason}


def _public_step(lot: ShownLot, parties: Master, known: Places) -> tuple[str, str, str, str, str]:
    places = [*lot.plots, *([lot.place] if lot.place else [])]
    named = {district_of(known.get((place, lot.issuer), {}).get("region")) for place in places}
    if not named - {""}:
        named = {district_of(parties.get(lot.issuer, {}).get("region"))}
    first, last = (day_of(moment(end)) for end in (lot.produced_from, lot.produced_to))
    return first, last, lot.kind, lot.product_name, "、".join(sorted(named - {""}))


def _connected(start: int, steps: Sequence[Step]) -> set[int]:
    near: dict[int, set[int]] = {}
    for step in steps:
        near.setdefault(step[1], set()).add(step[2])
        near.setdefault(step[2], set()).add(step[1])
    seen, frontier = {start}, [start]
    while frontier:
        frontier = [lot for lot in {n for each in frontier for n in near.get(each, ())} if lot not in seen]
        seen.update(frontier)
    return seen
