"""What people do with a frozen form, in which order, and who: built, approved or returned, signed, sent.

Steps are appended; the state is the last of them. Another person than the builder approves, and a form whose
lists contradict each other is not approved. Until when it has to be sent, rule R35 says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import FiguresContradict, FormStepUnfit, OtherPersonNeeded, StepNotYours
from trace.oversight.monthly.figures import Misfit
from trace.rules import Rules

BUILT: Final = "built"
APPROVED: Final = "approved"
RETURNED: Final = "returned"
DRAFTED: Final = "drafted"
SIGNED: Final = "signed"
SENT: Final = "sent"
STATES: Final = (BUILT, APPROVED, RETURNED, DRAFTED, SIGNED, SENT)
"""已建表, 已复核, 已退回, 待签名, 已签名, 已报送. `signed` is no step of a person here: the log says so."""
APPROVE: Final = "approve"
RETURN: Final = "return"
SIGN: Final = "sign"
SEND: Final = "send"
_NEXT: Final = {
    APPROVE: ((BUILT,), APPROVED),
    RETURN: ((BUILT, APPROVED), RETURNED),
    SIGN: ((APPROVED, DRAFTED), DRAFTED),
    SEND: ((SIGNED,), SENT),
}
_ABOVE: Final = frozenset({"case-reviewer", "bureau-head"})
_REVIEWS: Final = frozenset({APPROVE, RETURN})
DUE: Final = "R35"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a form stands: its state, who built it, and what of its lists does not fit."""

    state: str
    built_by: str
    misfits: tuple[Misfit, ...] = ()


def state_of(steps: Sequence[str], *, signed: bool) -> str:
    """The state after these steps; once the log has the signed record a draft of it is signed."""
    last = steps[-1]
    return SIGNED if last == DRAFTED and signed else last


def step_taken(standing: Standing, step: str, person: str, roles: frozenset[str]) -> str:
    """The state that the step leads to; raises `FormStepUnfit`, `StepNotYours`, `OtherPersonNeeded`,
    `FiguresContradict`."""
    sources, leads_to = _NEXT.get(step, ((), ""))
    if standing.state not in sources:
        raise FormStepUnfit(step=step, state=standing.state)
    if step in _REVIEWS and roles.isdisjoint(_ABOVE):
        raise StepNotYours(event=step, role=" / ".join(sorted(_ABOVE)))
    if step in _REVIEWS and person == standing.built_by:
        raise OtherPersonNeeded(event=step)
    if step == APPROVE and standing.misfits:
        raise FiguresContradict(figures=[f"{one.figure} ⊄ {one.within}" for one in standing.misfits])
    return leads_to


def steps_open(standing: Standing, person: str, roles: frozenset[str]) -> tuple[str, ...]:
    """The steps that this person can take now, and those that another could."""
    found = []
    for step, (sources, _) in _NEXT.items():
        reviews = step in _REVIEWS
        if standing.state in sources and not (
            reviews and (roles.isdisjoint(_ABOVE) or person == standing.built_by)
        ):
            found.append(step)
    return tuple(found)


def due_at(rules: Rules, last: date) -> datetime | None:
    """The moment by which the form of the month that ends on that day is sent: the end of the day of R35 in
    the next month; None where no rule says one."""
    rule = rules.find(DUE, last + timedelta(days=1))
    if rule is None:
        return None
    day = (last + timedelta(days=1)).replace(day=int(rule.number))
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI_TIME)
