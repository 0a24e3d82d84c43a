"""Measured values against their limits, as laboratories write both: 0.27, <0.05, ≤0.2, ≥6, 不低于6."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_LIMIT: Final = re.compile(
    r"(≤|≥|<=|>=|<|>|＜|＞|不得超过|不超过|不大于|不得低于|不低于|不少于|不小于)?\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)"
)
_AT_LEAST: Final = frozenset({"≥", ">=", ">", "＞", "不得低于", "不低于", "不少于", "不小于"})
_STRICT: Final = frozenset({"<", ">", "＜", "＞"})


def is_detected(value: str, unit: str | None = None) -> bool:
    """Whether a value is a figure above zero; what is below a limit of detection (<0.01, 未检出) is none."""
    found = _NUMBER.fullmatch(value.strip().removesuffix(unit or "").strip())
    return found is not None and Decimal(found[0]) > 0


def is_within(value: str, limit: str | None) -> bool | None:
    """Whether a value keeps its limit (without a sign: the most); None where words or powers say it."""
    found, bound = _NUMBER.fullmatch(value.strip()), _LIMIT.fullmatch((limit or "").strip())
    if found is None or bound is None:
        return None
    sign, measured, allowed = bound[1] or "", Decimal(found[0]), Decimal(bound[2])
    if measured == allowed:
        return sign not in _STRICT
    return (measured > allowed) == (sign in _AT_LEAST)
