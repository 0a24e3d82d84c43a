"""The own clock against those of others: whose clock is off, and by how much.

Others' clocks are read from the `Date` of their answers (RFC 9110 §6.6.1, whole seconds). Where two agree
with each other and not with us, ours is off; where one stands alone, it may be that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from trace.platform.examination.finding import Finding, amiss, unsure, well

CHECK: Final = "clock"
LIMIT: Final = 60.0
"""Seconds; records are refused from five minutes on (rule P02), clocks kept by NTP differ by milliseconds."""


def ahead_of(date: str | None, sent: datetime, received: datetime) -> float | None:
    """How many seconds the other clock is ahead of ours, from its `Date`; None where it gave none."""
    try:
        told = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    if told.tzinfo is None:
        return None
    middle = sent + (received - sent) / 2
    return (told - middle).total_seconds() + 0.5  # half of the second that was cut off


def judge_clock(ahead: Mapping[str, float]) -> Finding:
    """What the clocks of others, by name, say of ours."""
    if not ahead:
        return unsure(CHECK, "clock-unknown")
    off = {name: seconds for name, seconds in ahead.items() if abs(seconds) > LIMIT}
    if not off:
        return well(CHECK, "clock-right", others=sorted(ahead))
    if len(off) < len(ahead):
        return amiss(CHECK, "clock-of-another", others=sorted(off), seconds=_largest(off))
    if len(ahead) == 1:
        return amiss(CHECK, "clocks-differ", others=sorted(off), seconds=_largest(off))
    values = sorted(off.values())
    if values[-1] - values[0] > LIMIT:
        return amiss(CHECK, "clocks-all-differ", others=sorted(off), seconds=_largest(off))
    code = "clock-behind" if values[0] > 0 else "clock-ahead"
    return amiss(CHECK, code, others=sorted(off), seconds=_largest(off))


def _largest(off: Mapping[str, float]) -> int:
    return max(round(abs(seconds)) for seconds in off.values())
