"""The goods of a case for a page: read at once where they are few, else page by page of a kept reading.

Where there is no reading yet, or the log has gone on since the last, one is handed in to the scheduler; the
page says how far it is, and whoever asked may leave and come back.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from trace.parties import Actor
from trace.store.analyses.documents import known_until
from trace.store.analyses.runs import RunRow
from trace.store.casework.goods import KeptReading, last_reading
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.goods_of_case import FIRST, Goods, Part, goods_awaited, goods_of_case, no_goods
from trace.usecases.casework.kept_goods import AT_ONCE, NAME, is_due, is_wide, open_reading
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.casework.read_case import CaseSeen
from trace.usecases.inquiries.runs import find_open, hand_in

_NUMBER: Final = 20


def goods_shown(
    transactions: Transactions,
    actor: Actor,
    seen: CaseSeen,
    what: str = "page",
    part: Part = FIRST,
    at_once: int = AT_ONCE,
) -> Goods:
    """The goods as far as they are known; `run` where they are being read. `at_once`: lots read at a look."""
    reader, row = seen.reader(actor), seen.row
    if not row.lot:
        note_look(
            transactions, actor, [row.party], Seen(what, row.number, 1), Purpose(row.number, row.number)
        )
        return no_goods(row)
    with transactions.look(actor.subject) as tx:
        kept = last_reading(tx.connection, row.number)
        few = kept is None and not is_wide(tx, reader, row.lot, at_once)
    if few:
        return goods_of_case(transactions, reader, row, what, part)
    with transactions.begin(actor.subject) as tx:
        run = _running(tx, actor, row.number, kept)
    if kept is None:
        return goods_awaited(row, run)
    return replace(open_reading(transactions, reader, row, kept, what, part), run=run)


def _running(tx: Tx, actor: Actor, number: str, kept: KeptReading | None) -> RunRow | None:
    """The run that reads the goods, handed in where there has to be one and is none."""
    asked = {"case": number}
    if (run := find_open(tx, actor, NAME, asked)) is not None:
        return run
    if kept is not None and not is_due(tx, kept.read_at, kept.arrival):
        return None
    known = known_until(tx.connection, tx.origin, tx.now).arrival
    told = (NAME, actor.party or actor.subject, number, str(known), kept.reading if kept is not None else "")
    key = hashlib.sha256(" ".join(told).encode()).hexdigest()
    return hand_in(tx, actor, NAME, asked, number, key[:_NUMBER])
