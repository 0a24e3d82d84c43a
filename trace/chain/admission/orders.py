"""Decisions on orders on goods: hold and recall by a bureau or a firm, and how each ends.

An order marks the lots that it names; what is made of them is found by the way down from these marks, at the
moment of an act. It ends by the id of its statement. A lot's state is what the orders left on it say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from trace.chain import facts
from trace.chain.admission.codes import recall as recall_codes
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.gates import HELD, ORDERS, RECALLED
from trace.chain.admission.records import keep
from trace.chain.chain_state import KnownLot, Made
from trace.chain.editions import FIRST, SECOND
from trace.chain.effects import LotMentioned, LotState, Mark, MarkCleared
from trace.chain.facts import FirmRecalled, OversightRecorded, urns
from trace.chain.facts.code import LotSerials
from trace.chain.facts.oversight import (
    HOLD,
    RECALL,
    HoldsReleased,
    OrdersWithdrawn,
    RecallsCompleted,
)
from trace.chain.facts.recall import RECALL as FIRM_RECALL
from trace.chain.identifiers import holder_of
from trace.chain.known_records import KnownRecord
from trace.chain.order_effects import (
    COMPLETED,
    RELEASED,
    STANDING,
    WITHDRAWN,
    CodesFreed,
    OrderEnded,
    OrderMade,
)
from trace.errors.food import LotUnknown
from trace.errors.orders import (
    NotYourOrder,
    OfficersMissing,
    OrderOfOtherKind,
    OrderOver,
    OrderUnknown,
    RecallForeign,
)

_STATE: Final = {HELD: "locked", RECALLED: "recalled"}
"""Code of an order's mark -> the state of a lot that bears it."""
_KIND: Final = {HOLD.typ: "hold", RECALL.typ: "recall", FIRM_RECALL.typ: "recall"}
_OFFICERS: Final = "P30"


@decides(facts.oversight.HOLD, facts.oversight.RECALL)
def order(decision: Decision, fact: OversightRecorded) -> None:
    """A hold or recall by a bureau: marks and states of the lots (P05), codes under recall.

    Raises what its form lacks, and `LotUnknown`, since edition 2: nobody shall take for stopped what is not.
    """
    if fact.unfit is not None:
        decision.keep_out(fact.unfit, since=SECOND)
    for urn in dict.fromkeys(fact.lots):
        _order_lot(decision, urn, fact.matter, since=SECOND)
    for part in fact.serials:
        _order_codes(decision, part)
    level = getattr(fact.form, "level", None)
    _enter(decision, fact, fact.matter, level)


def _order_lot(decision: Decision, urn: str, matter: str, since: int = FIRST) -> None:
    """Put a lot under the order; one that is not known here as soon as it is. The mark's place among those of
    the order is the lot's in it."""
    lot = decision.known.lots.get(urn)
    if lot is None:
        decision.lack(urn)
        decision.keep_out(LotUnknown(lot=urn), since=since)
    elif _stands(decision) and not _bears(lot, decision.entry.statement_id):
        _put_under(decision, lot, matter)
        return
    decision.pass_over("mark")


def _order_codes(decision: Decision, part: LotSerials) -> None:
    """Put codes under a recall; those of a lot that is not known here as soon as it is."""
    lot = decision.known.lots.get(part.lot)
    made = decision.known.made.get(decision.entry.statement_id, Made())
    if lot is None and decision.carried:
        decision.lack(part.lot)
        decision.keep_out(LotUnknown(lot=part.lot))
        decision.pass_over("code_interval")
    elif lot is not None and decision.again and (not _stands(decision) or _has_codes(made, lot, part)):
        decision.pass_over("code_interval")
    else:
        recall_codes(decision, part)


def _has_codes(made: Made, lot: KnownLot, part: LotSerials) -> bool:
    return any((one.lot, one.first, one.count) == (lot.id, part.first, part.count) for one in made.codes)


def _bears(lot: KnownLot, order: str) -> bool:
    return any(mark.params.get("order") == order for mark in lot.marks)


def _stands(decision: Decision) -> bool:
    """Whether the order holds: of one that is decided again, whether nothing has lifted it since."""
    record = decision.known.records.get(decision.entry.statement_id)
    return record is None or record.state in {STANDING, COMPLETED}


