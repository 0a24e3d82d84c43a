"""The guard of message forms: a message comes from our own page, and not too often."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Final

from flask import request

from scanner_web.frame.addresses import counted_address
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import MessageFromElsewhere, MessagesTooMany
from trace.platform.opening import Platform
from trace.usecases.accounts.tries import Window, take_try

_HOUR_S: Final = 3600
_OURS: Final = frozenset({"same-origin", "none"})


def take(platform: Platform) -> None:
    """Count one message of this sender, for all workers; raises MessageFromElsewhere, MessagesTooMany.

    Our pages send no referrer, so that `Origin` is null even for our own forms; `Sec-Fetch-Site` tells them
    apart in every browser of the last years. Who has neither can do no more than type the form himself.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        raise MessageFromElsewhere
    today = platform.transactions.clock().astimezone(SHANGHAI_TIME).date()
    most = int(platform.rules.at("P20", today).number)
    where = counted_address(request.remote_addr or "").encode()
    key = hmac.digest(platform.lot_key, b"messages of " + where, hashlib.sha256).hex()[:32]
    if take_try(platform.transactions, [Window(key, most, _HOUR_S)], time.time()) > 0:
        raise MessagesTooMany(limit=most)
