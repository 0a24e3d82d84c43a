"""Naming: whether a receipt and a hand-over, as they stand, name each other, and what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from trace.ledger.pairing.opening import opens
from trace.ledger.pairing.statements import Document, HandoverMembers, PairNames, Version

HANDOVER, SALT, STMT = "handover", "salt", "stmt"
LOT, SUPPLIER, THROUGH, RETURNS = "supplierLot", "supplier", "through", "returns"

NO_HANDOVER: Final = "no-handover"
KEY_INVALID: Final = "key-invalid"
WITHDRAWN: Final = "withdrawn"
SUPPLIER_DIFFERS: Final = "supplier-differs"
LOT_DIFFERS: Final = "lot-differs"
SELF: Final = "self"
OPENING_DIFFERS: Final = "opening-differs"
REFUSED: Final = "refused"
OTHER_RECEIVER: Final = "other-receiver"
ORDER_OPEN: Final = "order-open"
WITHHELD: Final = "withheld"
FURTHEST: Final = (
    NO_HANDOVER,
    WITHHELD,
    WITHDRAWN,
    KEY_INVALID,
    SUPPLIER_DIFFERS,
    LOT_DIFFERS,
    OPENING_DIFFERS,
    SELF,
    REFUSED,
    OTHER_RECEIVER,
    ORDER_OPEN,
)
"""Reasons in the order in which a receipt comes nearer to a pair."""


@dataclass(slots=True)
class Book:
    """The statements by their kind, what names what, and which version of each stands at the moment."""

    names: PairNames
    documents: Mapping[str, Document]
    lenient: bool
    """Whether keys that fell count: what would be paired if none had."""
    standing: dict[str, Version] = field(default_factory=dict)
    confirmations: dict[str, list[Document]] = field(default_factory=dict)
    refusals: dict[str, list[Document]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents.values():
            if document.typ == self.names.confirmation:
                for receipt in {version.text("receipt") for version in document.versions} - {None}:
                    self.confirmations.setdefault(str(receipt), []).append(document)
            elif document.typ == self.names.refusal:
                for about in {version.text("about") for version in document.versions} - {None}:
                    self.refusals.setdefault(str(about), []).append(document)

    def members(self, handover: Document) -> HandoverMembers:
        return self.names.handovers[handover.typ]

    def is_fit(self, version: Version) -> bool:
        """Whether its key counts."""
        return version.valid or self.lenient

    def stands(self, document: Document) -> Version | None:
        """The version in force, unless it is withdrawn, not there yet, or its key fell."""
        version = self.standing.get(document.id)
        return version if version is not None and not version.withdrawn and self.is_fit(version) else None

    def confirmed(self, receipt: Document, handover: Document, by: str) -> Iterator[tuple[Document, Version]]:
        """The standing confirmations in which a party joins this receipt to this hand-over."""
        for document in self.confirmations.get(receipt.id, ()):
            version = self.stands(document) if document.iss == by else None
            if (
                version is not None
                and version.text("receipt") == receipt.id
                and version.text(HANDOVER) == handover.id
            ):
                yield document, version

    def refused(self, receipt: Document, handover: Document) -> tuple[Document | None, Document | None]:
        """The standing refusals of the receipt by the shipper, and of the hand-over by the receiver.

        One is overcome by its signer's own later confirmation of the two.
        """
        return (
            self._refusal(receipt.id, handover.iss, receipt, handover),
            self._refusal(handover.id, receipt.iss, receipt, handover),
        )

    def _refusal(self, about: str, by: str, receipt: Document, handover: Document) -> Document | None:
        confirmed = [one.place.key for _, one in self.confirmed(receipt, handover, by)]
        found = None
        for document in self.refusals.get(about, ()):
            version = self.stands(document) if document.iss == by else None
            if version is None or version.text("about") != about:
                continue
            if about == handover.id and not self._may_refuse(receipt, handover, version):
                continue
            if not any(place > document.versions[0].place.key for place in confirmed):
                found = document
        return found

    def _may_refuse(self, receipt: Document, handover: Document, refusal: Version) -> bool:
        """Whether the hand-over is addressed to the refuser: by this salt or the receipt's, or in clear."""
        now = self.standing.get(receipt.id)
        salts = [refusal.text(SALT), now.inner(HANDOVER, SALT) if now is not None else None]
        return any(self.names_party(handover, receipt.iss, salt) for salt in salts)

    def names_party(self, handover: Document, party: str, salt: object) -> bool:
        """Whether any version names this party, in clear or opened by a salt."""
        name = self.members(handover).receiver
        return any(one.text(name) == party or opens(one.data, salt, name, party) for one in handover.versions)

    def lacks(self, receipt: Document, handover: Document) -> str:
        """Why the two are no pair as they stand; empty when they name each other."""
        has, gives = self.standing.get(receipt.id), self.standing.get(handover.id)
        if has is None or gives is None:
            return NO_HANDOVER
        if has.withdrawn or gives.withdrawn:
            return WITHDRAWN
        if not (self.is_fit(has) and self.is_fit(gives)):
            return KEY_INVALID
        by_receiver = [one for _, one in self.confirmed(receipt, handover, receipt.iss)]
        by_shipper = any(True for _ in self.confirmed(receipt, handover, handover.iss))
        reason = self._named(has, receipt, handover, gives, (bool(by_receiver), by_shipper))
        if reason:
            return reason
        name = self.members(handover).receiver
        salts = [has.inner(HANDOVER, SALT), *(one.text(SALT) for one in by_receiver)]
        opened = gives.text(name) == receipt.iss or any(
            opens(gives.data, salt, name, receipt.iss) for salt in salts
        )
        if receipt.iss == handover.iss:
            return "" if opened else SELF
        if not opened and not by_shipper:
            return OPENING_DIFFERS
        return REFUSED if all(self.refused(receipt, handover)) else ""

    def _named(
        self,
        has: Version,
        receipt: Document,
        handover: Document,
        gives: Version,
        confirmed: tuple[bool, bool],
    ) -> str:
        """Whether the receipt names the hand-over: by its id, by its lot, or through a confirmation."""
        by_receiver, by_shipper = confirmed
        members = self.members(handover)
        lot, named = gives.text(members.lot), has.text(LOT)
        if lot is None or handover.iss not in self.names.owners(lot):
            return NO_HANDOVER
        if has.says(THROUGH) or RETURNS in has.data:
            return NO_HANDOVER
        of_shipper = named is not None and handover.iss in self.names.owners(named)
        covered = by_shipper and of_shipper
        if HANDOVER in has.data:
            if has.inner(HANDOVER, STMT) != handover.id:
                return NO_HANDOVER
        elif not (by_receiver or named == lot or covered):
            return NO_HANDOVER
        stated = has.data.get(SUPPLIER)
        if stated is not None and stated != handover.iss:
            return SUPPLIER_DIFFERS
        if named is not None and named not in (lot, gives.text(members.from_lot)) and not covered:
            return LOT_DIFFERS
        return ""


def naming_of(version: Version) -> tuple[object, ...]:
    """What of a receipt names a hand-over: a correction that keeps it keeps its place."""
    flags = (version.says(THROUGH), version.text(RETURNS))
    named = (version.text(LOT), version.data.get(SUPPLIER))
    return (version.inner(HANDOVER, STMT), HANDOVER in version.data, *named, *flags)
