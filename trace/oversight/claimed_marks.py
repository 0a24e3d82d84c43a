"""Claims to use the green-food mark against what its certifier signed here of licences.

The certifier's own register is not read from here: a number of which nobody signed anything is not said to be
false. It is a question, to be looked up in that register.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.oversight.register import LicenceSaid

UNCLAIMED: Final = ""
HOLDS, ENDED, OF_ANOTHER, UNKNOWN = "holds", "ended", "of-another", "unknown"
STANDINGS: Final = (HOLDS, ENDED, OF_ANOTHER, UNKNOWN)
QUESTIONED: Final = frozenset({ENDED, OF_ANOTHER, UNKNOWN})


@dataclass(frozen=True, slots=True)
class ClaimedMark:
    """How a claimed number stands on a day; `holder` of the licence and the statement that says so."""

    standing: str
    holder: str = ""
    statement: str = ""


def claimed_mark(number: str, sides: Collection[str], day: date, said: Iterable[LicenceSaid]) -> ClaimedMark:
    """The standing of a number that is claimed for goods of `sides`, who make and pack them (none where
    nobody knows whose they are); `said` in order of arrival.

    Who sells is no side: a shop may sell what the holder of the licence made. What was signed later counts
    only where nothing was known on that day, and then as it was signed first: a licence that was cancelled
    since held on the day of the check.
    """
    written = plain(number)
    if not written:
        return ClaimedMark(UNCLAIMED)
    every = [one for one in said if plain(one.number) == written]
    if not every:
        return ClaimedMark(UNKNOWN)
    known = [one for one in every if one.known_on <= day] or every[:1]
    last = known[-1]
    if not last.holds_on(day):
        return ClaimedMark(ENDED, last.holder, last.statement)
    if sides and last.holder not in sides:
        return ClaimedMark(OF_ANOTHER, last.holder, last.statement)
    return ClaimedMark(HOLDS, last.holder, last.statement)


def plain(number: str) -> str:
    """A number without its spaces and dashes, in capitals: how it is written differs from page to page."""
    return "".join(sign for sign in number.upper() if sign.isalnum())
