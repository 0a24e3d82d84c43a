"""Delivery notes (送货单) of what an upload shipped: the code that goes with the goods, and its lines.

A note is its firm's alone: its code opens to whoever has it to whom the goods go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.errors import UploadUnknown
from trace.exchange.delivery_note import DeliveryNote
from trace.ledger.canonical import unb64u
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.uploads.drafts import STATED, KeptDraft, drafts_by_outcome, upload_signed_in
from trace.usecases.uploads.receive import require_own

_MOST: Final = 100_000


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of a note: the consignment, the lot that it was taken from, and how much."""

    lot: str
    from_lot: str
    quantity: str
    stmt: str


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A delivery note to be printed: what its symbol holds, to whom and when the goods left."""

    text: str
    receiver: str
    shipped_at: datetime
    lines: tuple[NoteLine, ...]


def stated_drafts(transactions: Transactions, actor: Actor, upload: str) -> list[KeptDraft]:
    """What was stated from an upload of the caller's firm; raises `UploadUnknown`."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        return drafts_by_outcome(tx.connection, one.id, STATED, _MOST)


def notes_of(kept: list[KeptDraft]) -> dict[str, tuple[str, list[KeptDraft]]]:
    """Secret of a note -> its text and its lines, in the order in which they were stated."""
    lines: dict[str, list[KeptDraft]] = {}
    for each in sorted(kept, key=lambda each: each.index or 0):
        if each.note is not None:
            lines.setdefault(each.note, []).append(each)
    return {
        note: (DeliveryNote(listed[0].stmt or "", len(listed), unb64u(note)).text(), listed)
        for note, listed in lines.items()
    }


def delivery_notes(transactions: Transactions, actor: Actor, upload: str) -> tuple[NoteShown, ...]:
    """The notes of the shipments that were stated from an upload of the caller's firm; raises
    `UploadUnknown`."""
    found = notes_of(stated_drafts(transactions, actor, upload)).values()
    return tuple(
        NoteShown(text, _receiver(listed[0]), listed[0].draft.occurred_at, tuple(map(_line, listed)))
        for text, listed in found
    )


def upload_of_batch(transactions: Transactions, actor: Actor, batch: str) -> str:
    """The upload of the caller's firm whose records were signed in a batch; raises `UploadUnknown`."""
    with transactions.look(actor.subject) as tx:
        found = upload_signed_in(tx.connection, actor.party or "", batch)
    if found is None:
        raise UploadUnknown(upload=batch[:40])
    return found


def _receiver(one: KeptDraft) -> str:
    data: Mapping[str, Any] = one.draft.data
    return str(data.get("receiverName") or data.get("receiver") or "")


def _line(one: KeptDraft) -> NoteLine:
    data: Mapping[str, Any] = one.draft.data
    quantity = data["quantity"]
    return NoteLine(
        one.draft.sub, str(data["fromLot"]), f"{quantity['value']} {quantity['unit']}", one.stmt or ""
    )
