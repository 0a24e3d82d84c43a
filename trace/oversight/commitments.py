"""The yearly notice to a farm (告知书) and its commitment (承诺书): how far they are, and what differs.

By 31 March (rule R37) the notice is given and the commitment signed. Only a farm that was told can be late:
while the notice is missing it is the authority that owes something. What a commitment says is compared with
the plots that are registered; a difference is shown as one, and says nothing about who is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from trace.oversight.grid import Plot

YEARLY: Final = "GZ"
ENTRY: Final = "RK"
"""How the matter of a yearly notice begins (告知), and that of the one at entry into the register (入库)."""
SERVED: Final = (YEARLY, ENTRY)
"""Matters of no case, whose notices have pages of their own."""

UNTOLD, TOLD, OVERDUE, COMMITTED, LATE = "untold", "told", "overdue", "committed", "late"
STATES: Final = (UNTOLD, OVERDUE, TOLD, LATE, COMMITTED)
"""What somebody has to do something about first."""

UNLISTED, UNREGISTERED, OTHER_AREA = "unlisted", "unregistered", "other-area"
"""A registered plot that the commitment leaves out; one in it that is not registered for the farm; areas
that are not the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A plot of which commitment and register say different things; None where one says nothing."""

    what: str
    plot: str
    name: str
    committed: Decimal | None = None
    registered: Decimal | None = None


def matter_of(prefix: str, area: str, year: int) -> str:
    """The matter of the notices of an area's authority in a year."""
    return f"{prefix}{area}-{year}"


def due_day(value: str, year: int) -> date:
    """The day of a year that a rule names as MM-DD."""
    month, _, day = value.partition("-")
    return date(year, int(month), int(day))


def last_day(by_rule: date | None, told_until: str, told_on: date | None = None) -> date | None:
    """By when a farm that was told commits: by the rule, or the later day that its notice names.

    None where both were over when it was told: then it knows of no day.
    """
    named = date.fromisoformat(told_until) if told_until else None
    known = [one for one in (by_rule, named) if one is not None]
    last = max(known) if known else None
    return None if last is not None and told_on is not None and last < told_on else last


def state_of(*, told: bool, signed_on: date | None, due: date | None, today: date) -> str:
    """How far a farm's year is. A commitment that came is one, told or not; it is late only behind a day
    that the farm was told."""
    if signed_on is not None:
        return LATE if told and due is not None and signed_on > due else COMMITTED
    if not told:
        return UNTOLD
    return OVERDUE if due is not None and today > due else TOLD


def total_mu(plots: Iterable[Mapping[str, object]]) -> Decimal:
    """The land of a commitment."""
    return sum((Decimal(str(one["areaMu"])) for one in plots), Decimal(0))


def differences(plots: Sequence[Mapping[str, object]], registered: Sequence[Plot]) -> tuple[Difference, ...]:
    """What a commitment's plots say otherwise than those registered for the farm, by plot."""
    said = {str(one["plot"]): Decimal(str(one["areaMu"])) for one in plots}
    known = {one.urn: one for one in registered}
    found = [
        Difference(UNLISTED, urn, one.name, None, one.mu) for urn, one in known.items() if urn not in said
    ]
    for urn, mu in said.items():
        plot = known.get(urn)
        if plot is None:
            found.append(Difference(UNREGISTERED, urn, "", mu, None))
        elif plot.mu is not None and not _same(mu, plot.mu):
            found.append(Difference(OTHER_AREA, urn, plot.name, mu, plot.mu))
    return tuple(sorted(found, key=lambda one: one.plot))


def _same(committed: Decimal, registered: Decimal) -> bool:
    """Whether two areas agree: where the register holds whole mu alone, a finer figure agrees with it."""
    whole = registered == registered.to_integral_value()
    return committed == registered or (whole and abs(committed - registered) < 1)
