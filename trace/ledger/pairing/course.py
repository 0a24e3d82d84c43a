"""The course of hand-overs: statements in the order of their places, each pair complete at its latest one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trace.frozen import quickly_made
from trace.ledger.pairing.naming import HANDOVER, LOT, SALT, STMT, Book, naming_of
from trace.ledger.pairing.statements import Document, PairNames, Place, Version


@quickly_made
@dataclass(frozen=True, slots=True)
class Held:
    """A complete pair: the statement that completed it, its place, and what both named then."""

    handover: str
    completed: str
    place: Place
    naming: tuple[object, ...]
    salt: str | None
    goods: tuple[object, ...]


class Course:
    """Goes through all versions once; `pairs` are the receipts that hold a hand-over at the end."""

    def __init__(self, names: PairNames, documents: Mapping[str, Document], *, lenient: bool) -> None:
        self.book = Book(names, documents, lenient)
        self.pairs: dict[str, Held] = {}
        self.holding: dict[str, list[str]] = {}
        """The receipts that hold a hand-over; they are all of one party."""
        self.ready: dict[tuple[str, str], tuple[Place, Place]] = {}
        """(receipt, hand-over) that name each other, since which place; and the place of the receipt."""
        self._documents = documents
        self._names = names
        self.candidates: dict[str, list[str]] = {}
        self._claimants: dict[str, list[str]] = {}
        self.since: dict[str, Place] = {}
        self._find_candidates()
        self._run()

    def goods_of(self, handover: Document, version: Version) -> tuple[object, ...]:
        """What of a paired hand-over a correction may not change: the lots and the unit."""
        members = self.book.members(handover)
        return version.text(members.lot), version.text(members.from_lot), version.inner("quantity", "unit")

    def _find_candidates(self) -> None:
        """Which hand-overs a receipt may be a pair with: those it names, and those a confirmation names."""
        receipts = [one for one in self._documents.values() if one.typ == self._names.receipt]
        by_lot = self._handovers_by_lot() if receipts else {}
        for one in receipts:
            known = {name for name in self._named(one, by_lot) if self._is_handover(name)}
            self.candidates[one.id] = sorted(known, key=lambda name: self._first(name).place.key)
            for name in self.candidates[one.id]:
                self._claimants.setdefault(name, []).append(one.id)

    def _handovers_by_lot(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for one in self._documents.values():
            if one.typ in self._names.handovers:
                member = self.book.members(one).lot
                for lot in {version.text(member) for version in one.versions} - {None}:
                    found.setdefault(lot, []).append(one.id)
        return found

    def _named(self, receipt: Document, by_lot: Mapping[str | None, list[str]]) -> Iterator[str]:
        for version in receipt.versions:
            yield version.inner(HANDOVER, STMT) or ""
            yield from by_lot.get(version.text(LOT), ())
        for document in self.book.confirmations.get(receipt.id, ()):
            yield from (version.text(HANDOVER) or "" for version in document.versions)

    def _is_handover(self, name: str) -> bool:
        found = self._documents.get(name)
        return found is not None and found.typ in self._names.handovers

    def _first(self, name: str) -> Version:
        return self._documents[name].versions[0]

    def _run(self) -> None:
        steps = [(version, one) for one in self._documents.values() for version in one.versions]
        positions = {
            id(version): at for one in self._documents.values() for at, version in enumerate(one.versions)
        }
        steps.sort(key=lambda step: (step[0].place.key, positions[id(step[0])]))
        for version, document in steps:
            if self.book.lenient and not version.valid and positions[id(version)]:
                continue  # what a fallen key changed or took back
            before = self.book.standing.get(document.id)
            self.book.standing[document.id] = version
            if document.typ == self._names.receipt and (
                before is None or naming_of(before) != naming_of(version)
            ):
                self.since[document.id] = version.place
            touched = self._touched(document)
            if touched:
                self._settle(touched, version)

    def _touched(self, document: Document) -> list[str]:
        """The receipts that a statement may pair or part, the earliest first."""
        found: Iterable[str | None]
        if document.typ == self._names.receipt:
            found = (document.id,)
        elif document.typ in self._names.handovers:
            found = self._claimants.get(document.id, ())
        else:
            member = "receipt" if document.typ == self._names.confirmation else "about"
            named = {version.text(member) for version in document.versions}
            found = [one for name in named for one in (name, *self._claimants.get(name or "", ()))]
        known = {name for name in found if name in self.since}
        return sorted(known, key=lambda name: self.since[name].key)

    def _settle(self, receipts: Iterable[str], latest: Version) -> None:
        """Part what no longer holds, then join what is complete; what is free again is offered once more."""
        touched = dict.fromkeys(receipts)
        for handover in [self._part(name) for name in touched]:
            free = self._claimants[handover] if handover is not None else ()
            touched.update(dict.fromkeys(name for name in free if name in self.since))
        for name in touched:
            self._note_ready(name, latest)
        for name in sorted(touched, key=self._order):
            self._join(name, latest)

    def _part(self, receipt: str) -> str | None:
        """End a pair that no longer holds; returns the hand-over that is free again."""
        held = self.pairs.get(receipt)
        if held is None:
            return None
        document, handover = self._documents[receipt], self._documents[held.handover]
        has, gives = self.book.standing[receipt], self.book.standing[held.handover]
        fallen = has.withdrawn or not (self.book.is_fit(has) and self.book.is_fit(gives))
        if not (fallen or self._drops(document, handover, held) or self._denied(document, handover, gives)):
            return None
        del self.pairs[receipt]
        self.holding[held.handover].remove(receipt)
        return held.handover

    def _drops(self, receipt: Document, handover: Document, held: Held) -> bool:
        """Whether the receiver's own correction no longer names the hand-over, or opens it no longer."""
        has = self.book.standing[receipt.id]
        if naming_of(has) != held.naming:
            return True
        same_salt = has.inner(HANDOVER, SALT) == held.salt
        return not same_salt and bool(self.book.lacks(receipt, handover))

    def _denied(self, receipt: Document, handover: Document, gives: Version) -> bool:
        """Whether both sides deny it: it is withdrawn or refused above, and refused below."""
        by_shipper, by_receiver = self.book.refused(receipt, handover)
        return by_receiver is not None and (gives.withdrawn or by_shipper is not None)

    def _note_ready(self, receipt: str, latest: Version) -> None:
        for name in self.candidates[receipt]:
            ready = not self.book.lacks(self._documents[receipt], self._documents[name])
            if not ready:
                self.ready.pop((receipt, name), None)
            elif (receipt, name) not in self.ready:
                self.ready[receipt, name] = (latest.place, self.since[receipt])

    def _order(self, receipt: str) -> tuple[object, ...]:
        """Of several that wait, the one that was complete first; of the same moment, the earlier receipt."""
        places = [
            (place.key, since.key)
            for name in self.candidates[receipt]
            for place, since in [self.ready.get((receipt, name), (None, None))]
            if place is not None and since is not None
        ]
        return (0, *min(places)) if places else (1,)

    def _join(self, receipt: str, latest: Version) -> None:
        if receipt in self.pairs:
            return
        party = self._documents[receipt].iss
        waiting = [name for name in self.candidates[receipt] if (receipt, name) in self.ready]
        for name in sorted(waiting, key=lambda name: self.ready[receipt, name][0].key):
            holding = self.holding.setdefault(name, [])
            if not holding or self._documents[holding[0]].iss == party:
                has, gives = self.book.standing[receipt], self.book.standing[name]
                goods = self.goods_of(self._documents[name], gives)
                self.pairs[receipt] = Held(
                    name, latest.id, latest.place, naming_of(has), has.inner(HANDOVER, SALT), goods
                )
                holding.append(receipt)
                return
