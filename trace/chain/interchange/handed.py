"""What is known of a hand-over beside its own statement, and its amount in pieces and by mass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trace.quantities import COUNT, Quantity

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Handed:
    """What an event tells of a hand-over beside its own statement, as far as its reader may know.

    `state`: confirmed, disputed, lapsed or claimed. `content`: counting unit -> what one holds. `place`:
    where the goods lay. `paired`: a receipt that both sides bear out, of goods that keep the class they came
    under. `narrow`: told to the other side, without place and use.
    """

    state: str | None = None
    shipper: str | None = None
    receiver: str | None = None
    content: Mapping[str, Quantity] = field(default_factory=dict)
    place: str | None = None
    paired: bool = False
    narrow: bool = False


def both_amounts(stated: Iterable[Quantity | None], content: Mapping[str, Quantity]) -> tuple[Quantity, ...]:
    """The amount in pieces and by mass or volume, as far as it is stated or a piece's content is known."""
    given = [quantity for quantity in stated if quantity is not None]
    pieces = [quantity for quantity in given if quantity.dimension.startswith(COUNT)][:1]
    measured = [quantity for quantity in given if not quantity.dimension.startswith(COUNT)][:1]
    if not measured:
        measured = _held(pieces, content)
    if not pieces:
        pieces = _counted(measured, content)
    return (*pieces, *measured)


def _held(pieces: Sequence[Quantity], content: Mapping[str, Quantity]) -> list[Quantity]:
    return [
        Quantity.from_micro(int(held.base * Fraction(one.value) * _MILLION), held.base_unit)
        for one in pieces
        if (held := content.get(one.unit)) is not None
    ]


def _counted(measured: Sequence[Quantity], content: Mapping[str, Quantity]) -> list[Quantity]:
    """Whole pieces only: of a broken one nobody knows what became of the rest."""
    for one in measured:
        for unit, held in content.items():
            if held.dimension == one.dimension and held and (one.base / held.base).denominator == 1:
                return [Quantity(Decimal(int(one.base / held.base)), unit)]
    return []
