"""Clocks of a matter that a hotline passed on: which run, by where it stands, and when each ends.

Whoever is not competent passes it on (R48, where the profile has that rule); whoever is decides whether it is
accepted (R49), and from then on mediates (R49). A report of an offence is no complaint: its clue is checked
(R69). A matter that does not say which of the two it is runs as a complaint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.oversight.competence import ACCEPTANCE, TRANSFER, limit_of
from trace.rules import Rules

REPORT: Final = "report"
PASSING_ON, ACCEPTING, CHECKING, MEDIATING = "passing-on", "accepting", "checking", "mediating"
"""Names of the clocks."""
_CLUE: Final = "R69"


@dataclass(frozen=True, slots=True)
class MatterClock:
    """A limit that runs; `due` is None where no calendar tells its days off."""

    name: str
    due: datetime | None


def clocks_of_new(rules: Rules, kind: str, since: datetime, *, passed_on: bool) -> tuple[MatterClock, ...]:
    """Of a matter that nobody accepted yet; one that was passed on already is not passed on again."""
    found = []
    if not passed_on and rules.find(TRANSFER, since.date()) is not None:
        found.append(MatterClock(PASSING_ON, limit_of(rules, TRANSFER, since)))
    if kind == REPORT:
        found.append(MatterClock(CHECKING, limit_of(rules, _CLUE, since, what="clue")))
    else:
        found.append(MatterClock(ACCEPTING, limit_of(rules, ACCEPTANCE, since)))
    return tuple(found)


def clocks_of_accepted(rules: Rules, kind: str, since: datetime) -> tuple[MatterClock, ...]:
    """Of a complaint that was accepted; nothing is mediated of a report."""
    if kind == REPORT:
        return ()
    return (MatterClock(MEDIATING, limit_of(rules, ACCEPTANCE, since, what="mediation")),)


def first_due(clocks: tuple[MatterClock, ...]) -> datetime | None:
    """The earliest end; None where no clock has one."""
    return min((one.due for one in clocks if one.due is not None), default=None)
