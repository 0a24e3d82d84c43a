"""An order to rectify and how it stands: due, answered by the firm, checked again, overdue; and publication.

A re-check that finds it rectified settles the order; one that does not leaves it open, and a firm's answer
before it counts no more. The days are natural days: 限期整改 has the last day that the inspectors set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.errors import Refusal
from trace.oversight.deadlines import Deadline, deadline
from trace.rules import Rules

NO_ORDER: Final = ""
DUE: Final = "due"
OVERDUE: Final = "overdue"
ANSWERED: Final = "answered"
SETTLED: Final = "settled"
PUBLISHING: Final = "R45"
ANSWER: Final = "answered"
RECHECK: Final = "rechecked"
RECTIFIED: Final = "rectified"
NOT_RECTIFIED: Final = "not-rectified"
OUTCOMES: Final = (RECTIFIED, NOT_RECTIFIED)


@dataclass(frozen=True, slots=True)
class Past:
    """An answer of the firm or a re-check, when, by which department ("" for the firm), with its outcome."""

    event: str
    at: datetime
    department: str = ""
    outcome: str = ""


def order_state(department: str, rectify_by: date | None, past: Iterable[Past], today: date) -> str:
    """How the order of a department stands."""
    if rectify_by is None:
        return NO_ORDER
    state = NO_ORDER
    for one in past:
        if one.event == ANSWER:
            state = ANSWERED
        elif one.event == RECHECK and one.department == department:
            state = SETTLED if one.outcome == RECTIFIED else NO_ORDER
    if state:
        return state
    return OVERDUE if today > rectify_by else DUE


def publication_due(rules: Rules, formed: datetime) -> Deadline | None:
    """Until when a result is published that was formed then; None where no rule or calendar tells."""
    rule = rules.find(PUBLISHING, formed.date())
    if rule is None:
        return None
    try:
        return deadline(rule, formed)
    except Refusal:
        return None


def formed_at(signed: Iterable[tuple[str, datetime]]) -> datetime | None:
    """When a result was first whole: each department's own first signing, of these the last; None for none.

    A correction signed later gives no new time to publish what was found.
    """
    firsts: dict[str, datetime] = {}
    for department, at in signed:
        firsts[department] = min(at, firsts.get(department, at))
    return max(firsts.values(), default=None)


def is_late(due: Deadline | None, now: datetime) -> bool:
    """Whether a result that is not published should be by now; never while days off are not announced yet."""
    return due is not None and not due.provisional and not due.met_at(now)
