"""Who may make which kind of visit: departments, inspectors, and what each kind is for.

A joint visit has inspectors of both departments, two at least (R42), and both sign. Patrols are the
agricultural department's (沪农安), checks of a quality management system the market bureaus'
(食品生产经营监督检查管理办法 §22); the other kinds are either's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.oversight_forms import JOINT, PATROL, VISITS
from trace.errors import (
    DepartmentsMissing,
    InspectorsTooFew,
    JointItemsMissing,
    VisitAnswerUnfit,
    VisitCauseMissing,
    VisitNotYours,
)
from trace.oversight.competence import AGRICULTURE, MARKET

__all__ = [
    "BOTH",
    "JOINT",
    "KINDS",
    "PATROL",
    "Inspector",
    "competent_for",
    "departments_of_visit",
    "require_makers",
    "require_reason",
]

KINDS: Final = VISITS
SYSTEM: Final = "system"
BOTH: Final = (MARKET, AGRICULTURE)
_ONLY: Final = {PATROL: AGRICULTURE, SYSTEM: MARKET}
_LEAST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Inspector:
    """Who inspects: the number of the card, never a name, and the department."""

    card: str
    department: str

    def as_data(self) -> dict[str, Any]:
        """As it is kept."""
        return {"card": self.card, "department": self.department}


def departments_of_visit(kind: str, own: str) -> tuple[str, ...]:
    """The departments that sign a visit of that kind, who leads it first."""
    if kind == JOINT:
        return (own, *(one for one in BOTH if one != own))
    return (own,)


def require_makers(kind: str, own: str, inspectors: Sequence[Inspector], least: int) -> None:
    """Return where these inspectors may make such a visit for the department `own`.

    `least`: how many R42 asks for; one alone makes a patrol. Raises `VisitAnswerUnfit`, `VisitNotYours`,
    `InspectorsTooFew`, `DepartmentsMissing`.
    """
    if kind not in KINDS:
        raise VisitAnswerUnfit(item="kind", expected=" / ".join(KINDS))
    if _ONLY.get(kind, own) != own:
        raise VisitNotYours(kind=kind, department=own)
    cards = {one.card for one in inspectors}
    wanted = 1 if kind == PATROL else least
    if len(cards) < wanted or len(cards) != len(inspectors):
        raise InspectorsTooFew(count=len(cards), least=wanted)
    present = {one.department for one in inspectors}
    missing = [one for one in departments_of_visit(kind, own) if one not in present]
    if missing:
        raise DepartmentsMissing(missing=missing)
    strangers = present - {*departments_of_visit(kind, own)}
    if strangers:
        raise VisitNotYours(kind=kind, department=min(strangers))


def require_reason(plan: str, cause: str) -> None:
    """Return where an item of a plan or a cause is named; raises `VisitCauseMissing`."""
    if max(len(plan.strip()), len(cause.strip())) < _LEAST_WORDS:
        raise VisitCauseMissing


def require_joint_items(cause: str, planned: Collection[str]) -> None:
    """Return where a joint visit has a cause, or both departments planned it; raises `JointItemsMissing`.

    `planned`: the departments whose running item for the firm in that year the visit names.
    """
    missing = [one for one in BOTH if one not in planned]
    if missing and len(cause.strip()) < _LEAST_WORDS:
        raise JointItemsMissing(missing=missing)


def competent_for(roles_department: str, *, marked: bool) -> Collection[str]:
    """The departments with duties over a firm: its own, and both over whoever has the right to the mark."""
    return BOTH if marked else (roles_department,)
