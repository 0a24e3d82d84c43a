"""Law and operator parameters as dated, sourced data; nothing legal is a constant in code.

    rules = load("CN-31")
    rules.at("R32", day, level="2").number        -> Decimal("36")
    rules.at("R18", day, process="paddy_to_rice").span -> (60, 72)
    rules.admission("R15", "food.pack", day)      -> what admission does and which gates a mark closes

The data stand in the `*.toml` files beside this one; `docs/rules.md` is generated from them.
"""

from __future__ import annotations

from trace.rules.admission_table import (
    BLOCK_ACT,
    EFFECTS,
    RECORD_AND_MARK,
    REFUSE,
    REFUSE_UNLESS_DECLARED,
    Admission,
)
from trace.rules.book import Rules, load, profile_names
from trace.rules.rule import BLOCK, CONFIDENCES, NONE, WARN, Rule

__all__ = [
    "BLOCK",
    "BLOCK_ACT",
    "CONFIDENCES",
    "EFFECTS",
    "NONE",
    "RECORD_AND_MARK",
    "REFUSE",
    "REFUSE_UNLESS_DECLARED",
    "WARN",
    "Admission",
    "Rule",
    "Rules",
    "load",
    "profile_names",
]
