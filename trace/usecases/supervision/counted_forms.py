"""What a form counts: records of a month in a district, forms of districts, or the forms of a year's months.

A wider area and a year sum what was sent, and name the districts and the months that have sent nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trace.access.roles import AUTHORITY
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import MonthlyFormUnknown, MonthMalformed, MonthsUnsent
from trace.oversight.competence import MARKET, is_of_county
from trace.oversight.monthly.differences import summed
from trace.oversight.monthly.document import FrozenForm, read_document
from trace.oversight.monthly.figures import Figure
from trace.oversight.monthly.steps import SENT
from trace.oversight.monthly.year import months_over, of_months
from trace.parties import Actor
from trace.store.monthly.forms import FormRow, district_authorities, find_form, forms_of, steps_of
from trace.store.transaction import Tx
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.figure_counters import count_figures
from trace.usecases.supervision.month_scope import Month, scope_of

_YEAR: Final = re.compile(r"20[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a form, the forms that they sum, whose were not there, and firms without a district."""

    figures: Mapping[str, Figure]
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


def count_month(tx: Tx, actor: Actor, month: Month) -> Counted:
    """The month's figures as they are now, in the caller's area."""
    if not is_of_county(actor.region):
        parts, missing = _of_districts(tx, actor, month)
        if parts or missing:
            figures = summed([form for _, form in parts])
            return Counted(figures, tuple(key for key, _ in parts), tuple(missing))
    scope = scope_of(tx, actor.region, month)
    return Counted(count_figures(scope), unplaced=scope.unplaced)


def count_year(tx: Tx, actor: Actor, year: str) -> Counted:
    """The year's figures, of the forms that the caller's authority has sent of its months.

    Raises `MonthMalformed`, `MonthsUnsent` where there is none.
    """
    if _YEAR.fullmatch(year) is None:
        raise MonthMalformed(month=year[:20])
    parts, missing = [], []
    for month in months_over(year, day_in_shanghai(tx.now)):
        sent = last_sent(tx, actor.party or "", month)
        if sent is None:
            missing.append(month)
        else:
            parts.append((sent, read_document(require_form(tx, sent)[1])))
    if not parts:
        raise MonthsUnsent(year=year)
    forms = [form for _, form in parts]
    return Counted(
        of_months(forms), tuple(key for key, _ in parts), tuple(missing), forms[-1].header.unplaced
    )


def require_form(tx: Tx, key: str) -> tuple[FormRow, bytes]:
    """The form of that hash with its bytes; raises `MonthlyFormUnknown`."""
    found = find_form(tx.connection, key)
    if found is None:
        raise MonthlyFormUnknown(form=key[:80])
    return found


def last_sent(tx: Tx, authority: str, period: str) -> str | None:
    """The newest form of that month or year that the authority has sent: its hash."""
    rows = forms_of(tx.connection, authority, period)
    steps = steps_of(tx.connection, [row.hash for row in rows])
    return next((row.hash for row in rows if any(one.step == SENT for one in steps[row.hash])), None)


def _of_districts(tx: Tx, actor: Actor, month: Month) -> tuple[list[tuple[str, FrozenForm]], list[str]]:
    """The newest form that each district's bureau has sent, with its hash; and the districts without one."""
    parts, missing = [], []
    listed = district_authorities(tx.connection, AUTHORITY, MARKET, level_of(actor.region))
    for urn, _, region in listed:
        if not is_of_county(region):
            continue
        sent = last_sent(tx, urn, month.text)
        if sent is None:
            missing.append(region)
        else:
            parts.append((sent, read_document(require_form(tx, sent)[1])))
    return parts, missing
