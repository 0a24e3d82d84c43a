"""Whether a firm's own record of a day, week or month is there, due, or overdue.

A record is wanted while the firm works (生产经营期间): a day of which nothing says that it did is not called
overdue, and not called done either. Source: 食品生产经营企业落实食品安全主体责任监督管理规定 (2025) §12–14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

DONE: Final = "done"
DUE: Final = "due"
OVERDUE: Final = "overdue"
UNKNOWN: Final = "unknown"
STATES: Final = (DONE, DUE, OVERDUE, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Control:
    """A period and how its record stands; `worked`: records say that the firm produced in it."""

    period: str
    first: date
    last: date
    worked: bool
    state: str


def control_state(period: str, span: tuple[date, date], today: date, *, done: bool, worked: bool) -> Control:
    """How the record of a period stands today; the period that runs is due until it ends."""
    first, last = span
    if done:
        state = DONE
    elif today <= last:
        state = DUE
    else:
        state = OVERDUE if worked else UNKNOWN
    return Control(period, first, last, worked, state)