@decides(facts.recall.RECALL)
def firm_recall(decision: Decision, fact: FirmRecalled) -> None:
    """A firm's own recall, with all that a bureau's has: of its own goods, or as principal of a packer's.

    Raises `LotUnknown`, `RecallForeign`.
    """
    foreign = set()
    for urn in dict.fromkeys((*fact.lots, *sorted({part.lot for part in fact.serials}))):
        lot = decision.known.lots.get(urn)
        if lot is not None and not _may_recall(decision, lot):
            foreign.add(urn)
            decision.refuse(RecallForeign(lot=urn, iss=decision.claims.iss))
    matter = fact.matter or decision.entry.statement_id
    for urn in dict.fromkeys(fact.lots):
        if urn in foreign and decision.carried:  # a stranger's word, whatever its own log made of it
            decision.pass_over("mark")
        else:
            _order_lot(decision, urn, matter)
    for part in fact.serials:
        if part.lot in foreign and decision.carried:
            decision.pass_over("code_interval")
        else:
            _order_codes(decision, part)
    _enter(decision, fact, matter, fact.level)


@decides(facts.oversight.RELEASE)
def release(decision: Decision, fact: HoldsReleased) -> None:
    """Lifts the holds named, by the bureau that ordered them; so many officers as the rule wants (P30)."""
    rule = decision.rules.find(_OFFICERS, decision.day)
    if rule is not None and rule.number > 1 and len(fact.officers) < rule.number:
        decision.refuse(OfficersMissing(rule=rule.id, value=len(fact.officers), limit=rule.text))
    lift(decision, _standing(decision, fact.orders, {HOLD.typ}), RELEASED)
    keep(decision, fact)


@decides(facts.oversight.WITHDRAWAL)
def withdrawal(decision: Decision, fact: OrdersWithdrawn) -> None:
    """Undoes orders as if they had never been given; of a firm's recall by a bureau, never by the firm."""
    lift(decision, _standing(decision, fact.orders, _KIND, also=COMPLETED), WITHDRAWN)
    keep(decision, fact)


@decides(facts.oversight.COMPLETION)
def completion(decision: Decision, fact: RecallsCompleted) -> None:
    """Ends the duties of recalls: their marks, and so gates and warning, stay."""
    for record in _standing(decision, fact.orders, {RECALL.typ, FIRM_RECALL.typ}):
        decision.add(OrderEnded(record.id, record.statement, COMPLETED))
        _mention(decision, _marked(decision, _marks_of(decision, record)))
    keep(decision, fact)


@decides(facts.oversight.CLOSING)
def closing(decision: Decision, fact: OversightRecorded) -> None:
    """Ends a matter and the holds named in `orders`; goods that were recalled stay recalled.

    An entry of the first edition names none: it ends the holds of this matter and bureau on its lots.
    """
    if fact.unfit is not None:
        decision.keep_out(fact.unfit, since=SECOND)
        marks = [
            mark
            for urn in dict.fromkeys(fact.lots)
            if (lot := decision.known.lots.get(urn)) is not None
            for mark in lot.marks
            if mark.code == HELD and _is_of(mark, fact.matter, decision.claims.iss)
        ]
        _clear(decision, marks)
    else:
        orders = _standing(decision, fact.form.orders, {HOLD.typ})
        for record in orders:
            if record.text("matter") != fact.matter:
                decision.refuse(NotYourOrder(order=record.statement, iss=decision.claims.iss))
        lift(decision, orders, RELEASED)
    named = (decision.known.lots.get(urn) for urn in fact.lots)
    _mention(decision, [lot for lot in named if lot is not None])
    keep(decision, fact)


def lift(decision: Decision, orders: Iterable[KnownRecord], state: str) -> None:
    """The changes that end these orders and free what no other order holds."""
    marks: list[Mark] = []
    for record in orders:
        decision.add(OrderEnded(record.id, record.statement, state))
        marks += _marks_of(decision, record)
        for part in decision.known.made.get(record.statement, Made()).codes:
            decision.add(CodesFreed(part.id, part.lot, part.scope, part.first, part.count))
    _clear(decision, marks)
    _mention(decision, _marked(decision, marks))


def order_named(decision: Decision, statement: str) -> KnownRecord:
    """The kept record of a statement that is named; raises `OrderUnknown`."""
    record = decision.known.records.get(statement)
    if record is None:
        decision.lack(statement)
        raise OrderUnknown(order=statement)
    return record


def _standing(
    decision: Decision, statements: Iterable[str], kinds: Collection[str], also: str = STANDING
) -> list[KnownRecord]:
    """The orders named, of these kinds and this bureau's, that stand (or are in the state `also`)."""
    found = []
    for statement in statements:
        record = order_named(decision, statement)
        if record.typ not in kinds:
            expected = ", ".join(sorted(kinds))
            raise OrderOfOtherKind(order=statement, typ=record.typ, expected=expected)
        if not _is_its_bureau(decision, record):
            raise NotYourOrder(order=statement, iss=decision.claims.iss)
        if record.state not in {STANDING, also}:
            raise OrderOver(order=statement, state=record.state)
        found.append(record)
    return found


