"""Decisions on tests, packs, shipments and disposals: R04, R05, R12, R15, R18, R20."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from trace.chain.admission import balance
from trace.chain.admission.addressed import check_addressed
from trace.chain.admission.codes import allocate
from trace.chain.admission.decision import Decision
from trace.chain.admission.gates import declare_gates, declare_orders
from trace.chain.admission.label import check_label
from trace.chain.admission.licence import check_licence
from trace.chain.admission.lots import (
    goods_below,
    listed,
    make_lot,
    moment,
    released,
    same_goods,
    span,
    take,
    tie,
)
from trace.chain.admission.receipt import missing_of
from trace.chain.admission.transformation import uppers_of
from trace.chain.chain_state import KnownLot
from trace.chain.effects import DisposalNoted, LotMentioned, MarkCleared, PackNoted, ReportNoted, StatedLot
from trace.chain.facts import GoodsDisposed, GoodsPacked, GoodsShipped, ReportIssued, Taken
from trace.errors.food import LotNotHeld, OutgoingRecordIncomplete, ShippedUntested
from trace.parties import LAB, REGULATORS

MADE: Final = frozenset({"product", "pack", "wip", "batch", "rework"})
"""Kinds of lots that a producer makes: they leave tested and with the ten fields (食品安全法 §51, §52)."""
RECEIVER: Final = frozenset({"receiver", "receiverName", "receiverAddress", "receiverContact"})
DISPOSED: Final = "disposal"
"""The role of a disposal on the time line of its lot, and of no lot made of it."""
_INDEPENDENT: Final = REGULATORS | {LAB}


def report(decision: Decision, fact: ReportIssued) -> None:
    """A test of a lot: a laboratory or a bureau of any lot, everyone else of its own. R05: a failure."""
    lot = decision.lot(fact.lot)
    if _INDEPENDENT.isdisjoint(decision.roles) and lot.holder != decision.claims.iss:
        decision.refuse(LotNotHeld(lot=fact.lot, iss=decision.claims.iss))
    decision.add(
        ReportNoted(
            decision.next_id("report"),
            lot.id,
            fact.report_no,
            fact.purpose,
            fact.conclusion,
            decision.entry.statement_id,
            decision.public,
        )
    )
    decision.add(LotMentioned(lot.id, "report"))
    if fact.conclusion == "fail":
        _mark_failed(decision, fact, lot)
    elif fact.purpose == "incoming":
        for mark in lot.marks:
            if mark.rule == "R07" and mark.declared is None:
                decision.add(MarkCleared(mark.id))


def pack(decision: Decision, fact: GoodsPacked) -> None:
    """A pack lot with its code, inactive. R12, R15 and R20 mark it and close the gate of the code."""
    upper = decision.held_lot(fact.from_lot)
    lot = make_lot(
        decision,
        StatedLot(
            fact.lot,
            "pack",
            str(decision.known.products.get(fact.product, {}).get("name") or upper.product_name),
            fact.quantity,
            moment(fact.packed_at),
            product=fact.product,
            place=fact.place,
            batch_no=fact.batch_no,
            detail={
                "goods": goods_below(upper),
                "producers": list(listed(upper, "producers")),
                "packs": fact.packs.as_json(),
                "netContent": fact.net_content.as_json(),
                "productionDate": fact.production_date.isoformat(),
                "expiryDate": fact.expiry_date.isoformat(),
                "lbNo": fact.lb_no,
            },
        ),
    )
    declare_orders(decision, (upper,), fact, lot.id)
    balance.check_available(decision, fact, (Taken(fact.from_lot, fact.quantity),), lot.id)
    balance.check_packs(decision, fact, lot.id)
    take(decision, upper, fact.quantity)
    tie(
        decision,
        (upper.id, lot.id),
        "pack",
        (fact.quantity.to(upper.quantity.unit), fact.quantity),
        departure=moment(fact.packed_at),
        arrival=moment(fact.packed_at),
    )
    state = _pack_state(decision, lot.urn)
    decision.add(
        PackNoted(
            decision.next_id("pack"),
            lot.id,
            fact.product,
            fact.gtin,
            fact.batch_no,
            fact.code_level,
            state,
            decision.public,
        )
    )
    allocate(decision, fact, lot.id)
    check_licence(decision, fact, lot.id)
    check_label(decision, fact, lot.id)


def shipment(decision: Decision, fact: GoodsShipped) -> None:
    """A consignment: what left, and (perhaps concealed) to whom. It happened, so slips are declared."""
    upper = decision.held_lot(fact.from_lot)
    lot = make_lot(
        decision,
        StatedLot(
            fact.lot,
            "consignment",
            upper.product_name,
            fact.quantity,
            span(fact.shipped_at, fact.shipped_at),
            product=upper.product,
            holder=fact.receiver,
            batch_no=upper.batch_no,
            detail={
                "goods": goods_below(upper),
                "producers": list(listed(upper, "producers")),
                "packs": fact.packs.as_json() if fact.packs else None,
                "shippedAt": fact.shipped_at.isoformat(),
            },
        ),
    )
    check_addressed(decision, fact)
    balance.check_available(decision, fact, (Taken(fact.from_lot, fact.quantity),), lot.id)
    goods = same_goods(decision, upper)
    if upper.kind in MADE:
        _check_outgoing(decision, fact, upper, goods, lot.id)
    declare_gates(decision, goods, ("shipment", "release"), fact, lot.id)
    take(decision, upper, fact.quantity)
    tie(
        decision,
        (upper.id, lot.id),
        "ship",
        (fact.quantity.to(upper.quantity.unit), fact.quantity),
        departure=moment(fact.shipped_at),
        arrival=span(fact.shipped_at, None),
    )


def disposal(decision: Decision, fact: GoodsDisposed) -> None:
    """Goods that leave the chain: destroyed, donated, sampled or expired. No more than is left (R18), and
    nobody is given what is held or recalled (P05)."""
    taken = Taken(fact.lot, fact.quantity)
    (lot,) = uppers_of(decision, (taken,), moment(fact.occurred_at))
    if fact.manner == "donated":  # somebody will eat it; whatever else is held may well be destroyed
        declare_orders(decision, (lot,), fact, lot.id)
    balance.check_available(decision, fact, (taken,), lot.id)
    take(decision, lot, fact.quantity)
    decision.add(
        DisposalNoted(
            decision.next_id("disposal"),
            lot.id,
            fact.quantity.to(lot.quantity.unit),
            fact.manner,
            decision.public,
        )
    )
    decision.add(LotMentioned(lot.id, DISPOSED))


def _mark_failed(decision: Decision, fact: ReportIssued, lot: KnownLot) -> None:
    failed = [item for item in fact.items if item.verdict == "fail"]
    decision.mark(
        "R05",
        lot.id,
        purpose=fact.purpose,
        hazard=fact.hazard,
        items=[item.name for item in failed],
        value="; ".join(f"{item.name} {item.value} {item.unit or ''}".strip() for item in failed),
        limit="; ".join(f"{item.name} {item.limit or ''} {item.unit or ''}".strip() for item in failed),
    )


def _pack_state(decision: Decision, urn: str) -> str:
    """Inactive at first; a correction does not switch codes on or off."""
    before = decision.known.lots.get(urn)
    return before.pack.state if before is not None and before.pack is not None else "inactive"


def _check_outgoing(
    decision: Decision, fact: GoodsShipped, upper: KnownLot, goods: Collection[KnownLot], lot: int
) -> None:
    """R05, then R04, for goods that a producer made."""
    active = upper.pack is not None and upper.pack.state == "active"
    if not active and not released(goods, fact.release_report):
        decision.must(
            "R05", ShippedUntested, lot, fact, lot=upper.urn, value=fact.release_report or "", limit=1
        )
    wanted = decision.rule("R04").items
    missing = [name for name in missing_of(decision, wanted, RECEIVER) if not _held(name, upper, active)]
    if missing or fact.declaration("R04") is not None:
        stated = len(wanted) - len(missing)
        decision.must(
            "R04",
            OutgoingRecordIncomplete,
            lot,
            fact,
            lot=upper.urn,
            value=stated,
            limit=len(wanted),
            missing=missing,
        )


def _held(wanted: str, upper: KnownLot, active: bool) -> bool:
    """Fields of the outgoing record that the shipped lot itself has on record."""
    held = {
        "productName": bool(upper.product_name),
        "spec": bool(upper.detail.get("netContent") or upper.detail.get("spec")),
        "batchNo": bool(upper.batch_no),
        "productionDate": bool(upper.detail.get("productionDate")),
        "shelfLife": bool(upper.detail.get("expiryDate")),
        "releaseReport": active,
    }
    return any(held.get(name, False) for name in wanted.split("|"))
