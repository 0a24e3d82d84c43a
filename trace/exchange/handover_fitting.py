"""Hand-overs at a desk: delivery notes of what is shipped, and the openings that receipts state.

Shipments to one receiver at one time are the lines of one note: their salts derive from its secret, so that
one code on the paper opens all of them. A receipt whose row names the shipper takes up that shipper's open
hand-over where exactly one fits; where several do, or none, it stays a claim until somebody says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from trace.chain.facts.food import RECEIPT
from trace.chain.facts.goods import SHIPMENT
from trace.exchange.delivery_note import LINES_MOST, DeliveryNote, new_secret
from trace.exchange.draft import Draft
from trace.ledger.canonical import unb64u
from trace.ledger.pairing import note_salt

_RECEIVER: Final = "receiver"

Offers = Callable[[Sequence[DeliveryNote]], Sequence[Mapping[str, Any]]]
"""Asks for the hand-overs that are open to whoever signs, and for those that these notes open: as the
interface answers (`GET /api/v1/inbox`)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A hand-over that a receipt takes up, and how its shipper is registered."""

    stmt: str
    salt: str
    log: str
    index: int
    shipper_name: str
    lot: str


class Handovers:
    """What a desk knows of hand-overs while it signs a file.

    `secrets`: draft key -> secret of its note; `opened`: draft key of a receipt -> what it takes up;
    `unsure`: draft key of a receipt -> how many hand-overs of its supplier may be meant.
    """

    def __init__(self, offers: Offers) -> None:
        self._offers = offers
        self.secrets: dict[str, bytes] = {}
        self.opened: dict[str, Opened] = {}
        self.unsure: dict[str, int] = {}

    def write_notes(self, drafts: Sequence[Draft]) -> None:
        """Give every run of shipments to one receiver at one time the secret of one note."""
        before: tuple[object, ...] | None = None
        secret, lines = b"", 0
        for draft in drafts:
            receiver = draft.data.get(_RECEIVER)
            if draft.typ != SHIPMENT.typ or receiver is None or _RECEIVER not in draft.private:
                before = None
                continue
            now = (receiver, draft.occurred_at)
            if now != before or lines == LINES_MOST:
                secret, lines = new_secret(), 0
            before, lines = now, lines + 1
            self.secrets.setdefault(draft.key, secret)

    def salts(self, draft: Draft) -> Mapping[str, bytes]:
        """The salt of a shipment's receiver, from the note that it is a line of."""
        secret = self.secrets.get(draft.key)
        return {} if secret is None else {_RECEIVER: unb64u(note_salt(secret, draft.sub))}

    def take_up(self, drafts: Sequence[Draft], notes: Sequence[DeliveryNote] = ()) -> None:
        """Find the hand-over of each receipt whose row names its shipper; notes at hand open their lines."""
        receipts = [one for one in drafts if one.typ == RECEIPT.typ and _names_shipper(one)]
        if not receipts:
            return
        offered = [one for one in self._offers(notes) if one["salt"] is not None]
        left = {one["stmt"]: Decimal(one["quantity"]["value"]) for one in offered}
        for one in offered:
            left[one["stmt"]] -= Decimal(one["received"]["value"])
        for draft in receipts:
            fitting = _narrowed(draft, [one for one in offered if _fits(draft, one, left)])
            if len(fitting) == 1:
                (found,) = fitting
                if _is_in_unit_of(draft, found):
                    left[found["stmt"]] -= _amount(draft)
                self.opened[draft.key] = _opened(found)
            elif fitting:
                self.unsure[draft.key] = len(fitting)


def _names_shipper(draft: Draft) -> bool:
    return isinstance(draft.data.get("supplier"), str) and "handover" not in draft.data


def _amount(draft: Draft) -> Decimal:
    quantity: Any = draft.data["quantity"]
    return Decimal(quantity["value"])


def _fits(draft: Draft, offered: Mapping[str, Any], left: Mapping[str, Decimal]) -> bool:
    """Whether a row and an open hand-over say nothing that contradicts each other.

    A row that names the lot means it, whatever its amount and unit: a difference is what both sides then see.
    """
    said = draft.data
    lots = {offered["lot"], offered["fromLot"]}
    named_lot, product = said.get("supplierLot"), said.get("product")
    if product is not None and offered["product"] is not None:
        same = product == offered["product"]
    else:
        same = said["productName"] == offered["productName"]
    if said["supplier"] != offered["shipper"]:
        return False
    if named_lot is not None:
        return named_lot in lots
    return same and _is_in_unit_of(draft, offered) and _amount(draft) <= left[offered["stmt"]]


def _is_in_unit_of(draft: Draft, offered: Mapping[str, Any]) -> bool:
    quantity: Any = draft.data["quantity"]
    return bool(quantity["unit"] == offered["quantity"]["unit"])


def _narrowed(draft: Draft, fitting: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of several those whose batch, then whose amount, is the row's; all where that leaves none."""
    said = draft.data
    for alike in (
        [one for one in fitting if one["lot"] == said.get("supplierLot")],
        [one for one in fitting if said.get("batchNo") and one["fromBatch"] == said.get("batchNo")],
        [one for one in fitting if Decimal(one["quantity"]["value"]) == _amount(draft)],
    ):
        if len(fitting) > 1 and alike:
            fitting = alike
    return fitting


def _opened(found: Mapping[str, Any]) -> Opened:
    return Opened(
        found["stmt"],
        found["salt"],
        found["log"],
        found["index"],
        found["shipperName"] or found["shipper"],
        found["lot"],
    )
