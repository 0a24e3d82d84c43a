"""Hand-overs after each statement that they hang on: pairs, claims, what a consignment still holds.

The words of both sides are judged together, whoever spoke last (`trace.ledger.pairing`); what comes out is
compared with the rows as they stand. One side's word moves rows of its own goods alone; of the other's, a
pair takes from the consignment, and never more than it held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from trace.chain.admission import consignment, handed_amounts
from trace.chain.admission.decision import Decision, share_of, shown
from trace.chain.admission.disputes import RESOLVED
from trace.chain.admission.handover_marks import ReceiptMarks, goods_of
from trace.chain.chain_state import KnownDispute, KnownLot
from trace.chain.effects import (
    DisputeEnded,
    Effects,
    Interval,
    LinkSet,
    LotMentioned,
    LotTaken,
    NewDispute,
)
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.disputes import DISPUTE_OPEN, DISPUTE_SETTLE
from trace.chain.facts.handovers import TO_PARTY
from trace.chain.facts.keys import KEY_REVOKE
from trace.chain.facts.oversight import NOT_ESTABLISHED
from trace.chain.handover_effects import Answered, ClaimSet, Formed, HandoverSet, WordKept
from trace.chain.ids import row_id
from trace.chain.known_reach import component
from trace.chain.known_words import about_of, is_word
from trace.chain.pair_names import PAIR_NAMES, key_of, names_within
from trace.ledger.pairing import (
    CLAIMED,
    DISPUTED,
    EXCEEDS,
    PAIRED,
    PAPER,
    RETURNED,
    SHORT,
    THROUGH,
    Handed,
    Sent,
    Signed,
    judge,
)
from trace.ledger.pairing.naming import HANDOVER, LOT, STMT
from trace.ledger.pairing.statements import Document, Place, Version, documents_of
from trace.quantities import Quantity

SUPERSEDED: Final = "superseded"
WITHDRAWN: Final = "withdrawn"
RECEIVED: Final = "received"
_STATES: Final = {THROUGH: CLAIMED, PAPER: SUPERSEDED, RETURNED: SUPERSEDED}
"""State of a receipt -> state of its claim, where the two differ."""
_UNKNOWN: Final = Interval(None, None)


def settle_handovers(decision: Decision, kid: str) -> None:
    """Note the statement's own word, then make the rows of every hand-over that it bears on."""
    start = _keep_word(decision, kid)
    start += [*_fallen(decision), *handed_amounts.compared_anew(decision)]
    if not start:
        return
    known, entry = decision.known, decision.entry
    point = known.savepoint()
    try:
        known.apply(
            Effects(
                entry,
                decision.claims.typ,
                decision.claims.sub,
                decision.claims.occurred_at,
                tuple(decision.changes),
            )
        )
        _Settlement(decision, *component(known.words, start)).run()
    finally:
        known.rollback(point)


def _keep_word(decision: Decision, kid: str) -> list[str]:
    """The statement as signed, for what hangs on it; returns from where the walk begins."""
    claims, entry = decision.claims, decision.entry
    if claims.typ == DISPUTE_OPEN.typ:
        named = claims.data.get("about")
        return [name for name in named if type(name) is str] if isinstance(named, list) else []
    if not _matters(decision):
        return []
    place = Place.at(entry.logged_at, entry.origin, entry.index)
    valid = not decision.key_refused
    signed = Signed(entry.statement_id, claims.typ, claims.iss, claims.data, place, valid)
    decision.add(WordKept(signed, kid))
    about = list(dict.fromkeys(about_of(signed)))
    for name in about:
        decision.add(Answered(decision.next_id("answer"), name))
    settled = decision.known.disputes.get(about[0]) if claims.typ == DISPUTE_SETTLE.typ and about else None
    return [signed.id, *about, *(settled.statements if settled is not None else ())]


def _matters(decision: Decision) -> bool:
    """Whether a hand-over may hang on the statement."""
    claims = decision.claims
    if claims.typ == CORRECTION.typ:
        return str(claims.data.get("amends")) in decision.known.words.signed
    return is_word(claims.typ, claims.data)


