"""Tries within sliding windows, counted for all workers of a platform in real seconds.

The clock is the machine's, as with an authenticator's codes: a demo's clock may stand still. What a key
stands for is the caller's to hide; a row is deleted once it counts no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trace.store.accounts import tries as rows
from trace.store.transaction import Transactions, Tx

_MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """So many tries under a key within so many seconds."""

    key: str
    most: int
    seconds: int

    @property
    def name(self) -> str:
        """What its rows are kept under: one key may have several windows."""
        return f"{self.key}/{self.seconds}"


def take_try(transactions: Transactions, windows: Sequence[Window], now: float) -> float:
    """Count a try in each of these windows, or nowhere where one is full: 0, or the seconds until it has
    room. `now`: seconds since 1970."""
    at = int(now * _MICROS)
    with transactions.begin("limits") as tx:
        wait = max(_wait(tx, one, at) for one in sorted(windows, key=lambda one: one.name))
        if wait <= 0:
            rows.forget_tries(tx.connection, at)
            for one in windows:
                rows.add_try(tx.connection, one.name, at, at + one.seconds * _MICROS)
    return wait


def _wait(tx: Tx, one: Window, at: int) -> float:
    rows.hold_tries(tx.connection, one.name)
    there = rows.tries_since(tx.connection, one.name, at - one.seconds * _MICROS)
    if len(there) < one.most:
        return 0.0
    return (there[-one.most] - at) / _MICROS + one.seconds


def forget_tries(transactions: Transactions, windows: Sequence[Window]) -> None:
    """Begin anew in these windows."""
    with transactions.begin("limits") as tx:
        for one in windows:
            rows.clear_tries(tx.connection, one.name)
