"""Photographs that come one by one behind the part that names them, by the digest that it names."""

from __future__ import annotations

import hashlib

from trace.errors import PaperUnfit
from trace.parties import Actor
from trace.store.transaction import Transactions, Tx
from trace.store.visits.papers import papers_of_visit
from trace.store.visits.visits import PartRow
from trace.usecases.visits.fill_visit import Photo, keep_photo
from trace.usecases.visits.standing import require_part, require_visit


def photos_to_come(tx: Tx, part: PartRow) -> list[str]:
    """The items of the photographs that a part names and that have not come yet, one a photograph."""
    named = {digest: one.item for one in part.answers for digest in one.photos}
    here = {one.digest for one in papers_of_visit(tx.connection, part.number)} if named else set()
    return [item for digest, item in named.items() if digest not in here]


def send_photo(
    transactions: Transactions, actor: Actor, number: str, photo: Photo, digest: str, captured_at: str
) -> None:
    """Keep one photograph of the caller's part; the same one again changes nothing.

    Raises `VisitUnknown`, `VisitOutOfArea`, `VisitNotYours`, and `PaperUnfit` of what is empty, too large, of
    another form, or other bytes than were named.
    """
    with transactions.begin(actor.subject) as tx:
        row = require_visit(tx, actor, number)
        part = require_part(tx, actor, row)
        body = photo.paper.body
        if body and hashlib.sha256(body).hexdigest() != digest:
            raise PaperUnfit(name=photo.paper.name.strip()[:120] or "paper", reason="changed")
        keep_photo(tx, row, part.department, actor, photo, captured_at)