def _fallen(decision: Decision) -> list[str]:
    """The words that a revocation makes void, back to the index that it names."""
    since, kid = decision.claims.data.get("invalidFromIndex"), decision.claims.data.get("kid")
    if decision.claims.typ != KEY_REVOKE.typ or type(since) is not int:
        return []
    words, origin = decision.known.words, decision.entry.origin
    fallen = [
        one
        for name, one in words.signed.items()
        if words.kids.get(name) == kid and one.place.origin == origin and one.place.index >= since
    ]
    for one in fallen:
        decision.add(WordKept(replace(one, valid=False), str(kid)))
    return [name for one in fallen for name in (one.id, *about_of(one))]


@dataclass(slots=True)
class _Settlement:
    """The rows of the hand-overs and receipts among some statements, against those that stand."""

    decision: Decision
    statements: Collection[Signed]
    whole: Collection[str]
    documents: Mapping[str, Document] = field(default_factory=dict)
    disputes: dict[str, list[tuple[str, KnownDispute]]] = field(default_factory=dict)
    """Statement -> the open disputes about it, each with the statement that opened it."""

    def run(self) -> None:
        tolerance = share_of(self.decision.rule("R18", what="receipt"))
        names = names_within(tolerance)
        self.documents = documents_of(self.statements, names.kinds)
        for opener, one in self.decision.known.disputes.items():
            for statement in one.statements:
                self.disputes.setdefault(statement, []).append((opener, one))
        contents = handed_amounts.contents(self.decision)
        agreed = self.decision.known.words.agreed
        judged = judge(self.documents, names, settled=agreed, contents=contents)
        claims: list[tuple[Handed, ClaimSet]] = []
        for handed in judged.receipts:
            claim = self._receipt(handed) if handed.receipt in self.whole else None
            if claim is not None:
                claims.append((handed, claim))
        for sent in [one for one in judged.handovers if one.handover in self.whole]:
            self._handover(sent, [(one, row) for one, row in claims if one.handover == sent.handover])

    def _receipt(self, handed: Handed) -> ClaimSet | None:
        """The claim, link and marks of one receipt; None where it claims nothing of anybody."""
        document = self.documents[handed.receipt]
        lot = self._lot(document, "lot")
        if lot is None:
            return None
        before = self.decision.known.claims.get(_row(document.versions[0].place))
        handed = self._disputed_by_a_party(handed)
        claim = self._claim(handed, document, lot, before)
        if claim is not None and claim != before:
            self.decision.add(claim)
        self._link(document, lot, handed, before, claim)
        self._former(document, lot, before, claim)
        ReceiptMarks(self.decision, self.documents).settle(handed, document, lot)
        return claim

    def _lot(self, document: Document, member: str) -> KnownLot | None:
        return goods_of(self.decision, document, member)

    def _disputed_by_a_party(self, handed: Handed) -> Handed:
        named = (handed.receipt, handed.handover or "")
        open_ones = (opener for name in named for opener, _ in self.disputes.get(name, ()))
        if handed.state in PAIRED and any(map(self._is_of_party, open_ones)):
            return handed.contested()
        return handed

    def _is_of_party(self, opener: str) -> bool:
        stated = self.decision.known.statements.get(opener)
        return stated is not None and stated.typ == DISPUTE_OPEN.typ

    def _claim(
        self, handed: Handed, document: Document, lot: KnownLot, before: ClaimSet | None
    ) -> ClaimSet | None:
        if handed.state in {PAPER, RETURNED} and before is None:
            return None
        now = document.stated
        named_lot, stmt = self._named_lot(handed, now), now.inner(HANDOVER, STMT)
        handover = handed.handover if handed.state in PAIRED or handed.lapsed else None
        return ClaimSet(
            _row(document.versions[0].place),
            lot.id,
            document.iss,
            stmt,
            named_lot,
            key_of(now.data) if now.text(LOT) is None and stmt is None else None,
            handed.state == THROUGH or now.says(THROUGH),
            now.says("complete") or "receiver" in handed.final,
            lot.quantity,
            _STATES.get(handed.state, handed.state),
            self._row_of(handover),
            self._row_of(handed.completed),
            self._row_of(handed.denied_by),
            handed.lapsed,
            before.found if before is not None else None,
        )

    def _named_lot(self, handed: Handed, now: Version) -> str | None:
        """The lot that a receipt names; none where its receiver has said itself that the pair was meant."""
        named = now.text(LOT)
        if named is None or handed.state not in PAIRED or handed.handover is None or handed.possible:
            return named
        sent = self.documents[handed.handover]
        members = PAIR_NAMES.handovers[sent.typ]
        lots = {one.text(member) for one in sent.versions for member in (members.lot, members.from_lot)}
        return named if named in lots else None

    def _row_of(self, statement: str | None) -> int | None:
        signed = self.decision.known.words.signed.get(statement) if statement is not None else None
        return _row(signed.place) if signed is not None else None

    def _link(
        self,
        document: Document,
        lot: KnownLot,
        handed: Handed,
        before: ClaimSet | None,
        claim: ClaimSet | None,
    ) -> None:
        """The link of the pair: it belongs to the receipt, whoever completed it."""
        was = self._sent_lot(before) if before is not None and _is_paired(before) else None
        now = self._sent_lot(claim) if claim is not None and _is_paired(claim) else None
        if was is not None and (now is None or now.id != was.id):
            share = handed_amounts.plain_share(lot.quantity, was.quantity)
            self.decision.add(self._tied(before, was, lot, SUPERSEDED, share))  # type: ignore[arg-type]  # it was
        if claim is None or now is None:
            return
        state = "disputed" if claim.state == "disputed" else "signed"
        link = self._tied(claim, now, lot, state, handed.share)
        if self.decision.known.links.get(link.id) != link:
            self.decision.add(link)
        if was is None and document.id == self.decision.entry.statement_id:
            self.decision.add(LotMentioned(now.id, "received"))

    def _sent_lot(self, claim: ClaimSet) -> KnownLot | None:
        found = (
            self._lot(document, PAIR_NAMES.handovers[document.typ].lot)
            for document in self.documents.values()
            if document.typ in PAIR_NAMES.handovers and _row(document.versions[0].place) == claim.handover
        )
        return next(found, None)

    def _tied(
        self, claim: ClaimSet, above: KnownLot, lot: KnownLot, state: str, share: Fraction | None
    ) -> LinkSet:
        """The times of a hand-over that contradict each other count as unknown both ways."""
        left, came = above.produced.earliest, lot.produced.latest
        fits = left is None or came is None or left <= came
        departure = Interval(left, came) if fits else _UNKNOWN
        arrival = lot.produced if fits else _UNKNOWN
        taken = None if share is None else handed_amounts.part(above.quantity, share)
        return LinkSet(claim.id, above.id, lot.id, "receive", taken, lot.quantity, departure, arrival, state)

    def _former(
        self, document: Document, lot: KnownLot, before: ClaimSet | None, claim: ClaimSet | None
    ) -> None:
        """What a receiver's own correction lets go of stays possible."""
        amends = self.decision.claims.data.get("amends")
        if before is None or amends != document.id or before.state in {SUPERSEDED, WITHDRAWN}:
            return
        gone = claim is None or claim.state in {SUPERSEDED, WITHDRAWN}
        above = self._sent_lot(before) if before.handover is not None else None
        if above is not None and (claim is None or gone or claim.handover != before.handover):
            self._note_former(lot, above.id, None, before.quantity, withdrawn=gone)
        name = before.named_lot
        if name is not None and (claim is None or gone or claim.named_lot != name):
            known = self.decision.known.lots.get(name)
            if known is None or above is None or known.id != above.id:
                self._note_former(
                    lot, known.id if known else None, None if known else name, before.quantity, withdrawn=gone
                )

    def _note_former(
        self,
        lot: KnownLot,
        above: int | None,
        name: str | None,
        quantity: Quantity,
        *,
        withdrawn: bool,
        kind: str = "receive",
    ) -> None:
        why = "withdrawn" if withdrawn else "corrected"
        row = self.decision.next_id("former")
        self.decision.add(Formed(row, lot.id, above, name, kind, quantity, why))

    def _handover(self, sent: Sent, claims: Iterable[tuple[Handed, ClaimSet]]) -> None:
        """The row of one hand-over, and what its pairs take from the consignment alone."""
        document = self.documents[sent.handover]
        members = PAIR_NAMES.handovers[document.typ]
        lot = self._lot(document, members.lot)
        above = self.decision.known.lots.get(str(document.stated.data.get(members.from_lot)))
        if lot is None or above is None:
            return
        paired = [(one, row) for one, row in claims if one.state in PAIRED]
        received = handed_amounts.received_of(lot.quantity, [one.share for one, _ in paired])
        before = self.decision.known.handovers.get(document.id)
        handover = HandoverSet(
            _row(document.versions[0].place),
            document.id,
            document.iss,
            lot.id,
            above.id,
            document.stated.text("to") or TO_PARTY,
            sent.receiver,
            tuple(_digests(version) for version in document.versions),
            lot.quantity,
            received,
            _state(sent, document, bool(paired)),
            before.found if before is not None else None,
        )
        if handover != before:
            self.decision.add(handover)
        if before is not None and (before.state == WITHDRAWN) != (handover.state == WITHDRAWN):
            self._move(document, before, above, lot)
        held = handed_amounts.held(handover) - handed_amounts.held_before(before, lot.quantity)
        if held.value:
            self.decision.add(LotTaken(lot.id, held.to(lot.quantity.unit)))
        self._dispute(document, lot, [one for one, row in paired if row.state == "disputed"])

    def _move(self, document: Document, before: HandoverSet, above: KnownLot, lot: KnownLot) -> None:
        """The goods of a withdrawn consignment are in stock again, unless somebody received them."""
        out = before.state == WITHDRAWN
        is_own = self.decision.claims.data.get("amends") == document.id
        if not out and is_own and before.state != RECEIVED:
            return  # the withdrawal itself, which has given them back
        link = row_id(document.stated.place.origin, document.stated.place.index)
        consignment.move(self.decision, link, above, lot, out=out)
        if not out:
            self._note_former(lot, above.id, None, lot.quantity, withdrawn=True, kind=consignment.SHIP)

    def _dispute(self, document: Document, lot: KnownLot, disputed: list[Handed]) -> None:
        """One open dispute per hand-over, as long as one of its pairs is in dispute."""
        standing = [
            one for opener, one in self.disputes.get(document.id, ()) if not self._is_of_party(opener)
        ]
        own = [one for one in disputed if one.state == DISPUTED]  # not what a party alone disputes
        if own and not standing:
            receipt = self.documents[own[0].receipt]
            goods = self._lot(receipt, "lot")
            values = (shown(goods.quantity), shown(lot.quantity)) if goods is not None else ()
            self.decision.add(
                NewDispute(
                    self.decision.next_id("dispute"),
                    goods.id if goods is not None else None,
                    (*(one.receipt for one in own), document.id),
                    "quantity" if own[0].reason in {EXCEEDS, SHORT} else "handover",
                    values,
                )
            )
        elif not own:
            for one in standing:
                self.decision.add(DisputeEnded(one.id, RESOLVED))


def _row(place: Place) -> int:
    return row_id(place.origin, place.index)


def _is_paired(claim: ClaimSet) -> bool:
    held = claim.handover is not None and claim.state in PAIRED
    return held and claim.found != NOT_ESTABLISHED


def _digests(version: Version) -> tuple[str, ...]:
    digests = version.data.get("_sd")
    return tuple(str(one) for one in digests) if isinstance(digests, list) else ()


def _state(sent: Sent, document: Document, paired: bool) -> str:
    if paired:
        return RECEIVED
    if sent.withdrawn:
        return WITHDRAWN
    if sent.denied_by is not None:
        return "unaccepted"
    return "open" if (document.stated.text("to") or TO_PARTY) == TO_PARTY else "delivered"
