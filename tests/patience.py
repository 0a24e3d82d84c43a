"""Waiting for what other threads and processes do: until it is so, not for how long it should take.

Two busy cores are no stopwatch: the limit is for what never comes, and nobody waits on once it is so.
"""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0


def until(so: Callable[[], object], told: Callable[[], object] | None = None) -> None:
    """Come back as soon as `so()` is true; what `told()` says is shown when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < deadline, told() if told else "it never came to that"
        time.sleep(0.01)
