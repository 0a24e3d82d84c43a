"""Open ends of a trace: lots at which the records stop although a complete chain would go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trace.chain.lineage.arcs import UP
from trace.chain.lineage.closure import Closure

ORIGINS: Final = frozenset({"harvest"})
"""Kinds of lot that have nothing above them by nature."""

DELIVERED: Final = frozenset({"consignment"})
"""Kinds of lot that have a receiver by nature, even if nobody downstream reports."""

NO_RECEIVERS: Final = "no-receivers"
"""Goods that by the records lie where they are: in stock, or confirmed as received. No record is missing."""


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """A reached lot at which the records stop: `supplier-unknown`, `inputs-unknown`, `inputs-too-late` (there
    are inputs, all of them after what was taken), `no-receivers` (down), `outputs-too-early` (down)."""

    lot: int
    kind: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        return {"lot": str(self.lot), "kind": self.kind, "reason": self.reason}


def open_ends(closure: Closure, kinds: Iterable[tuple[int, str]]) -> tuple[OpenEnd, ...]:
    """The ends that a complete chain would not have, by lot id. `kinds` are (lot, `NewLot.kind`) of
    `closure.ends()`."""
    natural = ORIGINS if closure.direction == UP else DELIVERED
    found = [OpenEnd(lot, kind, _reason(closure, lot, kind)) for lot, kind in kinds if kind not in natural]
    return tuple(sorted(found, key=_lot_of))


def _reason(closure: Closure, lot: int, kind: str) -> str:
    stuck = closure.is_stuck(lot)
    if closure.direction != UP:
        return "outputs-too-early" if stuck else NO_RECEIVERS
    if stuck:
        return "inputs-too-late"
    return "supplier-unknown" if kind == "material" else "inputs-unknown"


def _lot_of(end: OpenEnd) -> int:
    return end.lot
