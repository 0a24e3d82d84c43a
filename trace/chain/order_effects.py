"""Effects of orders on goods: an order as a row, how it ended, and what is undone with it.

What an order does to its lots are marks (`trace.chain.effects.Mark`); they stand open as long as it holds.
The row says who ordered, for which matter, and whether it was lifted, withdrawn or completed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STANDING: Final = "standing"
RELEASED: Final = "released"
WITHDRAWN: Final = "withdrawn"
COMPLETED: Final = "completed"


@dataclass(frozen=True, slots=True)
class OrderMade:
    """An order on goods that a statement gave; `state` is STANDING until an `OrderEnded`."""

    id: int
    kind: str  # hold | recall
    iss: str
    matter: str
    level: str | None
    state: str = STANDING


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """The order holds no longer (RELEASED, WITHDRAWN), or its duties are done and its warning stays."""

    order: int
    statement: str
    state: str


@dataclass(frozen=True, slots=True)
class CodesFreed:
    """A recall of codes that should never have been: the interval noted under this id counts no longer."""

    id: int
    lot: int
    scope: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class DisposalWitnessed:
    """A bureau saw it: of the disposal noted under this id, of goods of this lot."""

    disposal: int
    lot: int


@dataclass(frozen=True, slots=True)
class Rested:
    """A statement (by its row) waits for a lot (urn) or a statement (id) that is not known here; it no longer
    does where `woken_by` names the one that made it known."""

    id: int
    name: str
    woken_by: int | None = None


OrderEffect = OrderMade | OrderEnded | CodesFreed | DisposalWitnessed | Rested
