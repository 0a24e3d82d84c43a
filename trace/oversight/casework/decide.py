"""Decision of one step of a case: who may take it, from which state, under which guards, by which evidence.

Pure: what the guards ask is handed in as `Standing`, read in the transaction that writes the step. What is
refused changes nothing; what is allowed is a `Taken`, which says where the case stands then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from trace.errors import (
    LegalReviewMissing,
    ObjectionTooLate,
    OtherPersonNeeded,
    ProofsMissing,
    PurposeMissing,
    ReceiverUnknown,
    ResultMissing,
    RetestRunning,
    SampledAbove,
    StepNotYours,
    StepUnfit,
    StepUnproved,
)
from trace.errors.orders import MicrobiologyFinal, RetestSameLab
from trace.oversight.casework.competence import JOINT_STEPS
from trace.oversight.casework.table import LOG, PROOFS, Step, step_of

INSTEAD: Final = "insteadOf"
"""The member of a step's detail that names in whose place it was taken."""
LEAST_WORDS: Final = 2
"""Characters that a purpose has at least."""


@dataclass(frozen=True, slots=True)
class Past:
    """A step that was taken before: its event, who took it, and what it named."""

    event: str
    person: str
    to: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: the event, who in which roles, why, with which evidence.

    `detail`: what else the event names (a person, a laboratory, another case, which of the five proofs).
    `instead_of`: the person in whose place it is done.
    """

    event: str
    person: str
    roles: frozenset[str]
    why: str
    evidence: tuple[str, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as its guards see it, at `now`. `past` are the steps of its present episode, the oldest first.

    `window_ends`: when the right to object ends, None while nothing was delivered. `receiver`: whether who
    acts is the authority to which it is being transferred. `sampled_above`: who of a higher level sampled
    the same goods. `microbes`: failed items that no re-test lifts. `leads`: whether who acts is of the office
    that leads the case, else of one that was asked to assist (`joint`); `above`: of one above both sides of a
    transfer. `sourced`: an authority's own word began it, and no failing test.
    `retest_ends`: until when the laboratory of the re-test has to report, None where that is not counted.
    """

    state: str
    now: datetime
    major: bool = False
    past: tuple[Past, ...] = ()
    window_ends: datetime | None = None
    report: str = ""
    first_lab: str = ""
    microbes: tuple[str, ...] = ()
    sampled_above: str = ""
    receiver: bool = False
    leads: bool = True
    joint: bool = False
    above: bool = False
    sourced: bool = False
    retest_ends: datetime | None = None
    lot: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that is allowed: its row of the table, and the state afterwards."""

    step: Step
    to: str


def decide(standing: Standing, act: Act) -> Taken:
    """What becomes of the case.

    Raises `StepUnfit`, `StepNotYours`, `PurposeMissing`, `StepUnproved` and what the guards refuse.
    """
    row = step_of(standing.state, act.event)
    if row is None:
        raise StepUnfit(event=act.event, state=standing.state)
    if act.roles.isdisjoint(row.roles):
        raise StepNotYours(event=act.event, role=list(row.roles))
    if not standing.leads and act.event not in JOINT_STEPS:
        raise StepNotYours(event=act.event, role=["lead"])
    if LOG not in act.roles and len(act.why.strip()) < LEAST_WORDS:
        raise PurposeMissing
    if row.evidence and not act.evidence:
        raise StepUnproved(event=act.event)
    for name in row.guards:
        GUARDS[name](standing, act)
    return Taken(row, row.to or standing.state)


def proved(past: tuple[Past, ...]) -> dict[str, Past]:
    """Which of the five are proved, and by which step; the last word on each counts."""
    return {one.detail.get("proof", ""): one for one in past if one.event == "prove"}


def _of_result(standing: Standing, act: Act) -> None:
    if standing.sourced:
        raise ResultMissing(event=act.event, number=standing.number)


def _in_window(standing: Standing, _act: Act) -> None:
    if standing.window_ends is not None and standing.now >= standing.window_ends:
        raise ObjectionTooLate(ended=standing.window_ends.isoformat())


def _five_proofs(standing: Standing, _act: Act) -> None:
    missing = [name for name in PROOFS if name not in proved(standing.past)]
    if missing:
        raise ProofsMissing(missing=missing)


def _last(standing: Standing, event: str) -> Past | None:
    return next((one for one in reversed(standing.past) if one.event == event), None)


def _same_word(past: Past, act: Act) -> bool:
    """Whether both are one person's word, said by herself or by who stands in for her."""
    return not {past.person, past.detail.get(INSTEAD, "")}.isdisjoint({act.person, act.instead_of} - {""})


