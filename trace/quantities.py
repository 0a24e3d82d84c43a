"""Amounts with units: exact decimals, exact conversion, never a float.

Written form in signed statements: `{"value": "1250.000", "unit": "kg"}` with at most 15
digits before and 6 after the point; the written scale is kept. Inside one dimension amounts convert, add and
compare exactly; across dimensions every operation refuses. Each counting unit (件, 袋, 箱 …) is a dimension
of its own, because nobody can say how many 袋 are in a 箱 without a packing list.

1 斤 = 0.5 kg, 1 ha = 15 亩, 1 亩 = 2000/3 m² (all exact by definition).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from math import gcd
from typing import Final, Self

from trace.errors.gs1 import QuantityInexact, QuantityMalformed, UnitMismatch, UnitUnknown

MASS: Final = "mass"
VOLUME: Final = "volume"
AREA: Final = "area"
COUNT: Final = "count"

BASE_UNIT: Final = {MASS: "kg", VOLUME: "L", AREA: "亩"}
"""The unit in which `micro` counts millionths; a counting unit is its own base."""

COUNTING_UNITS: Final = tuple("件袋箱盒瓶罐桶托个只枚株把头份")

_FACTOR: Final[dict[str, tuple[str, int, int]]] = {
    "kg": (MASS, 1, 1),
    "g": (MASS, 1, 1_000),
    "mg": (MASS, 1, 1_000_000),
    "t": (MASS, 1_000, 1),
    "斤": (MASS, 1, 2),
    "L": (VOLUME, 1, 1),
    "mL": (VOLUME, 1, 1_000),
    "亩": (AREA, 1, 1),
    "ha": (AREA, 15, 1),
    "m2": (AREA, 3, 2_000),
} | {unit: (f"{COUNT}:{unit}", 1, 1) for unit in COUNTING_UNITS}
"""Unit -> (dimension, numerator, denominator) of its exact factor to the base unit."""

UNITS: Final = frozenset(_FACTOR)

RECOMMENDATION_20: Final = {
    "kg": "KGM",
    "g": "GRM",
    "mg": "MGM",
    "t": "TNE",
    "L": "LTR",
    "mL": "MLT",
    "ha": "HAR",
    "m2": "MTK",
}
"""Our unit -> UN/CEFACT Recommendation 20 code, as EPCIS `uom` wants it; 斤, 亩 and counts have none."""

_WRITTEN: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_MICRO: Final = 1_000_000
_MILLION: Final = Decimal(_MICRO)
_BOUND: Final = Decimal(10**15)
_MEMBERS: Final = 2


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An amount: exact `value` (written scale kept) in `unit`. Equal amounts are equal: 1 t == 1000 kg.

    Raises `UnitUnknown` or `QuantityMalformed` (not finite, over 15 integer or 6 fraction digits).
    """

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in _FACTOR:
            raise UnitUnknown(unit=self.unit)
        if type(self.value) is not Decimal or _WRITTEN.fullmatch(format(self.value, "f")) is None:
            raise QuantityMalformed(value=str(self.value), unit=self.unit)

    @classmethod
    def parse(cls, written: object) -> Self:
        """Read `{"value": "1250.000", "unit": "kg"}`; any other member, type or spelling is refused."""
        if type(written) is not dict or len(written) != _MEMBERS:
            raise QuantityMalformed(value=str(written)[:80], unit="")
        return cls.of(written.get("value"), written.get("unit"))

    @classmethod
    def of(cls, value: object, unit: object) -> Self:
        """Read a written decimal such as "1250.000" and a unit; the fast way in for bulk ingest."""
        if type(value) is not str or type(unit) is not str or _WRITTEN.fullmatch(value) is None:
            raise QuantityMalformed(value=str(value)[:80], unit=str(unit)[:20])
        if unit not in _FACTOR:
            raise UnitUnknown(unit=unit[:20])
        return cls._unchecked(Decimal(value), unit)

    @classmethod
    def from_micro(cls, micro: int, unit: str) -> Self:
        """`micro` millionths of the base unit of the dimension of `unit`, expressed in `unit`."""
        _, numerator, denominator = factor(unit)
        return cls(_decimal(Fraction(micro * denominator, _MICRO * numerator), unit), unit)

    @classmethod
    def exactly(cls, amount: Fraction, unit: str) -> Self:
        """So much of a unit; `QuantityInexact` where it has more than six decimal places."""
        return cls(_decimal(amount, unit), unit)

    @classmethod
    def zero(cls, unit: str) -> Self:
        factor(unit)
        return cls._unchecked(Decimal(0), unit)

    @classmethod
    def _unchecked(cls, value: Decimal, unit: str) -> Self:
        made = object.__new__(cls)
        object.__setattr__(made, "value", value)
        object.__setattr__(made, "unit", unit)
        return made

    @property
    def dimension(self) -> str:
        """One of "mass", "volume", "area" or "count:<unit>"."""
        return _FACTOR[self.unit][0]

    @property
    def micro(self) -> int:
        """Integer millionths of kg, L, 亩 or the counting unit; `QuantityInexact` below one."""
        _, numerator, denominator = _FACTOR[self.unit]
        scaled = int(self.value * _MILLION) * numerator
        if denominator == 1:
            return scaled
        whole, rest = divmod(scaled, denominator)
        if rest:
            raise QuantityInexact(value=format(self.value, "f"), unit=self.unit, wanted=self.base_unit)
        return whole

    @property
    def base_unit(self) -> str:
        return BASE_UNIT.get(self.dimension, self.unit)

    @property
    def base(self) -> Fraction:
        """The exact amount in the base unit; never refuses."""
        return Fraction(*self._ratio)

    @property
    def _ratio(self) -> tuple[int, int]:
        """Two whole numbers whose quotient is the amount in the base unit: one fraction is made where it is
        wanted, instead of three and their products."""
        _, numerator, denominator = _FACTOR[self.unit]
        above, below = self.value.as_integer_ratio()
        return above * numerator, below * denominator

    def to(self, unit: str) -> Quantity:
        """The same amount in `unit`. `UnitMismatch`, or `QuantityInexact` past 6 decimals."""
        if unit == self.unit:
            return self
        return Quantity(_decimal(self.amount_in(unit), unit), unit)

    def amount_in(self, unit: str) -> Fraction:
        """The exact number of `unit` in this amount (亩 to m² has no finite decimal)."""
        dimension, numerator, denominator = factor(unit)
        if dimension != self.dimension:
            raise UnitMismatch(unit=self.unit, other=unit)
        above, below = self._ratio
        return Fraction(above * denominator, below * numerator)

    def share_of(self, whole: Quantity) -> Fraction:
        """This amount as a fraction of `whole`; zero of zero is zero."""
        self._same_dimension(whole)
        (above, below), (most, parts) = self._ratio, whole._ratio
        return Fraction(above * parts, below * most) if most else Fraction(0)

    def part(self, share: Fraction) -> Quantity:
        """A share of the amount, rounded down to what its unit and its base unit both write in six places."""
        _, numerator, denominator = _FACTOR[self.unit]
        step = denominator // gcd(numerator, denominator)
        above, below = self.value.as_integer_ratio()
        steps = above * share.numerator * _MICRO // (below * share.denominator * step)
        return self._with(Decimal(steps * step).scaleb(-6).normalize())

    def within(self, other: Quantity, tolerance: Fraction) -> bool:
        """Whether the two differ by at most `tolerance` (a fraction, 1/50 = 2 %) of `other`."""
        self._same_dimension(other)
        return abs(self.base - other.base) <= abs(other.base) * tolerance

    def as_json(self) -> dict[str, str]:
        """The written form, with the scale as it was written."""
        return {"value": format(self.value, "f"), "unit": self.unit}

    def __add__(self, other: Quantity) -> Quantity:
        return self._with(self.value + self._in_my_unit(other))

    def __sub__(self, other: Quantity) -> Quantity:
        return self._with(self.value - self._in_my_unit(other))

    def __neg__(self) -> Quantity:
        return self._unchecked(-self.value, self.unit)

    def __mul__(self, times: int | Decimal) -> Quantity:
        (above, below), (more, fewer) = self.value.as_integer_ratio(), times.as_integer_ratio()
        return Quantity(_decimal(Fraction(above * more, below * fewer), self.unit), self.unit)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        if self.unit == other.unit:
            return self.value == other.value
        return self.dimension == other.dimension and self.base == other.base

    def __lt__(self, other: Quantity) -> bool:
        if self.unit == other.unit:
            return self.value < other.value
        self._same_dimension(other)
        return self.base < other.base

    def __hash__(self) -> int:
        return hash((self.dimension, self.base))

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}"

    def _with(self, value: Decimal) -> Quantity:
        """A value of at most 6 places, as sums of such are: only its size is to be looked at."""
        within = -_BOUND < value < _BOUND
        return self._unchecked(value, self.unit) if within else Quantity(value, self.unit)

    def _in_my_unit(self, other: Quantity) -> Decimal:
        return other.value if other.unit == self.unit else other.to(self.unit).value

    def _same_dimension(self, other: Quantity) -> None:
        if self.dimension != other.dimension:
            raise UnitMismatch(unit=self.unit, other=other.unit)


def factor(unit: str) -> tuple[str, int, int]:
    """(dimension, numerator, denominator) of the exact factor to the base; raises `UnitUnknown`."""
    try:
        return _FACTOR[unit]
    except KeyError:
        raise UnitUnknown(unit=unit[:20]) from None


def total(quantities: list[Quantity], unit: str) -> Quantity:
    """The exact sum in `unit` (zero for none); refuses mixed dimensions."""
    summed = sum((quantity.amount_in(unit) for quantity in quantities), Fraction(0))
    return Quantity.exactly(summed, unit)


def _decimal(amount: Fraction, unit: str) -> Decimal:
    """A finite decimal of at most 6 places, without trailing zeros, or `QuantityInexact`."""
    millionths = amount * _MICRO
    if millionths.denominator != 1:
        raise QuantityInexact(value=str(amount), unit=unit, wanted=unit)
    sign, digits = ("-" if millionths < 0 else ""), f"{abs(millionths.numerator):07d}"
    fraction = digits[-6:].rstrip("0")
    return Decimal(f"{sign}{digits[:-6]}.{fraction}" if fraction else f"{sign}{digits[:-6]}")
