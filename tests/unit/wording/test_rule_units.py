"""Units of rules: worded for people in both languages, in Chinese without English words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import trace.rules
from trace.wording import has, say

RULES = Path(trace.rules.__file__).parent
_SIGNS = re.compile(r"kg|km/h|km|%")
"""What stands as it is in any language."""


def units() -> set[str]:
    """Every unit of the books of rules."""
    found: set[str] = set()
    for path in RULES.rglob("*.toml"):
        waiting: list[Any] = [tomllib.loads(path.read_text("utf-8"))]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                found |= {one["unit"]} if isinstance(one.get("unit"), str) else set()
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one
    return found


@pytest.mark.parametrize("unit", sorted(units()))
def test_a_unit_is_worded_in_both_languages(unit: str) -> None:
    assert has("en", f"rule-unit.{unit}")
    assert re.search("[A-Za-z]", _SIGNS.sub("", say("zh-CN", f"rule-unit.{unit}"))) is None
