"""Serials of a pack lot, for those who may see it: its range, and what became of which part."""

from __future__ import annotations

from dataclasses import dataclass

from trace.codes.platform_code import SCOPE
from trace.codes.ranges import CodeRange
from trace.errors import CodesNotAllocated
from trace.parties import Actor
from trace.store.codes.ranges import read_ranges
from trace.store.transaction import Transactions
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.lots.sight import require_sight
from trace.usecases.lots.trace_lineage import require_lot


@dataclass(frozen=True, slots=True)
class LotCodes:
    """The serials of a lot: its range, and which of them are active, recalled and void."""

    lot: str
    codes: CodeRange

    @property
    def live(self) -> int:
        """How many codes answer: active, neither recalled nor void."""
        live = self.codes.active
        for withdrawn in (self.codes.recalled, self.codes.void):
            for interval in withdrawn:
                live = live.removed(interval)
        return live.total


@dataclass(frozen=True, slots=True)
class SingleLotCode(LotCodes):
    """The serials of goods without a GTIN that have one platform code for all of them."""

    code: str


def show_codes(transactions: Transactions, issued: IssuedCodes, lot: str, actor: Actor) -> LotCodes:
    """The serials of the lot urn `lot`; raises `UnknownLot`, `LotOutOfSight`, `CodesNotAllocated`."""
    with transactions.look("codes") as tx:
        row = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, row)
        found = read_ranges(tx.connection, [lot])
    if not found:
        raise CodesNotAllocated(lot=lot)
    codes = found[-1].codes
    if codes.scope == SCOPE and codes.interval.count == 1:
        (code,) = issued.platform_codes(codes.epoch, codes.interval.first, 1)
        return SingleLotCode(lot, codes, code)
    return LotCodes(lot, codes)
