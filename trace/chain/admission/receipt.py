"""Decision on goods received (进货查验): R03, R06, and goods that come back (R18).

From whom they are is a claim until the other side's word is there (`handovers`).
"""

from __future__ import annotations

from collections.abc import Mapping

from trace.chain import facts
from trace.chain.admission import balance
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.lots import (
    in_unit_of,
    make_lot,
    moment,
    producers_of,
    span,
    take,
    tie,
)
from trace.chain.admission.proofs import proven
from trace.chain.chain_state import KnownLot
from trace.chain.editions import SECOND
from trace.chain.effects import LotMentioned, NewLot, StatedLot
from trace.chain.facts import MaterialReceived, Taken, urns
from trace.chain.facts.temperature import told
from trace.chain.known_words import names_party
from trace.errors.handovers import HandoverNotOpened, ReturnOfAnother

RETURN = "return"
"""The kind of a link by which goods come back."""
PRIVATE = frozenset({"supplier", "supplierName", "supplierAddress", "supplierContact"})
"""Members that the signer may conceal; a digest in their place counts as stated."""


@decides(facts.food.RECEIPT)
def receipt(decision: Decision, fact: MaterialReceived) -> None:
    """A material lot; what ties it to the supplier's is judged with the supplier's own words."""
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
                **told(fact.temperature),
            },
        ),
    )
    if fact.returns is not None:
        _take_back(decision, fact, lot)
    with decision.door(since=SECOND):
        _check_opening(decision, fact)
    _check_record(decision, lot)
    _check_licence(decision, fact, lot)


def _check_opening(decision: Decision, fact: MaterialReceived) -> None:
    """A salt opens the hand-over that it is for, as far as that is known here."""
    named = fact.handover
    signed = decision.known.words.signed.get(named.stmt) if named is not None else None
    if named is None or signed is None:
        return
    versions = decision.known.words.versions(signed)
    if not any(names_party(data, named.salt, decision.claims.iss) for data in versions):
        raise HandoverNotOpened(handover=named.stmt, iss=decision.claims.iss)


def _take_back(decision: Decision, fact: MaterialReceived, lot: NewLot) -> None:
    """Goods that come back to the one who sent them: a new lot, no more than was sent and not received."""
    handover = decision.known.handovers.get(str(fact.returns))
    if handover is not None and handover.shipper != decision.claims.iss:
        # Goods received from somebody would have no source that an order reaches.
        decision.keep_out(ReturnOfAnother(handover=str(fact.returns), iss=decision.claims.iss), since=SECOND)
    sent = decision.known.lot_of(handover.lot) if handover is not None else None
    if handover is None or sent is None or handover.shipper != decision.claims.iss:
        return
    balance.check_available(decision, fact, (Taken(sent.urn, fact.quantity),), lot.id)
    tie(
        decision,
        (sent.id, lot.id),
        RETURN,
        (in_unit_of(sent, fact.quantity), fact.quantity),
        departure=span(None, fact.received_at),
        arrival=moment(fact.received_at),
    )
    take(decision, sent, fact.quantity)
    decision.add(LotMentioned(sent.id, "returned"))


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
