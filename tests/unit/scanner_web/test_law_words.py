"""The library of law says what its rules set in words, not in the names that the code has for them."""

from __future__ import annotations

import re

import pytest

from scanner_web.enterprise.law import spoken_value
from trace.rules.book import every_rule

_AS_WRITTEN = {"NY/T 393-2020", "Salmonella", "Listeria", "coli", "plate count"}
"""The number of a text, and pieces of names that are looked for in a report."""


def test_no_rule_shows_a_slug() -> None:
    named = [
        (rule.unit, value)
        for rule in every_rule()
        for value in ((rule.value,) if isinstance(rule.value, str) else rule.value)
        if re.search("[A-Za-z]", value) and value not in _AS_WRITTEN
    ]
    assert len(named) > 60
    assert [each for each in named if spoken_value("zh-CN", *each) == each[1]] == []


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [("proofs", "control_ok", "产品控制到位"), ("items", "storage", "贮存及交付控制"), ("d", "5", "5")],
)
def test_the_word_is_the_one_of_its_kind(unit: str, value: str, said: str) -> None:
    assert spoken_value("zh-CN", unit, value) == said
