"""Counted goods of a process by what they hold: by the record of the lot, or the product's master data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.chain_state import KnownLot
from trace.chain.facts import Output, Taken
from trace.chain.pack_contents import content_of, read_content
from trace.quantities import COUNT, Quantity

_MOST: Final = 10**9
"""Base units (kg, L) beyond which a specification is a slip of the pen."""


def measured_inputs(
    decision: Decision, inputs: Sequence[Taken], uppers: Sequence[KnownLot]
) -> list[Quantity]:
    """What was taken, by mass or volume wherever the lots say what they hold."""
    return [
        _measured(taken.quantity, (content_of(upper.detail), _of_product(decision, upper.product)))
        for taken, upper in zip(inputs, uppers, strict=True)
    ]


def measured_outputs(decision: Decision, outputs: Sequence[Output]) -> list[Quantity]:
    """What came out, by mass or volume wherever the master data of the products say what they hold."""
    return [_measured(output.quantity, (_of_product(decision, output.product),)) for output in outputs]


def _measured(quantity: Quantity, contents: Sequence[Mapping[str, Quantity]]) -> Quantity:
    """The amount by content; as it stands where it is measured already, or nobody said what one holds."""
    if quantity.dimension.startswith(COUNT):
        for content in contents:
            held = content.get(quantity.unit)
            if held is not None and held.base * Fraction(quantity.value) < _MOST:
                return _times(held, quantity)
    return quantity


def _times(held: Quantity, pieces: Quantity) -> Quantity:
    """Down to a millionth of the base unit: of less nobody speaks who counts bags."""
    micro = int(held.base * Fraction(pieces.value) * 1_000_000)
    return Quantity.from_micro(micro, held.base_unit)


def _of_product(decision: Decision, product: str | None) -> dict[str, Quantity]:
    return read_content(decision.known.master.product(product, decision.claims.iss).get("spec"))
