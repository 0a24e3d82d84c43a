"""Open disputes of an area: about what, between whom, since when, and what would end each.

A dispute lies where one of its sides is registered. All of the area are counted, one page is shown, the
oldest first; whoever reads it says what for, and the firms on the page are told of the look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.sight import lies_in
from trace.oversight.disputes import ends_of
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import cases_of_lot
from trace.store.casework.disputes import OpenDispute, open_disputes, sides_of
from trace.store.lots.standing import regions_of_parties
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import hold_on
from trace.usecases.lots.lineage_parts import parted

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A dispute as an authority reads it: `between` are urns, `cases` those of its lot that it may read."""

    row: OpenDispute
    between: tuple[str, ...]
    ends: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisputesSeen:
    """One page after the first `after`, of `count` that are open in the area."""

    disputes: Sequence[DisputeSeen]
    count: int
    after: int
    now: datetime
    names: dict[str, str]


def list_disputes(
    transactions: Transactions, actor: Actor, purpose: str, after: int = 0, most: int = SHOWN
) -> DisputesSeen:
    """The open disputes of the caller's area; raises `PurposeMissing` before anything is looked for."""
    why = Purpose(purpose)
    why.required()
    with transactions.begin(actor.subject) as tx:
        count, page = 0, []
        for part in parted(open_disputes(tx.connection)):
            for row, between in _of_area(tx, actor, part):
                if after <= count < after + most:
                    page.append(_seen(tx, actor, row, between))
                count += 1
        parties = {party for one in page for party in one.between}
        note_looks(tx, actor, parties, Seen("disputes", actor.region, len(page)), why)
        return DisputesSeen(page, count, after, tx.now, firm_names(tx.connection, sorted(parties)))


def _of_area(tx: Tx, actor: Actor, rows: Sequence[OpenDispute]) -> list[tuple[OpenDispute, tuple[str, ...]]]:
    """Those of the rows that lie in the caller's area, with their sides."""
    signed = sides_of(tx.connection, {stmt for row in rows for stmt in (*row.statements, row.opener)})
    between = {
        row.id: tuple(sorted({row.by, *(one for stmt in row.statements for one in signed.get(stmt, ()))}))
        for row in rows
    }
    regions = regions_of_parties(tx.connection, {party for sides in between.values() for party in sides})
    return [
        (row, between[row.id])
        for row in rows
        if any(lies_in(actor.region, regions.get(party, frozenset())) for party in between[row.id])
    ]


def _seen(tx: Tx, actor: Actor, row: OpenDispute, between: tuple[str, ...]) -> DisputeSeen:
    cases = [one.number for one in cases_of_lot(tx.connection, row.lot) if hold_on(tx, actor, one)]
    return DisputeSeen(row, between, ends_of(row.typ, row.subject), tuple(cases))
