"""A rate limit for costly work of strangers: by address, for all, and at once; counted in memory alone.

Strangers are told apart by a hash salted anew at each start; the oldest are forgotten first.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from trace.errors import PhotosTooMany

WINDOW_S: Final = 60
_BUSY_S: Final = 2
_REMEMBERED: Final = 4_096


class Allowance:
    """At most `each` a minute from one address, `everyone` a minute from all, `at_once` running.

    Per process; `clock` gives seconds that never go back.
    """

    def __init__(
        self, *, each: int, everyone: int, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._everyone, self._free = each, everyone, at_once
        self._clock = clock
        self._lock = Lock()
        self._salt = secrets.token_bytes(16)
        self._all: deque[float] = deque()
        self._by_address: OrderedDict[bytes, deque[float]] = OrderedDict()

    @contextmanager
    def taken(self, address: str) -> Iterator[None]:
        """Room for one piece of work; raises PhotosTooMany where there is none."""
        stranger = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        with self._lock:
            self._take(stranger)
        try:
            yield
        finally:
            with self._lock:
                self._free += 1

    def _take(self, stranger: bytes) -> None:
        now = self._clock()
        own = self._by_address.setdefault(stranger, deque())
        self._by_address.move_to_end(stranger)
        while len(self._by_address) > _REMEMBERED:
            self._by_address.popitem(last=False)
        for times, most in ((own, self._each), (self._all, self._everyone)):
            while times and times[0] <= now - WINDOW_S:
                times.popleft()
            if len(times) >= most:
                raise PhotosTooMany(seconds=max(1, round(times[0] + WINDOW_S - now)))
        if self._free < 1:
            raise PhotosTooMany(seconds=_BUSY_S)
        own.append(now)
        self._all.append(now)
        self._free -= 1
