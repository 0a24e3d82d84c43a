"""Refusals around cases of supervision: nothing changes where one is raised.

Missing
└── CaseUnknown           no case of that number                              number
Forbidden
├── CaseOutOfArea         another authority's                                 number, area, department
├── DepartmentOther       the firm is the other department's                party, department
├── StepNotYours          the step is another role's                          event, role
└── OtherPersonNeeded     who proposed it may not decide it                   event
Conflict
├── CaseMoved             somebody was quicker; what was typed is kept        number, event, by, at
├── CaseStands            the goods have an open case                       lot, number
├── StepUnfit             the step does not lead on from this state           event, state
├── ObjectionTooLate      the window (R31) has ended                          ended
├── SampledAbove          a higher authority sampled the same goods           lot, by
├── ProofsMissing         R27 asks for what is not proved                     missing
├── ScopeUnsettled        goods of the scope are not accounted for            amount
├── CasesLeft             who leaves has urgent cases that nobody takes over  count, numbers
├── ConsigneesSilent      consignees of a recall have not answered            count, names
├── ResultMissing         no failing test began the case: none to deliver   event, number
├── RetestRunning         the laboratory still has time to report            ends
└── LegalReviewMissing    a major case is reviewed before it closes           number
Inadmissible
├── PurposeMissing        nobody looks or acts without saying what for        —
├── StepUnproved          the step needs a paper or a signed record           event
├── PaperUnknown          the paper or record named is not of this case       name
├── PaperUnfit            too large, empty, or of no form that is kept        name, reason
├── ReceiverUnknown       nobody by that name can have the case               name
└── ActUnfit              a draft of an official act lacks something          event, member, named
"""

from __future__ import annotations

import re
from typing import Self

from trace.errors.base import Conflict, Forbidden, Inadmissible, Missing

__all__ = [
    "ActUnfit",
    "CaseMoved",
    "CaseOutOfArea",
    "CaseStands",
    "CaseUnknown",
    "CasesLeft",
    "ConsigneesSilent",
    "DepartmentOther",
    "LegalReviewMissing",
    "ObjectionTooLate",
    "OtherPersonNeeded",
    "PaperUnfit",
    "PaperUnknown",
    "ProofsMissing",
    "PurposeMissing",
    "ReceiverUnknown",
    "ResultMissing",
    "RetestRunning",
    "SampledAbove",
    "ScopeUnsettled",
    "StepNotYours",
    "StepUnfit",
    "StepUnproved",
]


class CaseUnknown(Missing):
    code = "case-unknown"


class CaseOutOfArea(Forbidden):
    code = "case-out-of-area"


class DepartmentOther(Forbidden):
    code = "department-other"


class StepNotYours(Forbidden):
    code = "step-not-yours"


class OtherPersonNeeded(Forbidden):
    code = "other-person-needed"


class CaseMoved(Conflict):
    code = "case-moved"


class CaseStands(Conflict):
    code = "case-stands"


class StepUnfit(Conflict):
    code = "step-unfit"


class ObjectionTooLate(Conflict):
    code = "objection-too-late"


class SampledAbove(Conflict):
    code = "sampled-above"


class ProofsMissing(Conflict):
    code = "proofs-missing"


class ScopeUnsettled(Conflict):
    code = "scope-unsettled"


class CasesLeft(Conflict):
    code = "cases-left"


class ConsigneesSilent(Conflict):
    code = "consignees-silent"


class ResultMissing(Conflict):
    code = "result-missing"


class RetestRunning(Conflict):
    code = "retest-running"


class LegalReviewMissing(Conflict):
    code = "legal-review-missing"


class PurposeMissing(Inadmissible):
    code = "purpose-missing"


class StepUnproved(Inadmissible):
    code = "step-unproved"


class PaperUnknown(Inadmissible):
    code = "paper-unknown"


class PaperUnfit(Inadmissible):
    code = "paper-unfit"


class ReceiverUnknown(Inadmissible):
    code = "receiver-unknown"


class ActUnfit(Inadmissible):
    """`member`: where in the record; `named`: its last member, which people know by a word."""

    code = "act-unfit"

    @classmethod
    def at(cls, event: str, path: str) -> Self:
        """The draft of an act that is not as it must be at `path`: $.data.kinds[0] is `kinds`."""
        return cls(event=event, member=path, named=re.sub(r"\[[0-9]+\]", "", path).rpartition(".")[2])
