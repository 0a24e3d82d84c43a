"""The effect of a declared loss of processing."""

from __future__ import annotations

from dataclasses import dataclass

from trace.quantities import Quantity


@dataclass(frozen=True, slots=True)
class LossNoted:
    """What was lost in a batch on the way lies in no store. The stock itself changes by `LotTaken`."""

    id: int
    lot: int
    quantity: Quantity  # in the lot's unit
