"""Words that hand-overs hang on: receipts, consignments, answers to them, and what names what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
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

    signed   statement id -> the statement as signed, with the standing of its key
    kids     statement id -> the key that signed it
    answers  statement id -> the statements that correct, confirm, refuse or settle it
    own      (statement id, signer) -> this signer's corrections of it
    naming   statement id or lot urn -> the receipts that name it
    lots     lot urn -> the hand-overs that say that they sent it
    agreed   statements whose differences are settled
    """

    signed: dict[str, Signed] = field(default_factory=dict)
    kids: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    naming: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    agreed: dict[str, bool] = field(default_factory=dict)

    def keep(self, put: Put, signed: Signed, kid: str) -> None:
        """Take a statement in, by a `put` that can be taken back; again when its key fell."""
        if signed.id not in self.signed:
            put(self.kids, signed.id, kid)
            for name in about_of(signed):
                put(self.answers, name, (*self.answers.get(name, ()), signed.id))
                if signed.typ == CORRECTION.typ:
                    key = (name, signed.iss)
                    put(self.own, key, (*self.own.get(key, ()), signed.id))
            data = stated_data(signed)
            first = str(signed.data.get("amends")) if signed.typ == CORRECTION.typ else signed.id
            for name in names_of(data):
                put(self.naming, name, (*self.naming.get(name, ()), first))
            for lot in sent_lots(signed):
                put(self.lots, lot, (*self.lots.get(lot, ()), first))
        put(self.signed, signed.id, signed)

    def component(self, start: Collection[str]) -> tuple[list[Signed], set[str]]:
        """All statements that may bear on what these are, over any number of steps.

        From a claim that cannot come to anything the walk does not go on to the others who name the same:
        a stranger's claims, however many, cost nobody else anything. The second value are those of whom
        everything is here: of the others nothing follows.
        """
        found: dict[str, Signed] = {}
        whole: set[str] = set()
        waiting = [(name, True) for name in start]
        while waiting:
            name, wide = waiting.pop()
            signed = self.signed.get(name)
            if signed is None or name in whole or (name in found and not wide):
                continue
            found[name] = signed
            if wide:
                whole.add(name)
            waiting += [(one, wide) for one in self.answers.get(name, ()) if self._counts(one, signed)]
            waiting += [(about, wide) for about in about_of(signed) if self._is_about(signed, about)]
            waiting += self._named_by(signed)
            if wide:
                waiting += [(one, True) for one in self._claimants(signed) if self._may_pair(one, signed)]
        return list(found.values()), whole

    def _named_by(self, signed: Signed) -> Iterator[tuple[str, bool]]:
        first = str(signed.data.get("amends")) if signed.typ == CORRECTION.typ else signed.id
        for name in names_of(stated_data(signed)):
            for handover in (name, *self.lots.get(name, ())):
                if handover in self.signed:
                    yield handover, first in self.signed and self._may_pair(first, self.signed[handover])

    def _claimants(self, signed: Signed) -> Iterator[str]:
        for name in (signed.id, *sent_lots(signed)):
            yield from (one for one in self.naming.get(name, ()) if one in self.signed)

    def _is_about(self, answer: Signed, about: str) -> bool:
        named = self.signed.get(about)
        return named is not None and self._counts(answer.id, named)

    def _counts(self, answer: str, about: Signed) -> bool:
        """Whether an answer may change anything of what it answers: a stranger's never does."""
        said = self.signed.get(answer)
        if said is None:
            return False
        if said.typ == CORRECTION.typ:
            return said.iss == about.iss
        if said.typ == CONFIRMATION:
            sides = {self.signed[name].iss for name in about_of(said) if name in self.signed}
            return said.iss in sides
        if said.typ != REFUSAL or said.iss == about.iss:
            return said.typ != REFUSAL
        if about.typ in PAIR_NAMES.handovers:
            own = (one for one in self._claimants(about) if self.signed[one].iss == said.iss)
            return self._opens(said, about) or any(self._may_pair(one, about) for one in own)
        return any(said.iss in sides for sides in map(self._sides, self._versions(about)))

    def _sides(self, data: Mapping[str, object]) -> set[object]:
        """The parties that a receipt names as its source."""
        named = [self.signed[name].iss for name in names_of(data) if name in self.signed]
        owners = [owner for name in names_of(data) for owner in owners_of(name)]
        return {data.get("supplier"), *named, *owners}

    def _versions(self, signed: Signed) -> Iterator[Mapping[str, object]]:
        """What a statement says and what its signer's corrections say instead."""
        yield signed.data
        for name in self.own.get((signed.id, signed.iss), ()):
            if name in self.signed:
                yield stated_data(self.signed[name])

    def _opens(self, said: Signed, handover: Signed) -> bool:
        """Whether a salt in an answer opens the hand-over to its signer."""
        salt = said.data.get("salt")
        return any(names_party(data, salt, said.iss) for data in self._versions(handover))

    def _may_pair(self, receipt: str, handover: Signed) -> bool:
        """Whether a claim may come to anything: it opens what it names, or one of the sides joined them."""
        claimed = self.signed[receipt]
        for data in self._versions(claimed):
            opening = data.get("handover")
            salt = opening.get("salt") if isinstance(opening, Mapping) else None
            if any(names_party(sent, salt, claimed.iss) for sent in self._versions(handover)):
                return True
        for name in self.answers.get(receipt, ()):
            said = self.signed.get(name)
            if said is None or said.typ != CONFIRMATION or handover.id not in about_of(said):
                continue
            if said.iss == handover.iss or (said.iss == claimed.iss and self._opens(said, handover)):
                return True
        return False


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
    """The statements that this one answers; none where it is no answer."""
    named = [signed.data.get(member) for member in _ABOUT.get(signed.typ, ())]
    return [name for name in named if type(name) is str]


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
