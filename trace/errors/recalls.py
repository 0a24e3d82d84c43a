"""Refusals of a firm's own recall on its pages.

Malformed
├── RecallLacks        what the form or the text in force asks for is not said     lacks
└── RecallTextTooLong  the text has more characters than its record holds          count
Inadmissible
└── RecallNothingNew   everybody known to have the goods was told                  –
"""

from __future__ import annotations

from trace.errors.base import Inadmissible, Malformed

__all__ = ["RecallLacks", "RecallNothingNew", "RecallTextTooLong"]


class RecallLacks(Malformed):
    code = "recall-lacks"


class RecallTextTooLong(Malformed):
    code = "recall-text-too-long"


class RecallNothingNew(Inadmissible):
    code = "recall-nothing-new"
