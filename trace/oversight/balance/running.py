"""The running balance: credits and debits in the order of time, which may never be below nought.

A balance that ends well may have been overdrawn on the way: so much was sold as certified before it was
there. Of one moment credits count first, in favour of the firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple


class Entry(NamedTuple):
    """A change of the balance at a moment (any ordered number), by a record; debits are negative."""

    at: int
    amount: Fraction | int
    record: str


@dataclass(frozen=True, slots=True)
class Running:
    """The course of a balance within a period: how it began and ended, and where it was least.

    `least` includes the opening: without entries it is that. `deepest` is the record after which it was
    least, "" where that was the opening; `debits` are those up to it that drew on it.
    """

    opening: Fraction
    closing: Fraction
    least: Fraction
    deepest: str
    credited: Fraction
    debited: Fraction


def running(entries: Iterable[Entry], since: int | None = None) -> Running:
    """The running balance; what is before `since` makes the opening."""
    ordered = in_order(entries)
    parts = lcm(*{entry.amount.denominator for entry in ordered})
    balance = opening = least = credited = debited = 0  # in `parts` of one, which are whole numbers
    deepest, begun = "", since is None
    for entry in ordered:
        if not begun and since is not None and entry.at >= since:
            opening = least = balance
            begun = True
        change = entry.amount.numerator * (parts // entry.amount.denominator)
        balance += change
        if not begun:
            continue
        if change < 0:
            debited -= change
        else:
            credited += change
        if balance < least:
            least, deepest = balance, entry.record
    if not begun:
        opening = least = balance

    def whole(count: int) -> Fraction:
        return Fraction(count, parts)

    return Running(whole(opening), whole(balance), whole(least), deepest, whole(credited), whole(debited))


def in_order(entries: Iterable[Entry]) -> Sequence[Entry]:
    """By time, credits of a moment before debits, then by record."""
    return sorted(entries, key=lambda one: (one.at, one.amount.numerator < 0, one.record))
