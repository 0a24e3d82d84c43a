"""Lot operations that the decisions share: making lots, taking from them, linking them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from trace.chain.admission.decision import Decision, civil
from trace.chain.chain_state import KnownLot
from trace.chain.effects import Interval, LotAmended, LotTaken, NewLink, NewLot, StatedLot
from trace.chain.facts import urns
from trace.chain.handover_effects import Formed
from trace.chain.lineage.arcs import ticks
from trace.chain.lineage.packings import FORMERLY, formerly, stated_of
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.errors.food import ForeignNamespace, LotExists, LotUnitInUse
from trace.frozen import grown
from trace.quantities import Quantity

SEVERAL: Final = 2
"""How many growers upstream are remembered: R11 asks only whether there is more than one."""
_GOODS: Final = 8
REWORK: Final = "rework"
"""The role of goods that go through a process again, and the kind of the link that brings them back."""


def make_lot(decision: Decision, stated: StatedLot) -> NewLot:
    """Note a new lot in the issuer's name; in a correction, the restated one under its old id.

    Where `stated` leaves them open, the issuer holds the lot and its number is that of its urn. Raises
    `ForeignNamespace`, `LotExists`, `LotUnitInUse`.
    """
    iss, urn = decision.claims.iss, stated.urn
    if urns.lot_owner(urn) != urns.owner_of(iss):
        raise ForeignNamespace(lot=urn, iss=iss)  # also in evidence: the name stays free for its owner
    before = decision.known.lots.get(urn)
    amended = decision.amending is not None and before is not None and before.id in decision.amending.lots
    if before is not None and not amended:
        decision.refuse(LotExists(lot=urn))
        return _as_it_is(before)
    unlike = before is not None and before.quantity.dimension != stated.quantity.dimension
    taken = before is not None and before.available != before.quantity
    if before is not None and unlike and taken and stated.kind != "consignment":
        # What was taken is stated in the old unit: nothing says how much of the new one is left. Of a
        # consignment pairs alone hold a part, and that is settled anew.
        decision.refuse(LotUnitInUse(lot=urn, unit=before.quantity.unit, other=stated.quantity.unit))
        stated, unlike = replace(stated, quantity=before.quantity), False
    if before is not None:
        stated = _with_former(decision, before, stated)
    named = {
        "holder": stated.holder if stated.kind == "consignment" else iss,
        "batch_no": stated.batch_no or urns.lot_batch(urn),
        "id": before.id if before is not None else decision.next_id("lot"),
    }
    lot = grown(stated, NewLot, named)
    if before is not None and unlike:
        decision.add(LotAmended(lot, _all_of(lot.quantity, before.available)))
    elif before is not None:
        decision.add(LotAmended(lot, lot.quantity - before.quantity.to(lot.quantity.unit)))
    else:
        decision.add(lot)
    return lot


def _with_former(decision: Decision, before: KnownLot, stated: StatedLot) -> StatedLot:
    """A lot that is stated anew, with what it was before: a failed test of then holds for those goods."""
    was, now = stated_of(before.kind, before.detail), stated_of(before.kind, stated.detail)
    former = formerly(was, now, ticks(decision.entry.logged_at) or 0)
    return replace(stated, detail={**stated.detail, FORMERLY: former}) if former else stated


def _all_of(now: Quantity, before: Quantity) -> Quantity:
    """What to add to the number that stood there in another dimension, so that all of the lot is there."""
    return Quantity.from_micro(now.micro - before.micro, now.base_unit)


def _as_it_is(lot: KnownLot) -> NewLot:
    """A lot that stands already, for what follows from a record that made it again."""
    stated = {member.name: getattr(lot, member.name) for member in fields(StatedLot)}
    return NewLot(id=lot.id, **stated)


def take(decision: Decision, lot: KnownLot, quantity: Quantity) -> None:
    """Take an amount out of what is available, in the lot's own unit; nothing where it does not convert."""
    taken = in_unit_of(lot, quantity)
    if taken is not None and not _is_foreign(decision, lot):
        decision.add(LotTaken(lot.id, taken))


def in_unit_of(lot: KnownLot, quantity: Quantity) -> Quantity | None:
    """An amount in the unit of a lot; None where another log took one that does not convert."""
    return quantity.to(lot.quantity.unit) if quantity.dimension == lot.quantity.dimension else None


