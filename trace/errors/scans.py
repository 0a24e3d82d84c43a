"""Refusals around scans of codes.

Forbidden
└── ScanForeign        counted only from our own page                   code
Missing
└── ScanAlertUnknown   no such alert, or none of the caller's           alert
TooMany
└── HiddenCodeLocked   too many wrong hidden codes                      code, until
"""

from __future__ import annotations

from trace.errors.base import Forbidden, Missing, TooMany

__all__ = ["HiddenCodeLocked", "ScanAlertUnknown", "ScanForeign"]


class ScanForeign(Forbidden):
    code = "scan-foreign"


class ScanAlertUnknown(Missing):
    code = "scan-alert-unknown"


class HiddenCodeLocked(TooMany):
    code = "hidden-code-locked"
