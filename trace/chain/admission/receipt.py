"""Decision on goods received (进货查验): R03, R06, R07, R19, and the supplier's own record (R18).

What differs from the supplier's record is recorded, marked and disputed, never refused (docs/adr/0033).
"""

from __future__ import annotations

from collections.abc import Mapping

from trace.chain.admission.decision import Decision, day_of, exceeds, percent, share_of, shown
from trace.chain.admission.lots import (
    make_lot,
    moment,
    producers_of,
    span,
    take,
    tie,
)
from trace.chain.admission.proofs import proven
from trace.chain.chain_state import KnownLot
from trace.chain.effects import Interval, LotMentioned, Mark, NewDispute, NewLot, StatedLot
from trace.chain.facts import MaterialReceived, urns
from trace.quantities import Quantity

PRIVATE = frozenset({"supplier", "supplierName", "supplierAddress", "supplierContact"})
"""Members that the signer may conceal; a digest in their place counts as stated."""


def receipt(decision: Decision, fact: MaterialReceived) -> None:
    """A material lot, tied to the supplier's lot where that is known."""
    upper = decision.known.lots.get(fact.supplier_lot) if fact.supplier_lot else None
    lot = make_lot(
        decision,
        StatedLot(
            fact.lot,
            "material",
            fact.product_name,
            fact.quantity,
            moment(fact.received_at),
            product=fact.product,
            place=fact.place,
            batch_no=fact.batch_no or "",
            detail={
                "role": fact.role,
                "spec": fact.spec,
                "supplierLot": fact.supplier_lot,
                "producers": _growers(fact, upper),
                "proofs": [proof.kind for proof in fact.proofs],
                "proven": proven(fact.proofs),
                "productionDate": fact.production_date.isoformat() if fact.production_date else None,
                "receivedAt": fact.received_at.isoformat(),
            },
        ),
    )
    if upper is None:
        decision.mark("R19", lot.id, value=fact.supplier_lot or "", limit="1", open=True)
    else:
        _join(decision, fact, upper, lot)
    _check_record(decision, lot)
    _check_licence(decision, fact, lot)
    if not proven(fact.proofs) and fact.role in {"ingredient", "additive"} and not _vouched(upper):
        decision.mark("R07", lot.id, value=[proof.kind for proof in fact.proofs], limit="1")


def _join(decision: Decision, fact: MaterialReceived, upper: KnownLot, lot: NewLot) -> None:
    """The link from the supplier's lot; disputed when the amounts do not fit."""
    other = _disagreement(decision, fact, upper)
    take(decision, upper, fact.quantity)
    tie(
        decision,
        (upper.id, lot.id),
        "receive",
        (fact.quantity.to(upper.quantity.unit), fact.quantity),
        departure=_departure(upper, fact),
        arrival=moment(fact.received_at),
        state="disputed" if other is not None else "signed",
    )
    decision.add(LotMentioned(upper.id, "received"))
    if other is not None:
        _dispute(decision, fact, upper, lot, other)


def _departure(upper: KnownLot, fact: MaterialReceived) -> Interval:
    """Consigned goods left when they were shipped; of others only the latest time is known."""
    earliest = upper.produced.earliest if upper.kind == "consignment" else None
    return span(earliest if earliest is None or earliest <= fact.received_at else None, fact.received_at)


def _disagreement(decision: Decision, fact: MaterialReceived, upper: KnownLot) -> Quantity | None:
    """What the supplier's record allows, if this receipt does not fit it.

    A consignment is one delivery and must agree either way; of another lot all receipts together may not
    exceed what there was.
    """
    tolerance = share_of(decision.rule("R18", what="receipt"))
    stated, received = upper.quantity, fact.quantity
    if upper.kind == "consignment" and upper.available == stated:
        differs = exceeds(received, stated, tolerance) or exceeds(stated, received, tolerance)
        return stated if differs else None
    if not exceeds(stated - upper.available + received, stated, tolerance):
        return None
    return upper.available if upper.available.value > 0 else Quantity.zero(upper.quantity.unit)


def _dispute(
    decision: Decision, fact: MaterialReceived, upper: KnownLot, lot: NewLot, other: Quantity
) -> None:
    """Both statements stay; marks close the gates on both lots until the dispute is settled."""
    admission = decision.admission("R18")
    if admission is None:
        return
    tolerance = decision.rule("R18", what="receipt")
    figures: dict[str, object] = {
        "clause": f"{tolerance.source} {tolerance.clause}",
        "value": shown(fact.quantity),
        "limit": shown(other),
        "tolerance": percent(share_of(tolerance)),
        "supplierLot": upper.urn,
        "stated": shown(upper.quantity),
    }
    for lot_id in (lot.id, upper.id):
        decision.add(
            Mark(decision.next_id("mark"), "R18", admission.code, lot_id, admission.gates, dict(figures))
        )
    decision.add(
        NewDispute(
            decision.next_id("dispute"),
            lot.id,
            (decision.entry.statement_id, upper.statement),
            "quantity",
            (shown(fact.quantity), shown(other)),
        )
    )


def _check_record(decision: Decision, lot: NewLot) -> None:
    """R03: which of the nine fields are missing. "a|b" wants one of two."""
    rule = decision.rule("R03")
    missing = missing_of(decision, rule.items, PRIVATE)
    if missing:
        stated = len(rule.items) - len(missing)
        decision.mark("R03", lot.id, value=stated, limit=len(rule.items), missing=missing)


def missing_of(decision: Decision, wanted: tuple[str, ...], private: frozenset[str]) -> list[str]:
    """Wanted members that are not stated. As many private ones as there are digests count as concealed."""
    absent = [name for name in wanted if not _stated(decision.raw, name)]
    hidden = [name for name in absent if name in private]
    concealed = set(hidden[: decision.concealed])
    return [name for name in absent if name not in concealed]


def _stated(raw: Mapping[str, object], wanted: str) -> bool:
    """Whether the member, or one of "a|b", holds something (false and zero are something)."""
    if raw.get(wanted):
        return True
    return any(raw.get(name) not in (None, "", [], {}) for name in wanted.split("|"))


def _check_licence(decision: Decision, fact: MaterialReceived, lot: NewLot) -> None:
    """R06: the supplier's production licence on the day of receipt, as far as it is known and public."""
    day = day_of(fact.received_at)
    for holder in fact.suppliers:
        for urn in decision.known.held.get(holder, ()):
            licence = decision.known.licences.get(urn, {})
            if licence.get("kind") != "food_production":
                continue
            until = str(licence.get("validTo", ""))
            if until < day.isoformat() or licence.get("status") != "valid":
                decision.mark("R06", lot.id, licence=urn, value=day.isoformat(), limit=until)


def _growers(fact: MaterialReceived, upper: KnownLot | None) -> list[str]:
    if upper is not None:
        return producers_of([upper])
    return [urns.lot_owner(fact.supplier_lot)] if fact.supplier_lot else []


def _vouched(upper: KnownLot | None) -> bool:
    """The supplier's lot itself has a certificate or a passed report."""
    return upper is not None and (
        bool(upper.certificates) or any(report.conclusion == "pass" for report in upper.reports)
    )
