"""Hand-overs between parties: which receipts and consignments name each other (docs/record-format.md).

What a party says that it has from another counts for the other only through a pair: a receipt and a
hand-over by the two sides that name each other. `pair` judges that from signed bytes alone, in the order of
their places: no disclosure, no order of arrival, no row changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from trace.frozen import quickly_made, replaced
from trace.ledger.pairing.amounts import (
    EXCEEDS,
    NOT_COMPARABLE,
    SHORT,
    plain_share,
    reason_of,
    recorded,
    share_of,
)
from trace.ledger.pairing.course import Course, Held
from trace.ledger.pairing.naming import (
    FURTHEST,
    HANDOVER,
    KEY_INVALID,
    LOT,
    LOT_DIFFERS,
    NO_HANDOVER,
    ORDER_OPEN,
    OTHER_RECEIVER,
    REFUSED,
    RETURNS,
    STMT,
    SUPPLIER,
    THROUGH,
    WITHDRAWN,
    WITHHELD,
)
from trace.ledger.pairing.opening import note_salt, opening_digest, opens
from trace.ledger.pairing.statements import (
    Contents,
    Document,
    HandoverMembers,
    PairNames,
    Place,
    Signed,
    Version,
    documents_of,
)
from trace.ledger.pairing.states import (
    CLAIMED,
    CONFIRMED,
    DISPUTED,
    PAIRED,
    PAPER,
    REFUSED_STATE,
    RETURNED,
    Handed,
    Pairing,
    Sent,
)


def pair(
    statements: Iterable[Signed],
    names: PairNames,
    *,
    withheld: Collection[str] = (),
    settled: Collection[str] = (),
) -> tuple[Handed, ...]:
    """What each receipt among verified statements is, the earliest receipt first; as `judge`, with what the
    records among them say of the goods."""
    signed = list(statements)
    documents, held = documents_of(signed, names.kinds), recorded(signed, names)
    return judge(
        documents, names, withheld=withheld, settled=settled, contents=lambda lot: held.get(lot, {})
    ).receipts


def judge(
    documents: Mapping[str, Document],
    names: PairNames,
    *,
    withheld: Collection[str] = (),
    settled: Collection[str] = (),
    contents: Callable[[str], Contents] = lambda _lot: {},
) -> Pairing:
    """What each receipt and each hand-over among statements is, each with its corrections (`documents_of`).

    Whatever may matter is handed in together: receipts, hand-overs, confirmations, refusals and all their
    corrections. `withheld` are ids of statements that are not shown; `settled` those of refusals, and of
    receipts whose amounts differed, on which both sides or an authority have agreed. `contents` says
    what a piece of a lot holds, by its owner's record.
    """
    alone = _alone(documents, names)
    if alone is not None:
        return Pairing((), (alone,))
    course = Course(names, documents, lenient=False)
    fallen = any(not version.valid for one in documents.values() for version in one.versions)
    lenient = Course(names, documents, lenient=True) if fallen else course
    judged = _Judged(names, documents, course, lenient, frozenset(withheld), frozenset(settled), contents)
    ordered = sorted(documents.values(), key=lambda one: one.versions[0].place.key)
    receipts = judged.amounts([judged.receipt(one) for one in ordered if one.typ == names.receipt])
    holders = {one.handover: documents[one.receipt].iss for one in receipts if one.state in PAIRED}
    sent = [judged.sent(one, holders.get(one.id)) for one in ordered if one.typ in names.handovers]
    return Pairing(receipts, tuple(sent))


def _alone(documents: Mapping[str, Document], names: PairNames) -> Sent | None:
    """The state of a hand-over that nobody has answered or corrected yet, as most are when they come; None
    for anything else."""
    if len(documents) != 1:
        return None
    (one,) = documents.values()
    if one.typ not in names.handovers or len(one.versions) != 1:
        return None
    return Sent(one.id, one.versions[0].text(names.handovers[one.typ].receiver))


@quickly_made
@dataclass(frozen=True, slots=True)
class _Judged:
    names: PairNames
    documents: Mapping[str, Document]
    course: Course
    lenient: Course
    withheld: frozenset[str]
    settled: frozenset[str]
    contents: Callable[[str], Contents]

    def receipt(self, receipt: Document) -> Handed:
        """The state of one receipt by the words alone."""
        now = receipt.versions[-1]
        held = self.course.pairs.get(receipt.id)
        if held is not None and not self._order_open(receipt, held):
            return self._pair(receipt, held)
        if now.withdrawn and now.valid:
            return Handed(receipt.id, None, WITHDRAWN, WITHDRAWN, denied=self._denied_withdrawn(receipt))
        fallen, now = not now.valid, receipt.stated
        if RETURNS in now.data:
            return Handed(receipt.id, now.text(RETURNS), RETURNED)
        reason, nearest = self._lack(receipt, now, held)
        reason = KEY_INVALID if fallen else reason
        lapsed = self.lenient.pairs.get(receipt.id) if held is None else None
        refusal = self._refusal(receipt, now, nearest)
        state = self._unpaired(now, refusal)
        if state == PAPER:
            return Handed(receipt.id, None, PAPER)
        denied = refusal is not None and self._is_refused_below(receipt, nearest)
        return Handed(
            receipt.id,
            lapsed.handover if lapsed is not None else None,
            state,
            reason,
            lapsed=lapsed is not None,
            denied_by=refusal.id if refusal is not None else None,
            denied=denied or (nearest is not None and self._is_withdrawn_and_refused(receipt, nearest)),
        )

    def sent(self, handover: Document, holder: str | None) -> Sent:
        """The state of one hand-over."""
        now, name = handover.versions[-1], self.course.book.members(handover).receiver
        refused = None
        for document in self.course.book.refusals.get(handover.id, ()):
            version = self.course.book.stands(document)
            if version is not None and self.course.book.names_party(
                handover, document.iss, version.text("salt")
            ):
                refused = document.id
        return Sent(handover.id, holder or handover.stated.text(name), refused, now.withdrawn and now.valid)

    def _pair(self, receipt: Document, held: Held) -> Handed:
        handover, now = self.documents[held.handover], receipt.versions[-1]
        reason, denied_by = self._dispute(receipt, handover, held)
        named, gives = now.text(LOT), handover.versions[-1]
        members = self.course.book.members(handover)
        kept = {one.text(member) for one in handover.versions for member in (members.lot, members.from_lot)}
        below = any(True for _ in self.course.book.confirmed(receipt, handover, receipt.iss))
        beside = named if named is not None and named not in kept and not below else None
        return Handed(
            receipt.id,
            handover.id,
            DISPUTED if reason else CONFIRMED,
            reason,
            held.place,
            held.completed,
            denied_by=denied_by,
            possible=beside,
            denied=gives.withdrawn and self._is_refused_below(receipt, handover),
            final=self._final(receipt, handover, now),
        )

    def _dispute(self, receipt: Document, handover: Document, held: Held) -> tuple[str, str | None]:
        """Why a complete pair is in dispute, and by which statement: nobody breaks it alone."""
        gives = handover.versions[-1]
        if gives.withdrawn:
            return WITHDRAWN, gives.id
        for refusal in self.course.book.refused(receipt, handover):
            after = refusal is not None and refusal.versions[0].place.key > held.place.key
            if refusal is not None and after and refusal.id not in self.settled:
                return REFUSED, refusal.id
        if self.course.goods_of(handover, gives) != held.goods:
            return LOT_DIFFERS, gives.id
        reason = self.course.book.lacks(receipt, handover)
        if reason in {"", REFUSED}:
            return "", None
        return reason, self._taken_back(receipt) or gives.id

    def _taken_back(self, receipt: Document) -> str | None:
        """The withdrawal of a confirmation on which the pair rested."""
        newest = [one.versions[-1] for one in self.course.book.confirmations.get(receipt.id, ())]
        return next((one.id for one in newest if one.withdrawn), None)

    def _lack(self, receipt: Document, now: Version, held: Held | None) -> tuple[str, Document | None]:
        """Why no pair is complete, by the hand-over that comes nearest to one."""
        if held is not None:
            return ORDER_OPEN, self.documents[held.handover]
        named = now.inner(HANDOVER, STMT)
        if named is not None and named not in self.documents:
            return (WITHHELD if named in self.withheld else NO_HANDOVER), None
        best, nearest = NO_HANDOVER, None
        for name in self.course.candidates[receipt.id]:
            handover = self.documents[name]
            reason = self.course.book.lacks(receipt, handover) or self._rival(receipt, name)
            if nearest is None or FURTHEST.index(reason) > FURTHEST.index(best):
                best, nearest = reason, handover
        return best, nearest

    def _rival(self, receipt: Document, handover: str) -> str:
        """Another party holds it: before, or in an order that nothing shows."""
        (winner, *_) = self.course.holding[handover]
        held = self.course.pairs[winner]
        return ORDER_OPEN if self._is_open(winner, held, receipt.id) else OTHER_RECEIVER

    def _order_open(self, receipt: Document, held: Held) -> bool:
        """Whether a rival of another party may have been first."""
        rivals = [one for (one, name) in self.course.ready if name == held.handover]
        return any(
            self.documents[one].iss != receipt.iss and self._is_open(receipt.id, held, one) for one in rivals
        )

    def _is_open(self, winner: str, held: Held, rival: str) -> bool:
        place, since = self.course.ready[rival, held.handover]
        if place == held.place:
            return not self.course.since[winner].is_before(since)
        return not held.place.is_before(place)

    def _refusal(self, receipt: Document, now: Version, nearest: Document | None) -> Document | None:
        """The refusal of a receipt by the party that it names."""
        named = now.inner(HANDOVER, STMT)
        handovers = [one for one in (nearest, self.documents.get(named or "")) if one is not None]
        sides = {one.iss for one in handovers if one.typ in self.names.handovers}
        lot, supplier = now.text(LOT), now.text(SUPPLIER)
        sides |= set(self.names.owners(lot)) if lot is not None else set()
        sides |= {supplier} if supplier is not None else set()
        for document in self.course.book.refusals.get(receipt.id, ()):
            version = self.course.book.stands(document)
            if version is not None and document.iss in sides and document.iss != receipt.iss:
                return document
        return None

    def _unpaired(self, now: Version, refusal: Document | None) -> str:
        if refusal is not None:
            return REFUSED
        lot, supplier = now.text(LOT), now.text(SUPPLIER)
        if now.says(THROUGH):
            return THROUGH
        if lot is not None and supplier is not None and supplier not in self.names.owners(lot):
            return THROUGH
        names_goods = lot is not None or HANDOVER in now.data or self.names.key(now.data) is not None
        return CLAIMED if names_goods else PAPER

    def _is_refused_below(self, receipt: Document, handover: Document | None) -> bool:
        return handover is not None and self.course.book.refused(receipt, handover)[1] is not None

    def _is_withdrawn_and_refused(self, receipt: Document, handover: Document) -> bool:
        now = handover.versions[-1]
        return now.withdrawn and now.valid and self._is_refused_below(receipt, handover)

    def _denied_withdrawn(self, receipt: Document) -> bool:
        """Whether the shipper, too, took back or refused what the receiver has withdrawn."""
        for name in self.course.candidates[receipt.id]:
            now = self.documents[name].versions[-1]
            if now.withdrawn and now.valid:
                return True
        return self._refusal(receipt, receipt.stated, None) is not None

    def _final(self, receipt: Document, handover: Document, now: Version) -> tuple[str, ...]:
        book = self.course.book
        sides = []
        if any(one.says("complete") for _, one in book.confirmed(receipt, handover, handover.iss)):
            sides.append("shipper")
        own = book.confirmed(receipt, handover, receipt.iss)
        if now.says("complete") or any(one.says("complete") for _, one in own):
            sides.append("receiver")
        return tuple(sides)

    def amounts(self, receipts: Iterable[Handed]) -> tuple[Handed, ...]:
        """The states with the sums of each hand-over: too much is disputed, too little once it is final."""
        judged = [
            replaced(one, {"share": self._share(one)}) if one.state in PAIRED else one for one in receipts
        ]
        paired: dict[str, list[Handed]] = {}
        for one in judged:
            if one.state in PAIRED and one.handover is not None:
                paired.setdefault(one.handover, []).append(one)
        reasons = {name: self._amount(several) for name, several in paired.items()}
        return tuple(self._compared(one, reasons.get(one.handover or "", "")) for one in judged)

    def _compared(self, one: Handed, reason: str) -> Handed:
        if one.state != CONFIRMED:
            return one
        if reason and one.receipt not in self.settled:
            return replaced(one, {"state": DISPUTED, "reason": reason})
        return replaced(one, {"reason": NOT_COMPARABLE}) if one.share is None else one

    def _amount(self, receipts: Collection[Handed]) -> str:
        final = {side for one in receipts for side in one.final} == {"receiver"}
        return reason_of([one.share for one in receipts], self.names.tolerance, final=final)

    def _share(self, one: Handed) -> Fraction | None:
        handover = self.documents[str(one.handover)]
        came, sent = self.documents[one.receipt].stated.data, handover.stated.data
        plain = plain_share(came, sent, self.names)
        if plain is not None:
            return plain
        from_lot = handover.stated.text(self.course.book.members(handover).from_lot) or ""
        record = self.contents(from_lot) if handover.iss in self.names.owners(from_lot) else {}
        return share_of(came, sent, record, self.names)


__all__ = [
    "CLAIMED",
    "CONFIRMED",
    "DISPUTED",
    "EXCEEDS",
    "KEY_INVALID",
    "NOT_COMPARABLE",
    "NO_HANDOVER",
    "OTHER_RECEIVER",
    "PAIRED",
    "PAPER",
    "REFUSED",
    "REFUSED_STATE",
    "RETURNED",
    "SHORT",
    "THROUGH",
    "WITHDRAWN",
    "WITHHELD",
    "Handed",
    "HandoverMembers",
    "PairNames",
    "Pairing",
    "Place",
    "Sent",
    "Signed",
    "judge",
    "note_salt",
    "opening_digest",
    "opens",
    "pair",
]
