"""An excess: more was stated than a balance allows; with its records and what would clear it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

MICRO: Final = 1_000_000
OVER: Final = "over"
DOUBT: Final = "doubt"
_HUNDREDTHS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Excess:
    """`allowed` and `stated` in millionths of `unit`; `records` by side: what allows, and what is held
    against it. `why` says of a doubt which reading would explain it; `clears` what would clear either."""

    level: str
    subject: Mapping[str, str]
    allowed: Fraction
    stated: Fraction
    unit: str
    state: str
    clears: str
    records: Mapping[str, Sequence[str]]
    why: str = ""
    factors: Sequence[str] = field(default=())

    @property
    def excess(self) -> Fraction:
        return self.stated - self.allowed

    @property
    def percent(self) -> str | None:
        """Of what is allowed, two decimals, rounded half up; None where nothing is."""
        return percent_of(self.excess, self.allowed)

    def as_dict(self) -> dict[str, Any]:
        """Amounts as decimal text with their unit."""
        return {
            "level": self.level,
            **self.subject,
            "allowed": amount_json(up(self.allowed), self.unit),
            "stated": amount_json(up(self.stated), self.unit),
            "excess": amount_json(up(self.stated) - up(self.allowed), self.unit),
            "percent": self.percent,
            "state": self.state,
            "clears": self.clears,
            "records": {side: sorted(set(named)) for side, named in self.records.items()},
            **({"why": self.why} if self.why else {}),
            **({"factors": list(self.factors)} if self.factors else {}),
        }


def up(amount: Fraction | int) -> int:
    """Whole millionths, rounded up."""
    return -(-amount.numerator // amount.denominator)


def percent_of(part: Fraction | int, whole: Fraction | int) -> str | None:
    """100 × part / whole with two decimals, rounded half up away from nought."""
    if not whole:
        return None
    # In whole numbers: of a year's batches each is asked, and a fraction costs thirty times as much.
    over = abs(part.numerator * whole.denominator)
    under = abs(part.denominator * whole.numerator)
    rounded = (2 * over * _HUNDREDTHS + under) // (2 * under)
    sign = "-" if part * whole < 0 and rounded else ""
    return f"{sign}{rounded // 100}.{rounded % 100:02d}"


def amount_json(micro: int, unit: str) -> dict[str, str]:
    """The written form of so many millionths: no trailing noughts."""
    whole, rest = divmod(abs(micro), MICRO)
    digits = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return {"value": f"-{digits}" if micro < 0 else digits, "unit": unit}