def _is_its_bureau(decision: Decision, record: KnownRecord) -> bool:
    """The bureau that ordered; for a firm's recall one in whose area the firm is, where both are known."""
    if record.typ != FIRM_RECALL.typ:
        return record.iss == decision.claims.iss
    area, place = (area_of(decision, party) for party in (decision.claims.iss, record.iss))
    return not area or not place or place.startswith(area)


def area_of(decision: Decision, party: str) -> str:
    """The code of a party's region without the zeros that stand for all of it: 310000 is 31."""
    code = str(decision.known.parties.get(party, {}).get("region") or "")
    while code.endswith("00"):
        code = code[:-2]
    return code


def _may_recall(decision: Decision, lot: KnownLot) -> bool:
    """Whoever made or holds the goods; the principal that their maker names, or whose GTIN is on them."""
    iss = decision.claims.iss
    if lot.holder == iss or urns.lot_owner(lot.urn) == urns.owner_of(iss):
        return True
    return lot.detail.get("principal") == iss or _has_prefix(decision, lot)


def _has_prefix(decision: Decision, lot: KnownLot) -> bool:
    """Whether the GTIN of the packs begins with a company prefix that is registered for the signer."""
    if lot.pack is None or lot.pack.gtin is None:
        return False
    prefixes = decision.known.master.prefixes
    return holder_of(prefixes, lot.pack.gtin, decision.day) == decision.claims.iss


def _put_under(decision: Decision, lot: KnownLot, matter: str) -> None:
    """P05: the lot bears the order's mark; a recall stands above a hold, and both above a correction."""
    gone = lot.state == "withdrawn" or any("was" in mark.params for mark in lot.marks)
    was = {"was": "withdrawn"} if gone else {}
    bureau, statement = decision.claims.iss, decision.entry.statement_id
    decision.add(LotMentioned(lot.id, decision.typ))
    decision.mark("P05", lot.id, value=matter, limit="", order=statement, bureau=bureau, **was)
    state = "recalled" if _KIND[decision.typ] == "recall" else "locked"
    if lot.state == "normal" or (state == "recalled" and lot.state != state):
        decision.add(LotState(lot.id, state))


def _enter(
    decision: Decision, fact: OversightRecorded | FirmRecalled, matter: str, level: str | None
) -> None:
    if decision.entry.statement_id in decision.known.records:  # it rested, and stands in its row already
        return
    keep(decision, fact)
    number = decision.next_id("goods_order")
    decision.add(OrderMade(number, _KIND[decision.typ], decision.claims.iss, matter, level))


def _marks_of(decision: Decision, record: KnownRecord) -> list[Mark]:
    """The marks of an order that are still open."""
    made = decision.known.made.get(record.statement, Made())
    found = (decision.known.marks.get(mark) for mark in made.marks)
    return [mark for mark in found if mark is not None and mark.code in ORDERS]


def _marked(decision: Decision, marks: Iterable[Mark]) -> list[KnownLot]:
    """The lots that bear these marks, each once."""
    lots = {mark.lot: decision.known.lot_of(mark.lot) for mark in marks if mark.lot is not None}
    return [lot for lot in lots.values() if lot is not None]


def _mention(decision: Decision, lots: Iterable[KnownLot]) -> None:
    for lot in lots:
        decision.add(LotMentioned(lot.id, decision.typ))


def _clear(decision: Decision, marks: Collection[Mark]) -> None:
    """Clears the marks, and gives each lot the state that the orders left on it say."""
    cleared = {mark.id for mark in marks}
    for mark in marks:
        decision.add(MarkCleared(mark.id))
    for lot in _marked(decision, marks):
        state = _state_after(lot, cleared)
        if lot.state in _STATE.values() and state != lot.state:
            decision.add(LotState(lot.id, state))


def _state_after(lot: KnownLot, cleared: Collection[int]) -> str:
    left = {mark.code for mark in lot.marks if mark.id not in cleared}
    for code in (RECALLED, HELD):
        if code in left:
            return _STATE[code]
    was = (str(mark.params.get("was")) for mark in lot.marks if "was" in mark.params)
    return next(was, "normal")


def _is_of(mark: Mark, matter: str, bureau: str) -> bool:
    return mark.params.get("value") == matter and mark.params.get("bureau") == bureau
