"""How far a long analysis is, told to whoever waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from trace.store.analyses.runs import note_progress
from trace.store.transaction import Transactions

Progress = Callable[[str, int, int], None]
"""What is being done, how many are done, of how many (0: nobody knows)."""
_SECONDS: Final = 1.0

READING, SHARING, WEIGHING, BALANCING, CHECKING = "reading", "sharing", "weighing", "balancing", "checking"
WRITING: Final = "writing"
PHASES: Final = (READING, SHARING, WEIGHING, BALANCING, CHECKING, WRITING)


def unheard(phase: str, done: int, total: int) -> None:
    """Nobody waits."""


def heard_by(transactions: Transactions, number: str) -> Progress:
    """Progress written to the row of a run, at most once a second: writing must not be what takes long."""
    last = time.monotonic()

    def tell(phase: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < _SECONDS:
            return
        with transactions.begin("analyses") as tx:
            note_progress(tx.connection, number, phase, done, total)
        last = time.monotonic()

    return tell
