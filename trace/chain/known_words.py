"""Words that hand-overs hang on: receipts, consignments, answers to them, and what names what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.disputes import DISPUTE_SETTLE
from trace.chain.pair_names import PAIR_NAMES, owners_of
from trace.ledger.pairing import Signed, opens

CONFIRMATION, REFUSAL = PAIR_NAMES.confirmation, PAIR_NAMES.refusal
Put = Callable[[Any, Any, Any], None]
_ABOUT: Mapping[str, tuple[str, ...]] = {
    CORRECTION.typ: ("amends",),
    CONFIRMATION: ("receipt", "handover"),
    REFUSAL: ("about",),
    DISPUTE_SETTLE.typ: ("dispute",),
}
"""Kind of an answer -> the members that say what it answers."""


@dataclass(slots=True)
class WordBook:
    """Filled by the store for `Needs.handovers` and `Needs.claims`; `ChainState.apply` goes on from there.

    signed    statement id -> the statement as signed, with the standing of its key
    kids      statement id -> the key that signed it
    answers   statement id -> the statements that correct, confirm, refuse or settle it
    said      (statement id, signer) -> this signer's answers to it
    own       (statement id, signer) -> this signer's corrections of it
    naming    statement id or lot urn -> the receipts that name it
    lots      lot urn -> the hand-overs of its owner that say that they sent it
    pairs     hand-over -> the receipts that may be a pair with it; a claim that can come to nothing is none
    receivers (hand-over, party) -> True where one of `pairs` is this party's
    heard     hand-over -> the refusals that open it
    agreed    statements whose differences are settled

    `pairs` and `heard` only grow: what strangers say, however often, costs nobody else a look at it.
    """

    signed: dict[str, Signed] = field(default_factory=dict)
    kids: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    said: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    own: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    naming: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    receivers: dict[tuple[str, str], bool] = field(default_factory=dict)
    heard: dict[str, tuple[str, ...]] = field(default_factory=dict)
    agreed: dict[str, bool] = field(default_factory=dict)

    def keep(self, put: Put, signed: Signed, kid: str) -> None:
        """Take a statement in, by a `put` that can be taken back; again when its key fell."""
        if signed.id in self.signed:
            put(self.signed, signed.id, signed)
            return
        put(self.kids, signed.id, kid)
        put(self.signed, signed.id, signed)
        is_correction = signed.typ == CORRECTION.typ
        first = str(signed.data.get("amends")) if is_correction else signed.id
        for name in about_of(signed):
            said = signed.id if not is_correction or name == first else first
            _append(put, self.answers, name, said)
            _append(put, self.said, (name, signed.iss), said)
        if is_correction:
            _append(put, self.own, (first, signed.iss), signed.id)
        for name in names_of(stated_data(signed)):
            _append(put, self.naming, name, first)
        for lot in sent_lots(signed):
            if signed.iss in owners_of(lot):
                _append(put, self.lots, lot, first)
        stated = self.signed.get(first)
        if stated is not None and stated.iss == signed.iss:
            self._note_pairs(put, stated)

    def versions(self, signed: Signed) -> Iterator[Mapping[str, object]]:
        """What a statement says and what its signer's corrections say instead."""
        yield signed.data
        for name in self.own.get((signed.id, signed.iss), ()):
            if name in self.signed:
                yield stated_data(self.signed[name])

    def sent_by_name(self, receipt: Signed) -> Iterator[Signed]:
        """The hand-overs that a receipt names, by their id or by the lot that they sent."""
        for data in self.versions(receipt):
            for name in names_of(data):
                for one in (name, *self.lots.get(name, ())):
                    handover = self.signed.get(one)
                    if handover is not None and handover.typ in PAIR_NAMES.handovers:
                        yield handover

    def sides_of(self, receipt: Signed) -> set[str]:
        """The receiver, and the parties that its receipt names as its source or joined it to."""
        sides: set[object] = {receipt.iss}
        for data in self.versions(receipt):
            sides.add(data.get("supplier"))
            for name in names_of(data):
                sides.update(owners_of(name))
                if name in self.signed:
                    sides.add(self.signed[name].iss)
        for _, handover in self._joined(receipt, receipt.iss):
            sides.add(handover.iss)
        return {side for side in sides if type(side) is str}

    def spoken(self, about: str, by: str, typ: str) -> Iterator[Signed]:
        """The answers of a kind that this party gave to a statement, as far as they are here."""
        found = (self.signed.get(name) for name in self.said.get((about, by), ()))
        return (one for one in found if one is not None and one.typ == typ)

    def opens(self, said: Signed, handover: Signed) -> bool:
        """Whether a salt in an answer opens the hand-over to its signer."""
        salts = [data.get("salt") for data in self.versions(said)]
        return any(names_party(data, salt, said.iss) for data in self.versions(handover) for salt in salts)

    def _note_pairs(self, put: Put, signed: Signed) -> None:
        """What a statement, or its correction, joins: receipts to hand-overs, refusals to what they open."""
        if signed.typ == PAIR_NAMES.receipt:
            sides = self.sides_of(signed) if signed.id in self.answers else ()
            joined = {handover.id: handover for side in sides for _, handover in self._joined(signed, side)}
            joined.update({handover.id: handover for handover in self.sent_by_name(signed)})
            for handover in joined.values():
                self._note_pair(put, signed, handover)
        elif signed.typ in PAIR_NAMES.handovers:
            self._note_answered(put, signed)
        elif signed.typ == CONFIRMATION:
            for receipt, handover in self.joins(signed):
                self._note_pair(put, receipt, handover)
        elif signed.typ == REFUSAL:
            for data in self.versions(signed):
                self._note_heard(put, signed, str(data.get("about")))

    def _note_answered(self, put: Put, handover: Signed) -> None:
        """A hand-over that is here now, or is corrected: all that named it before is looked at once."""
        own = self.own.get((handover.id, handover.iss), ())
        lots = [lot for one in (handover, *map(self.signed.__getitem__, own)) for lot in sent_lots(one)]
        names = [handover.id, *lots]
        claimants = dict.fromkeys(one for name in names for one in self.naming.get(name, ()))
        for one in [self.signed[name] for name in claimants if name in self.signed]:
            self._note_pair(put, one, handover)
        answers = self.answers.get(handover.id, ())
        for said in [self.signed[name] for name in answers if name in self.signed]:
            self._note_heard(put, said, handover.id)
            for receipt, named in self.joins(said):
                self._note_pair(put, receipt, named)

    def joins(self, confirmation: Signed) -> Iterator[tuple[Signed, Signed]]:
        """The receipts and hand-overs that a confirmation joins, as far as they are here."""
        for data in self.versions(confirmation):
            receipt = self.signed.get(str(data.get("receipt")))
            handover = self.signed.get(str(data.get("handover")))
            if receipt is not None and handover is not None:
                yield receipt, handover

    def _joined(self, receipt: Signed, by: str) -> Iterator[tuple[Signed, Signed]]:
        """This party's confirmations that join a receipt to a hand-over that is here."""
        for said in self.spoken(receipt.id, by, CONFIRMATION):
            for one, handover in self.joins(said):
                if one.id == receipt.id:
                    yield said, handover

    def _note_pair(self, put: Put, receipt: Signed, handover: Signed) -> None:
        if receipt.typ != PAIR_NAMES.receipt or handover.typ not in PAIR_NAMES.handovers:
            return
        if receipt.id not in self.pairs.get(handover.id, ()) and self._may_pair(receipt, handover):
            _append(put, self.pairs, handover.id, receipt.id)
            put(self.receivers, (handover.id, receipt.iss), True)

    def _note_heard(self, put: Put, refusal: Signed, about: str) -> None:
        handover = self.signed.get(about)
        if handover is None or handover.typ not in PAIR_NAMES.handovers or refusal.typ != REFUSAL:
            return
        if refusal.id not in self.heard.get(about, ()) and self.opens(refusal, handover):
            _append(put, self.heard, about, refusal.id)

    def _may_pair(self, receipt: Signed, handover: Signed) -> bool:
        """Whether a claim may come to anything: it opens what it names, or one of the sides joined them."""
        for data in self.versions(receipt):
            opening = data.get("handover")
            salt = opening.get("salt") if isinstance(opening, Mapping) else None
            if any(names_party(sent, salt, receipt.iss) for sent in self.versions(handover)):
                return True
        own = [said for said, one in self._joined(receipt, receipt.iss) if one.id == handover.id]
        if any(self.opens(said, handover) for said in own):
            return True
        shippers = any(one.id == handover.id for _, one in self._joined(receipt, handover.iss))
        return shippers and (bool(own) or self.concerns(receipt, handover))

    def concerns(self, receipt: Signed, handover: Signed) -> bool:
        """Whether a receipt names this hand-over, or a lot of its signer."""
        for data in self.versions(receipt):
            names = names_of(data)
            if handover.id in names or any(handover.iss in owners_of(name) for name in names):
                return True
        return False


