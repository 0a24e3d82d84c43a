"""What the figures of a month are asked about: its days, the area, the firms on the register in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from trace.calendar.periods import MONTHLY, span_of_period
from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.errors import MonthMalformed
from trace.oversight.register import LicenceSaid, Producer, held_within, register_on
from trace.rules import Rules
from trace.store.chain.licences import regions_before
from trace.store.lots.scope import master_data
from trace.store.transaction import Connection, Tx
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.read_register import read_said

_MONTH: Final = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in Shanghai."""

    first: date
    last: date

    @property
    def text(self) -> str:
        return self.first.isoformat()[:7]

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, SHANGHAI_TIME)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, SHANGHAI_TIME)


@dataclass(frozen=True, slots=True)
class MonthScope:
    """The month, the area as the digits that its codes begin with, and the firms in it.

    A firm belongs for the whole month to the district registered of it at the month's end, whenever
    the form is made: it is counted once, and a month is not split by the days before and after it moved.
    `producers` are on the register at the end of the month and have their registered district in the area;
    `during` were on it on any day of the month. `unplaced` have no registered district: they are on no
    district's form, and each form names them.
    """

    connection: Connection
    month: Month
    area: str
    producers: tuple[Producer, ...]
    during: frozenset[str]
    unplaced: tuple[str, ...]
    said: tuple[LicenceSaid, ...]
    now: datetime
    rules: Rules

    @property
    def firms(self) -> frozenset[str]:
        return frozenset(one.holder for one in self.producers)


def month_of(text: str, now: datetime) -> Month:
    """The month as written (YYYY-MM), the last that is over where nothing is; raises `MonthMalformed`."""
    if not text:
        before = day_in_shanghai(now).replace(day=1) - timedelta(days=1)
        return Month(*span_of_period(MONTHLY, before))
    if _MONTH.fullmatch(text) is None:
        raise MonthMalformed(month=text[:20])
    return Month(*span_of_period(MONTHLY, date.fromisoformat(f"{text}-01")))


def scope_of(tx: Tx, region: str, month: Month) -> MonthScope:
    """The firms of that month in an area; of what was corrected since, as is known now."""
    area = level_of(region)
    said = tuple(read_said(tx.connection))
    during = held_within(month.first, month.last, said)
    on_it = register_on(month.last, said)
    known = master_data(tx.connection, "party", {*during, *(one.holder for one in on_it)})
    for urn, code in regions_before(tx.connection, known, month.ends).items():
        known[urn] = {**known[urn], "region": code}
    inside = frozenset(urn for urn in known if lies_inside(region, known[urn]))
    return MonthScope(
        tx.connection,
        month,
        area,
        tuple(one for one in on_it if one.holder in inside),
        during & inside,
        tuple(sorted(one.holder for one in on_it if not known.get(one.holder, {}).get("region"))),
        said,
        tx.now,
        tx.rules,
    )


def lies_inside(region: str, data: Mapping[str, Any]) -> bool:
    """Whether the registered district of a firm lies in an area; one that is coarser does not."""
    code = data.get("region")
    return isinstance(code, str) and code != "" and code.startswith(level_of(region))
