"""States of goods as pages and the resolver name them: 正常 临期 过期 召回 停用 未激活 未登记."""

from __future__ import annotations

from typing import Final

NORMAL: Final = "normal"
NEAR_EXPIRY: Final = "near-expiry"
EXPIRED: Final = "expired"
RECALLED: Final = "recalled"
WITHDRAWN: Final = "withdrawn"
INACTIVE: Final = "inactive"
UNKNOWN: Final = "unknown"
