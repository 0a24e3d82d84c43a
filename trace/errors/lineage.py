"""Refusals of those who ask: lots out of one's sight, codes that nobody issued."""

from __future__ import annotations

from trace.errors.base import Forbidden, Missing

__all__ = ["BatchUnknown", "LotOutOfSight"]


class LotOutOfSight(Forbidden):
    """An enterprise asks about a lot that it neither made, held nor touched; params: lot."""

    code = "lot-out-of-sight"


class BatchUnknown(Missing):
    """No pack was ever registered under this code (未登记); params: code."""

    code = "batch-unknown"
