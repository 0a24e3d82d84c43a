"""The same file read in another way: its bytes as a new upload, by a mapping."""

from __future__ import annotations

from trace.errors import UploadIncomplete
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.uploads.drafts import STATED, count_drafts
from trace.store.uploads.files import discard, read_body, received
from trace.usecases.uploads.receive import PART_BYTES, Announced, announce, require_own, take_part


def read_again(transactions: Transactions, actor: Actor, upload: str, mapping: str) -> str:
    """The upload of the same bytes that is read by a mapping; what was read otherwise is let go.

    Raises `UploadUnknown`, `UploadIncomplete`.
    """
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        if received(tx.connection, one.id) < one.bytes:
            raise UploadIncomplete(upload=one.id)
        body = read_body(tx.connection, one.id)
        signed = count_drafts(tx.connection, one.id).get(STATED, 0)
    how = Announced(one.name, one.sha256, one.bytes, one.format, mapping=mapping)
    made, new = announce(transactions, actor, how)
    if new:
        for start in range(0, len(body), PART_BYTES):
            take_part(transactions, actor, made.id, start, body[start : start + PART_BYTES])
    if made.id != one.id and not signed:
        with transactions.begin(actor.subject) as tx:
            discard(tx.connection, one, tx.now)
    return made.id
