"""The tested lots of an authority's area, to choose failing and passing ones from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.sight import lies_in
from trace.parties import Actor
from trace.store.analyses.tested_lots import Tested, list_tested
from trace.store.casework.asked import firm_names
from trace.store.lots.details import read_lots_by_id
from trace.store.lots.standing import regions_of
from trace.store.transaction import Transactions
from trace.usecases.casework.look import Purpose, Seen, note_looks

SHOWN: Final = 200
_READ: Final = 1_000
FAIL: Final = "fail"


@dataclass(frozen=True, slots=True)
class TestedLot:
    """A lot with its newest test, and whether any test of it failed."""

    test: Tested
    holder: str
    failed: bool


@dataclass(frozen=True, slots=True)
class TestedLots:
    """`more`: there are older tests than are shown."""

    lots: Sequence[TestedLot] = ()
    more: bool = False


def choose_tested(transactions: Transactions, actor: Actor, product: str, purpose: str) -> TestedLots:
    """The tested lots in the caller's area, failing first; raises `PurposeMissing` before any is read."""
    why = Purpose(purpose)
    why.required()
    with transactions.begin(actor.subject) as tx:
        tests = list_tested(tx.connection, product.strip()[:80], _READ)
        rows = read_lots_by_id(tx.connection, {one.lot for one in tests})
        regions = regions_of(tx.connection, rows.values())
        newest: dict[int, Tested] = {}
        failed = {one.lot for one in tests if one.conclusion == FAIL}
        for one in tests:
            if one.lot in rows and lies_in(actor.region, regions[one.lot]):
                newest.setdefault(one.lot, one)
        shown = list(newest.values())[:SHOWN]
        makers = {one.lot: rows[one.lot].made_by.iss for one in shown}
        note_looks(tx, actor, makers.values(), Seen("search", product.strip(), len(shown)), why)
        names = firm_names(tx.connection, sorted(set(makers.values())))
    found = [TestedLot(one, names.get(of := makers[one.lot], of), one.lot in failed) for one in shown]
    found.sort(key=lambda one: not one.failed)
    return TestedLots(found, len(newest) > SHOWN or len(tests) == _READ)
