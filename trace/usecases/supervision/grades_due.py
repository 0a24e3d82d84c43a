"""Risk grades that are to be set, for want of one of this year, or adjusted, for what came since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.register import register_on
from trace.oversight.register_entries import GRADE, Entry, standing_on
from trace.parties import Actor
from trace.store.lots.scope import master_data
from trace.store.monthly.register_entries import entries_of_kind
from trace.store.transaction import Tx
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.month_scope import lies_inside
from trace.usecases.supervision.read_register import read_said

SET_BY: Final = "R78"
"""How often a grade is set, and how often it is adjusted."""
_FAILED: Final = "fail"


@dataclass(frozen=True, slots=True)
class GradesDue:
    """Firms of the register: `unset` have no grade of this year, `touched` have one that a penalty or a
    failed sample of this year came behind."""

    unset: tuple[str, ...]
    touched: tuple[str, ...]


def grades_due(tx: Tx, actor: Actor) -> GradesDue:
    """Whose grade is due in the caller's area today."""
    today = day_in_shanghai(tx.now)
    firms = {one.holder for one in register_on(today, read_said(tx.connection))}
    known = master_data(tx.connection, "party", firms)
    inside = sorted(firm for firm in firms if lies_inside(actor.region, known.get(firm, {})))
    graded = {
        firm: one
        for (firm, _), one in standing_on(today, entries_of_kind(tx.connection, GRADE)).items()
        if firm in inside and one.since.year == today.year
    }
    return GradesDue(
        tuple(firm for firm in inside if firm not in graded), tuple(sorted(_touched(tx, actor, graded)))
    )


def _touched(tx: Tx, actor: Actor, graded: dict[str, Entry]) -> set[str]:
    """Firms with a penalty, or a sample that failed, after the day on which their grade was entered."""
    if not graded:
        return set()
    today = day_in_shanghai(tx.now)
    acts = acts_of_area(tx.connection, actor.region, Period(today.replace(month=1, day=1), today))
    later = [(one.party, one.day) for one in acts.penalties if one.fallen is None]
    later += [
        (one.party, one.result_day or one.day) for one in acts.samples if one.result == _FAILED and one.party
    ]
    return {party for party, day in later if party in graded and day > day_in_shanghai(graded[party].at)}