def give_back(decision: Decision, lot_id: int, quantity: Quantity) -> None:
    """Undo a taking; nothing where the lot was restated in a unit that it does not convert to."""
    lot = decision.known.lot_of(lot_id)
    if lot is None or in_unit_of(lot, quantity) is not None:
        decision.add(LotTaken(lot_id, -quantity))


def tie(
    decision: Decision,
    ends: tuple[int, int],
    kind: str,
    amounts: tuple[Quantity | None, Quantity | None],
    *,
    departure: Interval,
    arrival: Interval,
    state: str = "signed",
) -> None:
    """A link from the upper to the lower lot; `amounts` are (taken, given), each in its own lot's unit."""
    taken, given = amounts
    upper = decision.known.lot_of(ends[0])
    if upper is not None and _is_foreign(decision, upper):
        row = decision.next_id("former")
        decision.add(Formed(row, ends[1], ends[0], None, kind, taken, "not_held"))
        return
    decision.add(NewLink(decision.next_id("link"), *ends, kind, taken, given, departure, arrival, state))
    mark_times(decision, ends, departure, arrival)


def mark_times(decision: Decision, ends: tuple[int, int], departure: Interval, arrival: Interval) -> None:
    """P27: tell both sides of a link that what went down it left before the upper lot was made or sent.

    The link stands. Of lots that this record makes itself nothing else can be known.
    """
    upper = decision.known.lot_of(ends[0])
    known = [moment for moment in (departure.latest, arrival.latest) if moment is not None]
    if upper is None or upper.produced.earliest is None or not known:
        return
    left, made = min(known), upper.produced.earliest
    if left < made:
        figures = {"lower": _urn_of(decision, ends[1]), "upper": upper.urn}
        for lot in (ends[1], upper.id):
            decision.mark("P27", lot, value=civil(left), limit=civil(made), **figures)


def _urn_of(decision: Decision, lot: int) -> str:
    fresh = (change.urn for change in decision.changes if isinstance(change, NewLot) and change.id == lot)
    return next(fresh, decision.known.lot_urns.get(lot, ""))


def _is_foreign(decision: Decision, lot: KnownLot) -> bool:
    """Whether another log's statement takes from goods of somebody else: a claim at most."""
    return decision.carried and lot.holder != decision.claims.iss


def span(start: datetime | None, end: datetime | None) -> Interval:
    return Interval(start, end)


def moment(at: datetime) -> Interval:
    return Interval(at, at)


def producers_of(lots: Iterable[KnownLot]) -> list[str]:
    """Owner ids of the growers upstream of these lots, at most `SEVERAL` of them."""
    found: set[str] = set()
    for lot in lots:
        listed = lot.detail.get("producers")
        if isinstance(listed, (list, tuple)):
            found.update(str(producer) for producer in listed)
    return sorted(found)[:SEVERAL]


def listed(lot: KnownLot | None, member: str) -> tuple[str, ...]:
    """A list of names in a lot's detail."""
    value = lot.detail.get(member) if lot is not None else None
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else ()


def goods_below(lot: KnownLot) -> list[str]:
    """The chain of the same goods for a lot that comes straight out of `lot`."""
    return [lot.urn, *listed(lot, "goods")][:_GOODS]


def same_goods(decision: Decision, lot: KnownLot) -> list[KnownLot]:
    """The lot and, as far as known, the lots that were the same goods before it."""
    before = (decision.known.lots.get(urn) for urn in listed(lot, "goods"))
    return [lot, *(one for one in before if one is not None)]


def made_for(principal: str | None, upper: KnownLot | None = None) -> dict[str, str]:
    """Whom goods are made for (委托方), where it is another than their maker: as stated, or as it was of the
    same goods before."""
    before = upper.detail.get("principal") if upper is not None else None
    named = principal or before
    return {"principal": str(named)} if named else {}


def released(decision: Decision, goods: Collection[KnownLot], statement: str | None) -> bool:
    """The named release test is about these goods and was passed."""
    return any(report.purpose == "release" for report in passed(decision, goods, statement))


def passed(decision: Decision, goods: Collection[KnownLot], statement: str | None) -> list[ReportNoted]:
    """The reports that the signer names and that its goods have passed.

    From now on one that nobody had asked for speaks for them: whoever names it stands behind it.
    """
    held = [lot for lot in goods if lot.holder == decision.claims.iss]
    found = [
        (lot, report)
        for lot in goods
        for report in lot.reports
        if report.statement_id == statement and report.conclusion == "pass"
    ]
    for lot, report in found:
        if not report.asked and lot in held:
            decision.add(ReportNamed(report.id, lot.id))
    return [report for _, report in found]
