"""States of goods as pages and the resolver name them: 正常 临期 过期 召回 已召回 停用 不合格 未激活."""

from __future__ import annotations

from typing import Final

NORMAL: Final = "normal"
NEAR_EXPIRY: Final = "near-expiry"
EXPIRED: Final = "expired"
RECALLED: Final = "recalled"
WITHDRAWN: Final = "withdrawn"
INACTIVE: Final = "inactive"
FAILED: Final = "failed"
SOURCE_ORDERED: Final = "source-ordered"
UNKNOWN: Final = "unknown"
HELD: Final = "locked"
RECALL_COMPLETED: Final = "recall-completed"
"""The duties are done; gates stay shut and the warning stays."""
POSSIBLE: Final = "source-under-order"
"""A source that was claimed once is under an order; whether it is in these goods is not settled."""

WORST_FIRST: Final = (
    RECALLED,
    RECALL_COMPLETED,
    WITHDRAWN,
    EXPIRED,
    FAILED,
    SOURCE_ORDERED,
    INACTIVE,
    NEAR_EXPIRY,
    NORMAL,
)
"""Of goods that bear one key: what a reader is told who does not say which of them are at hand."""


def worst_of(*states: str) -> str:
    """The worst of some states of goods."""
    return min(states, key=WORST_FIRST.index)
