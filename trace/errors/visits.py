"""Refusals around visits of supervision: nothing changes where one is raised.

Missing
├── VisitUnknown          no visit of that number                             number
├── VisitObjectUnknown    nobody of that name is registered                   party
└── VisitFormUnknown           no form of that name                                form
Forbidden
├── VisitOutOfArea        the object lies in another authority's area         party, area
└── VisitNotYours         that act is another department's                    kind, department
Conflict
├── VisitMoved            somebody was quicker; what was typed is kept        number
├── VisitToAgree          two fillings of a part differ and wait to be agreed  number, count
├── VisitStepUnfit        the step does not lead on from here                 number, step
└── VisitFormOther      filled in on another version of the form            form, given, wanted
Inadmissible
├── InspectorsTooFew      R42 asks for more                                   count, least
├── DepartmentsMissing    a joint visit has inspectors of both                missing
├── VisitCauseMissing     neither an item of a plan nor a cause               —
├── JointItemsMissing     a joint visit without cause names items of both     missing
├── VisitAnswerUnfit           an answer that the item does not take               item, expected
├── VisitGoodsUnknown     goods that were looked at and are not known here        lot
├── VisitIncomplete       what is still open before it can be signed          missing
├── CertificatesUnverified  a certified producer's certificates were not verified  items
└── VisitFormUnfit             a line of a form that cannot be one                 line, expected
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Missing

__all__ = [
    "CertificatesUnverified",
    "DepartmentsMissing",
    "InspectorsTooFew",
    "JointItemsMissing",
    "VisitAnswerUnfit",
    "VisitCauseMissing",
    "VisitFormOther",
    "VisitFormUnfit",
    "VisitFormUnknown",
    "VisitGoodsUnknown",
    "VisitIncomplete",
    "VisitMoved",
    "VisitNotYours",
    "VisitObjectUnknown",
    "VisitOutOfArea",
    "VisitStepUnfit",
    "VisitToAgree",
    "VisitUnknown",
]


class VisitUnknown(Missing):
    code = "visit-unknown"


class VisitObjectUnknown(Missing):
    code = "visit-object-unknown"


class VisitFormUnknown(Missing):
    code = "visit-form-unknown"


class VisitOutOfArea(Forbidden):
    code = "visit-out-of-area"


class VisitNotYours(Forbidden):
    code = "visit-not-yours"


class VisitMoved(Conflict):
    code = "visit-moved"


class VisitToAgree(Conflict):
    code = "visit-to-agree"


class VisitStepUnfit(Conflict):
    code = "visit-step-unfit"


class VisitFormOther(Conflict):
    code = "visit-form-other"


class InspectorsTooFew(Inadmissible):
    code = "inspectors-too-few"


class DepartmentsMissing(Inadmissible):
    code = "departments-missing"


class VisitCauseMissing(Inadmissible):
    code = "visit-cause-missing"


class JointItemsMissing(Inadmissible):
    code = "joint-items-missing"


class VisitAnswerUnfit(Inadmissible):
    code = "visit-answer-unfit"


class VisitGoodsUnknown(Inadmissible):
    code = "visit-goods-unknown"


class VisitIncomplete(Inadmissible):
    code = "visit-incomplete"


class CertificatesUnverified(Inadmissible):
    code = "certificates-unverified"


class VisitFormUnfit(Inadmissible):
    code = "visit-form-unfit"
