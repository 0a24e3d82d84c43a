"""The guard of message forms: a message comes from our own page, and not too often."""

from __future__ import annotations

from typing import Final

from flask import request

from scanner_web.frame.rate_limit import RateLimit
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import MessageFromElsewhere, MessagesTooMany
from trace.platform.opening import Platform

_HOUR_S: Final = 3600.0
_OURS: Final = frozenset({"same-origin", "none"})


def take(limit: RateLimit[None], platform: Platform) -> None:
    """Count one message of this sender; raises MessageFromElsewhere, MessagesTooMany.

    Our pages send no referrer, so that `Origin` is null even for our own forms; `Sec-Fetch-Site` tells them
    apart in every browser of the last years. Who has neither can do no more than type the form himself.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        raise MessageFromElsewhere
    today = platform.transactions.clock().astimezone(SHANGHAI_TIME).date()
    most = int(platform.rules.at("P20", today).number)
    if limit.take((request.remote_addr or "", most), within=_HOUR_S) > 0:
        raise MessagesTooMany(limit=most)