def _other_person(standing: Standing, act: Act) -> None:
    submitted = _last(standing, "submit")
    if submitted is not None and _same_word(submitted, act):
        raise OtherPersonNeeded(event=act.event)


def _other_person_proposed(standing: Standing, act: Act) -> None:
    proposed = _last(standing, "propose-publication")
    if proposed is not None and _same_word(proposed, act):
        raise OtherPersonNeeded(event=act.event)


def _proposed(standing: Standing, act: Act) -> None:
    if _last(standing, "propose-publication") is None:
        raise StepUnfit(event=act.event, state=standing.state)


def _legally_reviewed(standing: Standing, _act: Act) -> None:
    """A major case is reviewed after it was last submitted, not some day before."""
    if not standing.major:
        return
    for one in reversed(standing.past):
        if one.event == "legal-review":
            return
        if one.event == "submit":
            break
    raise LegalReviewMissing(number=standing.number)


def _named(member: str) -> Callable[[Standing, Act], None]:
    def require(_standing: Standing, act: Act) -> None:
        if not act.detail.get(member):
            raise ReceiverUnknown(name=act.detail.get(f"{member}-typed", ""))

    return require


def _named_proof(_standing: Standing, act: Act) -> None:
    if act.detail.get("proof") not in PROOFS:
        raise ProofsMissing(missing=list(PROOFS))


def _is_receiver(standing: Standing, act: Act) -> None:
    if not standing.receiver:
        raise StepNotYours(event=act.event, role=["receiver"])


def _is_joint(standing: Standing, act: Act) -> None:
    if not standing.joint:
        raise StepNotYours(event=act.event, role=["joint"])


def _is_above(standing: Standing, act: Act) -> None:
    """行政处罚程序规定 §14, §16: the superior of both designates, neither of them does."""
    if not standing.above:
        raise StepNotYours(event=act.event, role=["above"])


def _other_laboratory(standing: Standing, act: Act) -> None:
    if act.detail.get("lab") == standing.first_lab:
        raise RetestSameLab(report=standing.report, lab=standing.first_lab)


def _retest_allowed(standing: Standing, _act: Act) -> None:
    if standing.microbes:
        raise MicrobiologyFinal(report=standing.report, items=list(standing.microbes), rule="R56", clause="")


def _retest_late(standing: Standing, _act: Act) -> None:
    """A laboratory has its whole time; where no calendar tells its end, its own paper is needed."""
    ends = standing.retest_ends
    if ends is None or standing.now < ends:
        raise RetestRunning(**({"ends": ends.isoformat()} if ends is not None else {}))


def _not_sampled_above(standing: Standing, _act: Act) -> None:
    """农产品质量安全法 §47: what a higher authority sampled, a lower one does not sample again."""
    if standing.sampled_above:
        raise SampledAbove(lot=standing.lot, by=standing.sampled_above)


GUARDS: Final[Mapping[str, Callable[[Standing, Act], None]]] = {
    "of-result": _of_result,
    "in-window": _in_window,
    "five-proofs": _five_proofs,
    "other-person": _other_person,
    "other-person-proposed": _other_person_proposed,
    "proposed": _proposed,
    "legally-reviewed": _legally_reviewed,
    "named-receiver": _named("receiver"),
    "named-person": _named("person"),
    "named-case": _named("case"),
    "named-consignee": _named("consignee"),
    "named-proof": _named_proof,
    "is-receiver": _is_receiver,
    "is-joint": _is_joint,
    "is-above": _is_above,
    "other-laboratory": _other_laboratory,
    "retest-allowed": _retest_allowed,
    "retest-late": _retest_late,
    "not-sampled-above": _not_sampled_above,
}
"""What each guard of the table asks."""
