"""Refusals of questions about lots and codes: out of the caller's sight, or never issued."""

from __future__ import annotations

from trace.errors.base import Forbidden, Missing, Unavailable

__all__ = ["BatchUnknown", "EvidenceApart", "LotOutOfSight"]


class LotOutOfSight(Forbidden):
    """The lot is not the reader's, nor of its area, nor the other side of a pair with it; params: lot."""

    code = "lot-out-of-sight"


class BatchUnknown(Missing):
    """No pack was ever registered under this code (未登记); params: code, perhaps `alone`, a part."""

    code = "batch-unknown"


class EvidenceApart(Unavailable):
    """Entries of another log came under different checkpoints and cannot be proved under one; params: log."""

    code = "evidence-apart"
