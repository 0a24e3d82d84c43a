"""Temperatures at which goods left or arrived, as who sends or receives them read them off.

Law: 食品安全法 §33 (6), 食品安全法实施条例 §24 (food that needs a temperature keeps it when it is moved).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from trace.chain.facts.reading import Shape, Unfit, converted, one_of

CELSIUS: Final = "°C"
HIGHEST: Final = 100
"""No food travels hotter than this, nor as many degrees below zero: what does was written in another unit."""
_DEGREES: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,2})?")
_EXPECTED: Final = "decimal from -100 to 100 with at most 2 places"


@dataclass(frozen=True, slots=True)
class Temperature:
    """The lowest and the highest that was read, as written; the same twice where it was read once."""

    min: str
    max: str
    unit: str

    def as_json(self) -> dict[str, str]:
        """The written form."""
        return {"min": self.min, "max": self.max, "unit": self.unit}


def read_degrees(value: object) -> str:
    """Degrees as a decimal string, exactly as written; zero has no sign."""
    if type(value) is not str or _DEGREES.fullmatch(value) is None:
        raise Unfit(_EXPECTED)
    degrees = Decimal(value)
    if abs(degrees) > HIGHEST or (not degrees and value.startswith("-")):
        raise Unfit(_EXPECTED)
    return value


def _in_order(read: Temperature) -> Temperature:
    if Decimal(read.min) > Decimal(read.max):
        raise Unfit("a temperature of at least `min`").under(".max")
    return read


def told(temperature: Temperature | None) -> Mapping[str, object]:
    """The member of a lot's detail; none where no temperature was stated, so that older rows stay."""
    return {"temperature": temperature.as_json()} if temperature is not None else {}


read_temperature: Final = converted(
    Shape(Temperature, {"min": read_degrees, "max": read_degrees, "unit": one_of(CELSIUS)}), _in_order
)
