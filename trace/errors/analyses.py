"""Refusals of analyses.

Missing
├── AnalysisUnknown    no analysis of that hash was made for the reader       hash
└── NothingToRecall    the firm has made no finished lot                      firm
Forbidden
└── FirmOutOfSight     neither the reader's own firm nor one of its area      firm
Conflict
└── BatchBothWays      a lot counts as failing and as passing                 lot
Malformed
└── QuestionIncomplete what the question is about is missing                  field
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Malformed, Missing

__all__ = ["AnalysisUnknown", "BatchBothWays", "FirmOutOfSight", "NothingToRecall", "QuestionIncomplete"]


class AnalysisUnknown(Missing):
    code = "analysis-unknown"


class FirmOutOfSight(Forbidden):
    code = "firm-out-of-sight"


class BatchBothWays(Conflict):
    code = "tested-both-ways"


class NothingToRecall(Missing):
    code = "nothing-to-recall"


class QuestionIncomplete(Malformed):
    code = "question-incomplete"
