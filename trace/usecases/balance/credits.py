"""Certified output against what was received for it: credits of raw lots, debits of packs under a licence.

A pack's raw material is what its records lead to inside the firm: harvests of its own, and receipts. A raw
lot counts whole for everything that it went into, at the largest yield of the processes on its best way:
what the records leave open is read in favour of the firm.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from trace.oversight.balance.running import Entry
from trace.usecases.balance.firm_rows_read import FirmBooks, Pack

RAW: Final = frozenset({"harvest", "material"})
_AGAIN: Final = 8
"""How often a lot's factor may rise: through rework a yield above one would rise for ever."""
MostOf = Callable[[str, int], Fraction | None]
"""Process and moment -> its largest yield; None where no rule knows the process."""


class Credited(NamedTuple):
    """A raw lot that counts for certified goods: at most `factor` of it can be in them. `known`: every
    process on the way has a rule; `certain`: harvested, or received by the word of both sides."""

    lot: int
    at: int
    amount: int
    unit: str
    factor: Fraction
    known: bool
    certain: bool
    record: str

    def entry(self) -> Entry:
        whole, rest = divmod(self.amount * self.factor.numerator, self.factor.denominator)
        return Entry(self.at, self.amount * self.factor if rest else whole, self.record)


def credits_of(books: FirmBooks, packs: Collection[Pack], most: MostOf) -> list[Credited]:
    """The raw lots that these packs' records lead to."""
    factors = _factors(books, packs, most)
    found = []
    for lot, (factor, known) in factors.items():
        stock = books.stocks[lot]
        if stock.kind not in RAW or (stock.kind == "material" and books.above.get(lot)):
            continue  # what came back was the firm's own before
        certain = stock.kind == "harvest" or lot in books.confirmed
        found.append(
            Credited(lot, stock.at, stock.quantity, stock.unit, factor, known, certain, stock.record)
        )
    return found


def _factors(books: FirmBooks, packs: Collection[Pack], most: MostOf) -> Mapping[int, tuple[Fraction, bool]]:
    """Lot -> the largest share of it that can be in a pack, and whether all processes are known."""
    one = Fraction(1)
    found: dict[int, tuple[Fraction, bool]] = {pack.id: (one, True) for pack in packs}
    risen = dict.fromkeys(found, 0)
    waiting = deque(found)
    while waiting:
        lot = waiting.popleft()
        factor, known = found[lot]
        stock = books.stocks[lot]
        if stock.kind == "batch":
            largest = most(str(stock.detail.get("yieldOf") or ""), stock.at)
            if largest is None:
                known = False
            else:
                factor = largest if factor is one else factor * largest
        for upper, _ in books.above.get(lot, ()):
            before = found.get(upper)
            if before is None or (factor > before[0] and risen[upper] < _AGAIN):
                risen[upper] = risen.get(upper, -1) + 1
                found[upper] = factor, known and (before is None or before[1])
                waiting.append(upper)
            elif before[1] and not known:
                found[upper] = before[0], False
    return found


def debits_of(packs: Collection[Pack]) -> list[Entry]:
    """What each pack draws on the balance, when it was packed."""
    return [Entry(pack.at, -pack.quantity, pack.record) for pack in packs]
