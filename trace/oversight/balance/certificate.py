"""Certificate and codes: what was packed and coded in a licence year, and what raw material supports.

核准产量 is of a licence year. A code that was made and not voided may stand on a pack: the net weight of all
of them is claimed, whatever the packing records say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class CodedPack:
    """A pack lot: how many packs were stated, how many codes are allocated and how many of those void."""

    lot: str
    record: str
    packs: int | None
    codes: int
    void: int
    net: int  # millionths of the base unit in one pack

    @property
    def live(self) -> int:
        """Codes that may stand on a pack."""
        return self.codes - self.void

    @property
    def beyond(self) -> int:
        """Live codes for which no pack is stated; nought where nothing is coded or packs have no number."""
        return max(self.live - self.packs, 0) if self.codes and self.packs is not None else 0


def claimed_by_codes(packs: Sequence[CodedPack]) -> int:
    """The net weight of all live codes."""
    return sum(pack.live * pack.net for pack in packs)


def supportable(raw: int | Fraction, factor: Fraction) -> Fraction:
    """What so much raw material can have become at most."""
    return Fraction(raw) * factor


def beyond_approved(before: int, packed: int, approved: int, share: Fraction = Fraction(1)) -> Fraction:
    """How far what was packed passes what was approved: negative where some is left.

    `before` was packed in the same licence year before the platform began; `share` of what was approved is
    let pass (R15).
    """
    return Fraction(before + packed) - approved * share
