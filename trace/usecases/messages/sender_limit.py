"""The rate limit of senders (rule P20), counted in memory alone: no address is stored or logged.

Senders are told apart by a hash salted anew at each start, so that nothing of them outlives the process. A
window slides; the memory is bounded, and the oldest senders are forgotten first.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import date
from typing import Final

from trace.errors import MessagesTooMany
from trace.rules import Rules

_WINDOW: Final = 3600.0
_KEPT: Final = 50_000


class SenderLimit:
    """`take(sender, …)` counts a message; `seconds` is a steady clock, whatever the hour of the day."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._taken: OrderedDict[bytes, deque[float]] = OrderedDict()

    def take(self, sender: str, rules: Rules, today: date) -> None:
        """Count one message of `sender`; raises `MessagesTooMany` above the limit of an hour."""
        limit = int(rules.at("P20", today).number)
        key = hashlib.blake2b(sender.encode(), key=self._salt, digest_size=16).digest()
        now = self._seconds()
        with self._lock:
            times = self._taken.setdefault(key, deque())
            self._taken.move_to_end(key)
            while times and times[0] <= now - _WINDOW:
                times.popleft()
            if len(times) >= limit:
                raise MessagesTooMany(limit=limit)
            times.append(now)
            if len(self._taken) > _KEPT:
                self._taken.popitem(last=False)
