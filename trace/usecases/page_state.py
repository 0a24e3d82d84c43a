"""On what a public page hangs besides its address and its reader: what was recorded, and the day."""

from __future__ import annotations

from trace.store.food.version import versions_of
from trace.store.transaction import Transactions
from trace.usecases.shown import SHANGHAI_TIME


class PageState:
    """(shared version, day in Shanghai as an ordinal): two equal ones, and a page says the same.

    The day, because a batch is near its end or past it from a midnight on.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._versions = versions_of(transactions.engine)
        self._clock = transactions.clock

    def __call__(self) -> tuple[int, int]:
        """One cheap read; raises the store's refusals."""
        return self._versions.pages(), self._clock().astimezone(SHANGHAI_TIME).toordinal()
