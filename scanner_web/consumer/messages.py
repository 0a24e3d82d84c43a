"""The guard of message forms: a message comes from our own page, and not too often."""

from __future__ import annotations

from typing import Final

from flask import request

from trace.errors import MessageFromElsewhere
from trace.platform.opening import Platform
from trace.usecases.lots.json_forms import SHANGHAI_TIME
from trace.usecases.messages.sender_limit import SenderLimit

_OURS: Final = frozenset({"same-origin", "none"})


def take(limit: SenderLimit, platform: Platform) -> None:
    """Count one message of this sender; raises MessageFromElsewhere, MessagesTooMany.

    Our pages send no referrer, so that `Origin` is null even for our own forms; `Sec-Fetch-Site` tells them
    apart in every browser of the last years. Who has neither can do no more than type the form himself.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        raise MessageFromElsewhere
    today = platform.transactions.clock().astimezone(SHANGHAI_TIME).date()
    limit.take(request.remote_addr or "", platform.rules, today)
