"""The cache key of a public page, besides address and reader: shared version and quarter of an hour."""

from __future__ import annotations

from typing import Final

from trace.store.transaction import Transactions
from trace.store.versions import versions_of

QUARTER: Final = 900  # seconds


class PageState:
    """(shared version, quarters of an hour since 1970): two equal ones, and a page says the same.

    The time, because a batch is near its end or past it from a midnight in Shanghai on, which begins a
    quarter, and because a recall status that nobody renews grows stale.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._versions = versions_of(transactions.engine)
        self._clock = transactions.clock

    def __call__(self) -> tuple[int, int]:
        """One cheap read; raises the store's refusals."""
        return self._versions.pages(), int(self._clock().timestamp()) // QUARTER
