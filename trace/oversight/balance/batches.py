"""Batches: what came out of each against what went in, within the tolerance; all in one unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from trace.oversight.balance.excess import percent_of

PRODUCT: Final = "product"


@dataclass(slots=True)
class Batch:
    """One batch, in millionths of its base unit. `unknown`: links whose amount is missing or of another
    dimension, so that its sums are no balance."""

    lot: str
    product_name: str
    process: str
    unit: str
    at: int
    record: str
    inflow: int = 0
    rework: int = 0
    outflow: dict[str, int] = field(default_factory=dict)  # by the kind of what came out
    loss: int = 0
    unknown: int = 0
    into: list[str] = field(default_factory=list)  # the records of what went in
    out: list[str] = field(default_factory=list)

    @property
    def given(self) -> int:
        """All that came out, and what is said to be lost."""
        return sum(self.outflow.values()) + self.loss

    @property
    def unaccounted(self) -> int:
        """What went in and is neither in what came out nor said to be lost."""
        return self.inflow - self.given

    @property
    def yielded(self) -> str | None:
        """Products as a share of what went in, rework apart; per cent with two decimals."""
        return percent_of(self.outflow.get(PRODUCT, 0), self.inflow - self.rework)

    def passes(self, tolerance: Fraction) -> bool:
        """Whether it gave no more than it got, the tolerance let pass: in whole numbers, for a batch each."""
        share = tolerance.denominator
        return self.given * share <= self.inflow * (share + tolerance.numerator)

    def supports(self, most: Fraction) -> bool:
        """Whether its products are within the largest yield of what went in; rework goes through as it is."""
        made = self.outflow.get(PRODUCT, 0) - self.rework
        return made * most.denominator <= (self.inflow - self.rework) * most.numerator
