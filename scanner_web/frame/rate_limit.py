"""The rate limit of whoever asks: so many times within a sliding window, counted in memory alone.

No address is stored or logged: keys are kept as a hash salted anew at each start, for as long as they count,
and the longest untouched are forgotten first when there are too many. Each process counts for itself. How
many and how long is the caller's to say, by a dated rule where there is one.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

REMEMBERED: Final = 50_000

Note = TypeVar("Note")


class RateLimit(Generic[Note]):
    """Counts under keys; `clock` gives seconds that never go back.

    A count may bear a note, which `notes` gives back as long as it counts.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, remembered: int = REMEMBERED) -> None:
        self._clock = clock
        self._remembered = remembered
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._counted: OrderedDict[bytes, deque[tuple[float, Note | None]]] = OrderedDict()

    def take(self, *limits: tuple[str, int], within: float, note: Note | None = None) -> float:
        """Count once under each key, or nowhere if one has no room: 0, or the seconds until it has."""
        with self._lock:
            now = self._clock()
            kept, wait = self._weighed(limits, now, within)
            for recent in kept if wait <= 0 else ():
                recent.append((now, note))
            self._forget(now - within)
        return wait

    def wait(self, *limits: tuple[str, int], within: float) -> float:
        """What `take` would answer, without counting."""
        with self._lock:
            return self._weighed(limits, self._clock(), within)[1]

    def notes(self, key: str, within: float) -> list[Note]:
        """The notes of what still counts under a key, the oldest first."""
        with self._lock:
            return [note for _, note in self._recent(key, self._clock() - within) if note is not None]

    def _weighed(
        self, limits: tuple[tuple[str, int], ...], now: float, within: float
    ) -> tuple[list[deque[tuple[float, Note | None]]], float]:
        """The counts under each key, and how long the fullest has no room."""
        kept = [self._recent(key, now - within) for key, _ in limits]
        full = [
            recent[-most][0] + within - now if most else within
            for recent, (_, most) in zip(kept, limits, strict=True)
            if len(recent) >= most
        ]
        return kept, max(full, default=0.0)

    def _recent(self, key: str, since: float) -> deque[tuple[float, Note | None]]:
        hashed = hashlib.blake2b(key.encode(), key=self._salt, digest_size=16).digest()
        recent = self._counted.setdefault(hashed, deque())
        self._counted.move_to_end(hashed)
        while recent and recent[0][0] <= since:
            recent.popleft()
        return recent

    def _forget(self, since: float) -> None:
        """What no longer counts, from the longest untouched on; and who is beyond what is remembered."""
        while self._counted:
            recent = next(iter(self._counted.values()))
            if len(self._counted) <= self._remembered and recent and recent[-1][0] > since:
                return
            self._counted.popitem(last=False)
