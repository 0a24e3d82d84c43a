"""Counted goods by what they hold: 10 袋 of a lot stated as "25 kg/袋" are 250 kg.

Counting units are dimensions of their own: nobody knows what is in a 袋 unless somebody says so. That is said
in the pack's net content, in the specification of what was received, or in the master data of the product.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.chain_state import KnownLot
from trace.chain.facts import Output, Taken
from trace.quantities import COUNT, COUNTING_UNITS, UNITS, Quantity

_WORDS: Final = {"公斤": "kg", "千克": "kg", "克": "g", "毫克": "mg", "吨": "t", "升": "L", "毫升": "mL"}
_UNITS: Final = {unit.casefold(): unit for unit in UNITS if unit not in COUNTING_UNITS}
_MOST: Final = 10**9
"""Base units (kg, L) beyond which a specification is a slip of the pen."""
_STATED: Final = re.compile(
    r"(?P<value>\d{1,9}(?:\.\d{1,6})?)\s*(?P<unit>[^\W\d_]{1,3})\s*[/每]\s*(?P<counted>[^\W\d_])"
)


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


def content_of(detail: Mapping[str, object]) -> dict[str, Quantity]:
    """Counting unit -> what one of them holds, as a lot has it on record."""
    packs, content = detail.get("packs"), detail.get("netContent")
    found = read_content(detail.get("spec"))
    if isinstance(packs, Mapping) and isinstance(content, Mapping):
        found[str(packs.get("unit"))] = Quantity.of(content.get("value"), content.get("unit"))
    return found


def _of_product(decision: Decision, product: str | None) -> dict[str, Quantity]:
    return read_content(decision.known.master.product(product, decision.claims.iss).get("spec"))


def read_content(spec: object) -> dict[str, Quantity]:
    """What one piece holds by a specification such as "25 kg/袋"; nothing where it says anything else."""
    found = _STATED.fullmatch(unicodedata.normalize("NFKC", spec).strip()) if isinstance(spec, str) else None
    if found is None or found["counted"] not in COUNTING_UNITS:
        return {}
    unit = _WORDS.get(found["unit"]) or _UNITS.get(found["unit"].casefold())
    if unit is None:
        return {}
    held = Quantity(Decimal(found["value"]), unit)
    return {found["counted"]: held} if held else {}
