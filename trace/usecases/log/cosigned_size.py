"""Size of the log under all its witnesses, as this process knows it; whoever needs a proof waits here.

The publisher tells it after each round. Nobody polls: a waiter sleeps on a condition until the size has
grown past its record, or its time is over.
"""

from __future__ import annotations

import threading


class CosignedSize:
    """One per open platform, 0 until a round of this process ended; safe to share between threads."""

    def __init__(self) -> None:
        self._size = 0
        self._grown = threading.Condition()

    def tell(self, size: int) -> None:
        """Every witness has signed a checkpoint of `size`; a smaller one than known changes nothing."""
        with self._grown:
            if size > self._size:
                self._size = size
                self._grown.notify_all()

    def holds(self, index: int) -> bool:
        """Whether the entry at `index` is known to be under all witnesses."""
        return self._size > index

    def wait_for(self, index: int, seconds: float) -> bool:
        """Sleep until the entry at `index` is under all witnesses, at most `seconds`; whether it is."""
        with self._grown:
            return self._grown.wait_for(lambda: self._size > index, seconds)
