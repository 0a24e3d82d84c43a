"""Refusals of a firm's own control: records of a day, a week, a month.

Forbidden
├── ControlForeign     the record is named for another firm or period        sub, expected
└── ControlSigner      somebody signs as what does not sign such a record    signer, allowed
Missing
└── ControlUnknown     no such period, no form for it, or one that is to come period, day
Inadmissible
├── ControlIncomplete  the form in force asks for more, or is another one    lacks, form
├── RiskListTooLong    more points than a list of risks has                  count, most
└── RiskListUnfit      a line of the list of risks is not one                line
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Inadmissible, Missing

__all__ = [
    "ControlForeign",
    "ControlIncomplete",
    "ControlSigner",
    "ControlUnknown",
    "RiskListTooLong",
    "RiskListUnfit",
]


class ControlForeign(Forbidden):
    code = "control-foreign"


class ControlSigner(Forbidden):
    code = "control-signer"


class ControlIncomplete(Inadmissible):
    code = "control-incomplete"


class RiskListTooLong(Inadmissible):
    code = "risk-list-too-long"


class RiskListUnfit(Inadmissible):
    code = "risk-list-unfit"


class ControlUnknown(Missing):
    code = "control-unknown"
