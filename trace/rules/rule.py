"""One dated rule: its value with unit, where it comes from, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

BLOCK: Final = "block"
WARN: Final = "warn"
NONE: Final = "none"

EXACT: Final = "exact"
SECOND_HAND: Final = "2nd"
DERIVED: Final = "derived"
MEMORY: Final = "memory"
UNSURE: Final = "unsure"
NOT_FOUND: Final = "not found"
CONFIDENCES: Final = frozenset({EXACT, SECOND_HAND, DERIVED, MEMORY, UNSURE, NOT_FOUND})
"""exact: official text read; 2nd: a secondary page; derived: inferred; memory: not re-read; unsure;
not found: looked for in November 2026 and not reached."""
UNVERIFIED: Final = frozenset({MEMORY, UNSURE, NOT_FOUND})
"""What nobody has read stands with 待核实 wherever it is shown."""

_DURATION: Final = {"min": "minutes", "h": "hours", "d": "days", "week": "weeks"}
_PER_CENT: Final = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """`value` as written, one or several; `since` inclusive, `until` exclusive; `when` its conditions.

    `counts_from`: the event on which a limit starts. `rolls`: a limit that would end on a day off ends with
    the next working day.
    """

    id: str
    name: str
    zh: str
    value: str | tuple[str, ...]
    unit: str
    effect: str
    since: date
    until: date | None
    source: str
    clause: str
    jurisdiction: str
    confidence: str
    note: str
    when: Mapping[str, str]
    counts_from: str = ""
    rolls: bool = False

    @property
    def unverified(self) -> bool:
        """Whether a person has yet to read the text that the rule rests on."""
        return self.confidence in UNVERIFIED

    @property
    def cited(self) -> str:
        """Source and clause as they stand in marks and refusals; 待核实 where nobody has read them."""
        return f"{self.source} {self.clause}" + ("（待核实）" if self.unverified else "")

    @property
    def blocks(self) -> bool:
        return self.effect == BLOCK

    @property
    def number(self) -> Decimal:
        """The single value as a decimal; `decimal.InvalidOperation` when it is no number."""
        return Decimal(self.text)

    @property
    def fraction(self) -> Fraction:
        """A percentage as an exact fraction: "2" of unit "%" is 1/50."""
        return Fraction(self.number) / (_PER_CENT if self.unit == "%" else 1)

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """[least, most] of a rule with two values."""
        least, most = self.items
        return Decimal(least), Decimal(most)

    @property
    def duration(self) -> timedelta:
        """A limit in min, h, d or week; working days and months are no fixed span of time."""
        return _duration(self.text, self.unit)

    @property
    def items(self) -> tuple[str, ...]:
        """The values as a list, however many."""
        return (self.value,) if isinstance(self.value, str) else self.value

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else " ".join(self.value)

    def applies_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@lru_cache(maxsize=256)
def _duration(number: str, unit: str) -> timedelta:
    return timedelta(**{_DURATION[unit]: int(number)})