def _append(put: Put, table: Any, key: Any, name: str) -> None:
    """One more name under a key, after the others."""
    before = table.get(key, ())
    if not before or before[-1] != name:
        put(table, key, (*before, name))


def names_party(data: Mapping[str, object], salt: object, party: str) -> bool:
    """Whether a hand-over names a party as its receiver: in clear, or opened by a salt."""
    return any(
        data.get(members.receiver) == party or opens(data, salt, members.receiver, party)
        for members in PAIR_NAMES.handovers.values()
    )


def is_word(typ: str, data: Mapping[str, object]) -> bool:
    """Whether a hand-over may hang on a statement; of a correction what it corrects decides."""
    members = PAIR_NAMES.handovers.get(typ)
    if members is not None:
        return type(data.get(members.lot)) is str
    return typ == DISPUTE_SETTLE.typ or (typ in PAIR_NAMES.kinds and typ != CORRECTION.typ)


def stated_data(signed: Signed) -> Mapping[str, object]:
    """What a statement says: of a correction, what it says in the place of the other."""
    if signed.typ != CORRECTION.typ:
        return signed.data
    replacement = signed.data.get("replacement")
    return replacement if isinstance(replacement, Mapping) else {}


def about_of(signed: Signed) -> list[str]:
    """The statements that this one answers, each once; none where it is no answer.

    A correction answers what it corrects, and what the corrected answer is about from now on.
    """
    named = [signed.data.get(member) for member in _ABOUT.get(signed.typ, ())]
    if signed.typ == CORRECTION.typ:
        data = stated_data(signed)
        named += [data.get(member) for kind in (CONFIRMATION, REFUSAL) for member in _ABOUT[kind]]
    return list(dict.fromkeys(name for name in named if type(name) is str))


def sent_lots(signed: Signed) -> list[str]:
    """The lots that a statement may say that it sent; a correction is taken for one of a hand-over."""
    if signed.typ not in PAIR_NAMES.handovers and signed.typ != CORRECTION.typ:
        return []
    data = stated_data(signed)
    named = {data.get(members.lot) for members in PAIR_NAMES.handovers.values()}
    return [lot for lot in named if type(lot) is str]


def names_of(data: Mapping[str, object]) -> list[str]:
    """What a receipt names: a hand-over, a lot."""
    opening = data.get("handover")
    stmt = opening.get("stmt") if isinstance(opening, Mapping) else None
    return [name for name in (stmt, data.get("supplierLot")) if type(name) is str]
