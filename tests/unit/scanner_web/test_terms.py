"""Terms of records in English: worded where they are known, in Chinese and marked so where not."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from scanner_web.frame.terms import marked, sentence, term
from trace.rules.hazards import hazards


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("镉（以 Cd 计）", "cadmium (as Cd)"),
        ("番茄", "tomato"),
        ("12个月", "12 months"),
        ("1 年", "1 year"),
        ("7天", "7 days"),
        ("200 g/瓶", "200 g a bottle"),
        ("合格", "passed"),
        ("0.27", "0.27"),
    ],
)
def test_a_term_has_its_word_and_stays_itself_in_chinese(text, english):
    assert marked("en", text) == english
    assert marked("zh-CN", text) == text


def test_what_has_no_english_keeps_its_chinese_and_says_so():
    assert marked("en", "（演示）沪软 1212") == '<span lang="zh-CN">（演示）沪软 1212</span>'
    hostile = sentence("en", "scan.fact.found", name="<b>镉</b>")
    assert hostile == '<span lang="zh-CN">&lt;b&gt;镉&lt;/b&gt;</span> found'
    assert isinstance(hostile, Markup)
    assert sentence("en", "scan.fact.found", name="镉") == "cadmium found"


@pytest.mark.parametrize("code", ["C3", "C5", "C6"])
def test_items_of_limits_that_the_rules_know_have_a_word(code):
    found = hazards()[code]
    assert [item for item in found.items if term("en", item) is None] == []
