"""Refusals around samples and plans of supervision: nothing changes where one is raised.

Missing
├── SampleUnknown             no sampling of that number in one's area and department     number
└── PlanItemUnknown           no item of that number in one's plans                       number
Forbidden
└── SamplingNotYours          the goods are another department's                          lot, department
Conflict
├── CheckedAbove              a higher authority checked the same items lately     items, by, until, clause
├── SampleNumberTaken         another sample bears that number                            number
├── CustodyUnfit              the step does not follow from where the sample is           event
└── SummaryUnchanged          nothing changed since the summary that is frozen            month
Inadmissible
├── SheetIncomplete           members of the sampling sheet are missing or unfit          members
├── SamplingOfficerMissing    such goods are sampled with an officer (R47)                goods, clause
├── SummaryTooEarly           a month is summed up from its 25th (R36)                    month, begins
└── PlanItemUnfit             an item of a plan lacks something                           member
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Missing

__all__ = [
    "CheckedAbove",
    "CustodyUnfit",
    "PlanItemUnfit",
    "PlanItemUnknown",
    "SampleNumberTaken",
    "SampleUnknown",
    "SamplingNotYours",
    "SamplingOfficerMissing",
    "SheetIncomplete",
    "SummaryTooEarly",
    "SummaryUnchanged",
]


class SampleUnknown(Missing):
    code = "sample-unknown"


class PlanItemUnknown(Missing):
    code = "plan-item-unknown"


class SamplingNotYours(Forbidden):
    code = "sampling-not-yours"


class CheckedAbove(Conflict):
    code = "checked-above"


class SampleNumberTaken(Conflict):
    code = "sample-number-taken"


class CustodyUnfit(Conflict):
    code = "custody-unfit"


class SummaryUnchanged(Conflict):
    code = "summary-unchanged"


class SheetIncomplete(Inadmissible):
    code = "sheet-incomplete"


class SamplingOfficerMissing(Inadmissible):
    code = "sampling-officer-missing"


class SummaryTooEarly(Inadmissible):
    code = "summary-too-early"


class PlanItemUnfit(Inadmissible):
    code = "plan-item-unfit"
