"""A figure as the list behind it: each line is one thing that counts, with the records that show it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from trace.rules.monthly_form import COUNT, SUM, Defined

YUAN_IN_WAN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that counts: `key` is what makes it one, `records` the ids of what shows it.

    `amount`: yuan as a decimal, of figures that are sums. `label`: how people call it (a licence number, a
    matter); the name of a firm is looked up when it is shown.
    """

    key: str
    party: str
    records: tuple[str, ...]
    label: str = ""
    amount: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "key": self.key,
            "party": self.party,
            "records": list(self.records),
            "label": self.label,
            "amount": self.amount,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Line:
        return cls(data["key"], data["party"], tuple(data["records"]), data["label"], data["amount"])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its list by key, each key once; `lines` is None where nothing can count it yet."""

    defined: Defined
    lines: tuple[Line, ...] | None

    @property
    def known(self) -> bool:
        return self.lines is not None

    @property
    def number(self) -> int | Decimal | bool | None:
        """How many lines, their sum in 10,000 yuan, or whether there is one; None where nothing counts it."""
        if self.lines is None:
            return None
        if self.defined.sort == COUNT:
            return len(self.lines)
        if self.defined.sort == SUM:
            return wan_of(self.lines)
        return bool(self.lines)

    @property
    def hash(self) -> str:
        """SHA-256 of the list, "" where there is none."""
        return "" if self.lines is None else hashlib.sha256(orjson.dumps(self.listed())).hexdigest()

    def listed(self) -> list[dict[str, object]] | None:
        return None if self.lines is None else [line.as_data() for line in self.lines]

    @property
    def parties(self) -> frozenset[str]:
        return frozenset(line.party for line in self.lines or ())


@dataclass(frozen=True, slots=True)
class Misfit:
    """A list that is not part of the one that it has to be part of: which of its lines stick out."""

    figure: str
    within: str
    keys: tuple[str, ...]


def figure_of(defined: Defined, lines: Iterable[Line] | None) -> Figure:
    """The figure over these lines: in order, and what has one key is one line with the records of all."""
    if lines is None:
        return Figure(defined, None)
    one: dict[str, Line] = {}
    for line in sorted(lines, key=_order):
        known = one.get(line.key)
        records = tuple(sorted({*line.records, *(known.records if known else ())}))
        one[line.key] = Line(line.key, line.party, records, known.label if known else line.label, line.amount)
    return Figure(defined, tuple(one.values()))


def _order(line: Line) -> tuple[str, str, str, tuple[str, ...]]:
    return line.key, line.label, line.amount, line.records


def wan_of(lines: Iterable[Line]) -> Decimal:
    """The amounts of the lines together, in units of 10,000 yuan, exactly."""
    total = sum((Decimal(line.amount) for line in lines), Decimal(0)) / YUAN_IN_WAN
    return total.normalize() if total else Decimal(0)


def misfits(figures: Mapping[str, Figure]) -> tuple[Misfit, ...]:
    """Which lists are not part of those that hold them; what nothing counts fits.

    Lists of the same thing are compared by their keys, others by the firms on them.
    """
    found = []
    for name, figure in figures.items():
        whole = figures.get(figure.defined.within)
        if whole is None or whole.lines is None or figure.lines is None:
            continue
        same = whole.defined.distinct == figure.defined.distinct
        held = {line.key if same else line.party for line in whole.lines}
        outside = tuple(line.key for line in figure.lines if (line.key if same else line.party) not in held)
        if outside:
            found.append(Misfit(name, figure.defined.within, outside))
    return tuple(found)
