"""Refusals around the figures that authorities report: nothing changes where one is raised.

Missing
└── MonthlyFormUnknown    no frozen form of that hash, or no figure of that name     form
Forbidden
└── MonthlyFormNotYours   another authority's, or another department's to report     area, department
Conflict
├── MonthNotOver          a month is frozen when it is over                          month, ends
├── MonthsUnsent          a year's summary sums forms that were sent: there is none       year
├── MonthlyFormSame       nothing changed since the revision before it               month, revision
├── FiguresContradict     a list is not part of the one that it has to be part of    figures
└── FormStepUnfit         the step does not follow on where the form stands          step, state
Malformed
└── MonthMalformed        no month as YYYY-MM                                        month
Inadmissible
├── RevisionUnexplained   a revision says why it was made                            revision
├── RegisterEntryUnfit    what is entered of a producer lacks or misstates a member  member
├── RegisterFirmElsewhere a firm that is not registered in the caller's area         firm
└── RegisterRowUnfit      a cell of a list of producers does not fit the others      column, reason, value
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Malformed, Missing

__all__ = [
    "FiguresContradict",
    "FormStepUnfit",
    "MonthMalformed",
    "MonthNotOver",
    "MonthlyFormNotYours",
    "MonthlyFormSame",
    "MonthlyFormUnknown",
    "MonthsUnsent",
    "RegisterEntryUnfit",
    "RegisterFirmElsewhere",
    "RegisterRowUnfit",
    "RevisionUnexplained",
]


class MonthlyFormUnknown(Missing):
    code = "monthly-form-unknown"


class MonthlyFormNotYours(Forbidden):
    code = "monthly-form-not-yours"


class MonthNotOver(Conflict):
    code = "month-not-over"


class MonthsUnsent(Conflict):
    code = "months-unsent"


class MonthlyFormSame(Conflict):
    code = "monthly-form-same"


class FiguresContradict(Conflict):
    code = "figures-contradict"


class FormStepUnfit(Conflict):
    code = "form-step-unfit"


class MonthMalformed(Malformed):
    code = "month-malformed"


class RevisionUnexplained(Inadmissible):
    code = "revision-unexplained"


class RegisterEntryUnfit(Inadmissible):
    code = "register-entry-unfit"


class RegisterFirmElsewhere(Inadmissible):
    code = "register-firm-elsewhere"


class RegisterRowUnfit(Inadmissible):
    code = "register-row-unfit"
