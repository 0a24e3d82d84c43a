"""Decisions on packs, shipments and disposals: R04, R05, R12, R15, R18, R20."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from trace.chain import facts
from trace.chain.admission import balance
from trace.chain.admission.addressed import check_given
from trace.chain.admission.codes import allocate
from trace.chain.admission.consignment import consign, depart
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, shown
from trace.chain.admission.gates import ORDERS, declare_gates, declare_orders
from trace.chain.admission.label import check_label
from trace.chain.admission.licence import check_licence
from trace.chain.admission.lots import (
    goods_below,
    in_unit_of,
    listed,
    made_for,
    make_lot,
    moment,
    released,
    same_goods,
    take,
    tie,
)
from trace.chain.admission.numbers import BY_CODE, check_pack
from trace.chain.admission.receipt import missing_of
from trace.chain.admission.transformation import uppers_of
from trace.chain.chain_state import KnownLot
from trace.chain.editions import SECOND
from trace.chain.effects import DisposalNoted, LotMentioned, PackNoted, StatedLot
from trace.chain.facts import GoodsDisposed, GoodsPacked, GoodsShipped, Taken
from trace.chain.facts.goods import DONATED
from trace.chain.facts.oversight import RETURN
from trace.errors.codes import CodeWouldNotResolve
from trace.errors.food import NetContentDiffers, OutgoingRecordIncomplete, ShippedUntested
from trace.ledger.pairing.opening import opens
from trace.quantities import Quantity

MADE: Final = frozenset({"product", "pack", "wip", "batch", "rework"})
"""Kinds of lots that a producer makes: they leave tested and with the ten fields (食品安全法 §51, §52)."""
RECEIVER: Final = frozenset({"receiver", "receiverName", "receiverAddress", "receiverContact"})
_DOTS: Final = frozenset({".", ".."})
"""Batch numbers that no browser asks for: it resolves them before it sends the address."""


@decides(facts.goods.PACK)
def pack(decision: Decision, fact: GoodsPacked) -> None:
    """A pack lot with its code, inactive. R12, R15, R20 and a number that the packer may not speak for mark
    it and close the gate of the code."""
    upper = decision.held_lot(fact.from_lot)
    _check_content(decision, fact)
    if fact.batch_no in _DOTS and fact.gtin is not None:
        decision.refuse(CodeWouldNotResolve(lot=fact.lot, code=fact.batch_no), since=SECOND)
    lot = make_lot(
        decision,
        StatedLot(
            fact.lot,
            "pack",
            str(
                decision.known.master.product(fact.product, decision.claims.iss).get("name")
                or upper.product_name
            ),
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
                **made_for(fact.principal, upper),
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
        (in_unit_of(upper, fact.quantity), fact.quantity),
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
    check_pack(decision, fact, lot.id)
    allocate(decision, fact, lot.id)
    check_licence(decision, fact, lot.id)
    check_label(decision, fact, lot.id)


def _check_content(decision: Decision, fact: GoodsPacked) -> None:
    """A GTIN stands for one net content: a pack of another one needs another GTIN."""
    product = decision.known.master.product(fact.product, decision.claims.iss)
    registered = product.get("netContent") if fact.product.startswith("urn:gtin:") else None
    if not isinstance(registered, Mapping):
        return
    content = Quantity.of(registered.get("value"), registered.get("unit"))
    if content != fact.net_content:
        told = {"product": fact.product, "value": shown(fact.net_content), "limit": shown(content)}
        decision.refuse(NetContentDiffers(**told), since=SECOND)


@decides(facts.goods.SHIPMENT)
def shipment(decision: Decision, fact: GoodsShipped) -> None:
    """A consignment: what left, and (perhaps concealed) to whom. It happened, so slips are declared."""
    upper = decision.held_lot(fact.from_lot)
    lot = consign(
        decision,
        fact,
        upper,
        fact.lot,
        fact.shipped_at,
        holder=fact.receiver,
        packs=fact.packs,
        temperature=fact.temperature,
    )
    goods = same_goods(decision, upper)
    if upper.kind in MADE:
        _check_outgoing(decision, fact, upper, goods, lot.id)
    if not _goes_back(decision, fact):
        declare_gates(decision, goods, ("shipment", "release"), fact, lot.id)
    depart(decision, fact, upper, lot, fact.shipped_at)


@decides(facts.goods.DISPOSAL)
def disposal(decision: Decision, fact: GoodsDisposed) -> None:
    """Goods that leave the chain: destroyed, donated, sampled or expired. No more than is left (R18), and
    nobody is given what could not be shipped: held or recalled (P05), tested as failed (R05), harvested too
    soon (R08)."""
    taken = Taken(fact.lot, fact.quantity)
    (lot,) = uppers_of(decision, (taken,), moment(fact.occurred_at))
    if fact.manner == DONATED:  # somebody will eat it; whatever else is held may well be destroyed
        check_given(decision, fact)
        declare_orders(decision, (lot,), fact, lot.id)
        declare_gates(decision, same_goods(decision, lot), ("shipment",), fact, lot.id, ORDERS)
    balance.check_available(decision, fact, (taken,), lot.id)
    take(decision, lot, fact.quantity)
    decision.add(
        DisposalNoted(
            decision.next_id("disposal"),
            lot.id,
            in_unit_of(lot, fact.quantity) or fact.quantity,
            fact.manner,
            decision.public,
        )
    )
    decision.add(LotMentioned(lot.id, str(facts.goods.DISPOSAL.noted_as)))


def _goes_back(decision: Decision, fact: GoodsShipped) -> bool:
    """Whether these goods travel the one way that a bureau has left open: from this lot, to this receiver."""
    record = decision.known.records.get(fact.way_back.order) if fact.way_back is not None else None
    if fact.way_back is None or record is None or record.typ != RETURN.typ:
        return False
    to = record.text("to")
    arrives = fact.receiver == to or opens(decision.raw, fact.way_back.salt, "receiver", to)
    return arrives and fact.from_lot in record.named("lots")


def _pack_state(decision: Decision, urn: str) -> str:
    """Inactive at first; a correction does not switch codes on or off."""
    before = decision.known.lots.get(urn)
    return before.pack.state if before is not None and before.pack is not None else "inactive"


def _check_outgoing(
    decision: Decision, fact: GoodsShipped, upper: KnownLot, goods: Collection[KnownLot], lot: int
) -> None:
    """R05, then R04, for goods that a producer made."""
    active = upper.pack is not None and upper.pack.state in {"active", BY_CODE}
    if not active and not released(decision, goods, fact.release_report):
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
