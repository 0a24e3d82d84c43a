"""Effects of goods that leave a lot without a link; a declared loss of processing."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.noted import noted
from trace.quantities import Quantity


class Leaving:
    """A row of its own that says what left a lot. The stock itself changes by `LotTaken`; a correction or
    withdrawal of the statement gives the amount back, and mixing knows that it is gone."""

    __slots__ = ()
    lot: int
    quantity: Quantity


@noted("loss")
@dataclass(frozen=True, slots=True)
class LossNoted(Leaving):
    """What was lost in a batch on the way lies in no store. The stock itself changes by `LotTaken`."""

    id: int
    lot: int
    quantity: Quantity  # in the lot's unit
