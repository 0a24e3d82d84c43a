"""Refusals around messages, warnings, letters, notices and lists of risks; nothing changes by them.

Missing
├── CounterpartMissing   the district has no authority of that department here     area, department
└── RiskItemUnknown      no such warning, letter, notice, entry or meeting         what, number
Forbidden
├── RiskOutOfArea        another authority's                                       what, number
├── ReleasedByOne        who wrote it may not release it                           what
└── ReopenedByOne        who decided it may not open it again                      number
Conflict
├── MessageSentBefore    the same words were sent under a number                   year, number
└── RiskMoved            it has moved on; what was typed is kept                   what, state
Inadmissible
├── RiskUnfit            something that is needed is missing or no such thing      wanted
└── WarningOfAnother     what a warning became is about another firm               number, reference, party
"""

from __future__ import annotations

from trace.errors.base import Conflict, Forbidden, Inadmissible, Missing

__all__ = [
    "CounterpartMissing",
    "MessageSentBefore",
    "ReleasedByOne",
    "ReopenedByOne",
    "RiskItemUnknown",
    "RiskMoved",
    "RiskOutOfArea",
    "RiskUnfit",
    "WarningOfAnother",
]


class CounterpartMissing(Missing):
    code = "counterpart-missing"


class RiskItemUnknown(Missing):
    code = "risk-item-unknown"


class RiskOutOfArea(Forbidden):
    code = "risk-out-of-area"


class ReleasedByOne(Forbidden):
    code = "released-by-one"


class ReopenedByOne(Forbidden):
    code = "reopened-by-one"


class MessageSentBefore(Conflict):
    code = "message-sent-before"


class RiskMoved(Conflict):
    code = "risk-moved"


class RiskUnfit(Inadmissible):
    code = "risk-unfit"


class WarningOfAnother(Inadmissible):
    code = "warning-of-another"
