"""Refusals of farms' commitments of a year and of the notices that they answer.

Forbidden
├── FarmNoticeForeign      another department than agriculture serves notices on farms
├── CommitmentForeign      the commitment is named for another farm or year        sub, expected
└── CommitmentPlotForeign  it names a plot of somebody else, or one plot twice     plots
Inadmissible
├── CommitmentIncomplete   a field is missing, or one of the promises              lacks
└── FarmNoticeUnfit        the notice has no words, no day, or nobody to go to     lacks
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Inadmissible

__all__ = [
    "CommitmentForeign",
    "CommitmentIncomplete",
    "CommitmentPlotForeign",
    "FarmNoticeForeign",
    "FarmNoticeUnfit",
]


class FarmNoticeForeign(Forbidden):
    code = "farm-notice-foreign"


class CommitmentForeign(Forbidden):
    code = "commitment-foreign"


class CommitmentPlotForeign(Forbidden):
    code = "commitment-plot-foreign"


class CommitmentIncomplete(Inadmissible):
    code = "commitment-incomplete"


class FarmNoticeUnfit(Inadmissible):
    code = "farm-notice-unfit"
