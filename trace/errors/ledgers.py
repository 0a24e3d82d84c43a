"""Refusals of a firm's ledgers.

Missing
└── LedgerUnknown    no ledger of that name                                           name, known
Malformed
└── PeriodMalformed  a day is written otherwise, out of reach, or the end is first    first, last
"""

from __future__ import annotations

from trace.errors.base import Malformed, Missing

__all__ = ["LedgerUnknown", "PeriodMalformed"]


class LedgerUnknown(Missing):
    code = "ledger-unknown"


class PeriodMalformed(Malformed):
    code = "period-malformed"
