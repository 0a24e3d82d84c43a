"""States of goods as pages and the resolver name them: 正常 临期 过期 召回 停用 不合格 未激活 未登记."""

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

WORST_FIRST: Final = (RECALLED, WITHDRAWN, EXPIRED, FAILED, SOURCE_ORDERED, INACTIVE, NEAR_EXPIRY, NORMAL)
"""Of goods that bear one key: what a reader is told who does not say which of them are at hand."""


def worst_of(*states: str) -> str:
    """The worst of some states of goods."""
    return min(states, key=WORST_FIRST.index)
