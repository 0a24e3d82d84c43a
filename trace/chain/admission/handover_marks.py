"""Marks of receipts as their hand-overs stand: on the receiver's own lots alone, whoever spoke last.

Times of a pair that contradict each other are told on both its lots: each side may have the wrong clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from trace.chain.admission.decision import Decision, civil, percent, share_of, shown
from trace.chain.admission.handed_amounts import part
from trace.chain.admission.proofs import is_bare
from trace.chain.chain_state import KnownLot
from trace.chain.effects import Mark, MarkCleared
from trace.chain.pair_names import PAIR_NAMES
from trace.ledger.pairing import EXCEEDS, PAIRED, PAPER, RETURNED, SHORT, WITHDRAWN, Handed
from trace.ledger.pairing.naming import HANDOVER, LOT, STMT
from trace.ledger.pairing.statements import Document

UNCONFIRMED: Final = "source-unconfirmed"
DIFFERS: Final = "receipt-differs"
NO_LINK: Final = "no-upstream-link"
CONTRADICT: Final = "times-contradict"
UNPROVEN: Final = "no-conformity-proof"
UNLIKE: Final = "not-comparable"


def goods_of(decision: Decision, document: Document, member: str) -> KnownLot | None:
    """The lot that a statement made; none where another had made it before."""
    lot = decision.known.lots.get(str(document.stated.data.get(member)))
    return lot if lot is not None and lot.statement == document.id else None


@dataclass(slots=True)
class ReceiptMarks:
    """Compares the marks that a receipt should bear with those that its lot bears."""

    decision: Decision
    documents: Mapping[str, Document]

    def settle(self, handed: Handed, document: Document, lot: KnownLot) -> None:
        """The marks of a receipt as its hand-over stands: on the receiver's own lot alone."""
        wanted = self._wanted(handed, document, lot)
        own = [mark for mark in lot.marks if mark.params.get("receipt") == document.id]
        for mark in own:
            if mark.code in {UNCONFIRMED, DIFFERS, NO_LINK, UNLIKE} and (mark.code, mark.params) not in [
                (one.code, one.params) for one in wanted
            ]:
                self.decision.add(MarkCleared(mark.id))
        standing = [(mark.code, mark.params) for mark in own]
        for mark in wanted:
            if (mark.code, mark.params) not in standing:
                self.decision.add(replace(mark, id=self.decision.next_id("mark")))
        self._mark_proof(handed, document, lot)
        self._mark_times(handed, document, lot)

    def _wanted(self, handed: Handed, document: Document, lot: KnownLot) -> list[Mark]:
        named = document.stated.text(LOT) or document.stated.inner(HANDOVER, STMT) or ""
        if handed.state == PAPER:
            return self._as_mark("R19", NO_LINK, document, lot, value="", limit="1", open=True)
        if handed.state in PAIRED:
            return self._difference(handed, document, lot)
        if handed.state in {RETURNED, WITHDRAWN}:
            return []
        return self._as_mark("R19", UNCONFIRMED, document, lot, value=named, limit="1")

    def _mark_times(self, handed: Handed, document: Document, lot: KnownLot) -> None:
        """P27 on both lots of a pair that was received before it was sent."""
        above = self._sent(handed) if handed.state in PAIRED else None
        left = above.produced.earliest if above is not None else None
        came = lot.produced.latest
        wanted: list[Mark] = []
        if above is not None and left is not None and came is not None and came < left:
            figures = {
                "value": civil(came),
                "limit": civil(left),
                "lower": lot.urn,
                "upper": above.urn,
            }
            for one in (lot, above):
                wanted += self._as_mark("P27", CONTRADICT, document, one, **figures)
        own = [
            one
            for goods in (lot, *self._all_sent())
            for one in goods.marks
            if one.code == CONTRADICT and one.params.get("receipt") == document.id
        ]
        for mark in own:
            if (mark.lot, mark.params) not in [(one.lot, one.params) for one in wanted]:
                self.decision.add(MarkCleared(mark.id))
        for mark in wanted:
            if (mark.lot, mark.params) not in [(one.lot, one.params) for one in own]:
                self.decision.add(replace(mark, id=self.decision.next_id("mark")))

    def _all_sent(self) -> list[KnownLot]:
        """The goods of every hand-over here: a receipt that leaves one for another leaves its marks."""
        sent = [one for one in self.documents.values() if one.typ in PAIR_NAMES.handovers]
        found = [goods_of(self.decision, one, PAIR_NAMES.handovers[one.typ].lot) for one in sent]
        return [lot for lot in found if lot is not None]

    def _sent(self, handed: Handed) -> KnownLot | None:
        sent = self.documents.get(handed.handover or "")
        return goods_of(self.decision, sent, PAIR_NAMES.handovers[sent.typ].lot) if sent is not None else None

    def _difference(self, handed: Handed, document: Document, lot: KnownLot) -> list[Mark]:
        above = self._sent(handed)
        if above is None:
            return []
        if handed.share is None:
            # Both sides confirm the goods; whether as much came as was sent, nobody can tell.
            units = [shown(above.quantity), shown(lot.quantity)]
            return self._as_mark("P28", UNLIKE, document, lot, value=units, limit=1)
        if handed.reason not in {EXCEEDS, SHORT}:
            return []
        tolerance = self.decision.rule("R18", what="receipt")
        alike = above.quantity.dimension == lot.quantity.dimension
        figures = {
            "value": shown(lot.quantity if alike else part(above.quantity, handed.share)),
            "limit": shown(above.quantity),
            "tolerance": percent(share_of(tolerance)),
            "supplierLot": above.urn,
            "stated": shown(above.quantity),
            "reason": handed.reason,
        }
        return self._as_mark("R18", DIFFERS, document, lot, **figures)

    def _as_mark(
        self, rule: str, code: str, document: Document, lot: KnownLot, **params: object
    ) -> list[Mark]:
        """A mark as the table of admission has it for receipts, whoever's statement makes it."""
        admission = self.decision.rules.admission(rule, PAIR_NAMES.receipt, self.decision.day)
        if admission is None:
            return []
        held = self.decision.rule(rule, **({"what": "receipt"} if rule == "R18" else {}))
        figures = {"clause": held.cited, **params, "receipt": document.id}
        gates = admission.gates if code == admission.code else ()
        return [Mark(0, rule, code, lot.id, gates, figures)]

    def _mark_proof(self, handed: Handed, document: Document, lot: KnownLot) -> None:
        """R07 when the receipt is stated; a pair whose goods are certified settles it later on."""
        marks = [mark for mark in lot.marks if mark.code == UNPROVEN and mark.declared is None]
        bare = is_bare(lot, self._vouching(handed))
        if not bare:
            for mark in marks:
                self.decision.add(MarkCleared(mark.id))
        elif not marks and self.decision.entry.statement_id == document.versions[-1].id:
            proofs = lot.detail.get("proofs")
            wanted = self._as_mark("R07", UNPROVEN, document, lot, value=proofs, limit="1")
            for mark in wanted:
                self.decision.add(replace(mark, id=self.decision.next_id("mark")))

    def _vouching(self, handed: Handed) -> list[KnownLot]:
        """The lots whose certificates and tests count for a receipt: those of the pair."""
        if handed.state not in PAIRED or handed.handover is None:
            return []
        sent = self.documents[handed.handover]
        members = PAIR_NAMES.handovers[sent.typ]
        names = (sent.stated.data.get(members.lot), sent.stated.data.get(members.from_lot))
        found = (self.decision.known.lots.get(str(name)) for name in names)
        return [lot for lot in found if lot is not None]
