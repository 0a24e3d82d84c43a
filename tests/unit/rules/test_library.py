"""The library of law: every rule of the profile stands under its text, and a text past its term says so."""

from __future__ import annotations

import re
from datetime import date

import pytest

from trace.rules import load, profile_names
from trace.rules.book import every_rule
from trace.rules.library import law_library

DAY = date(2026, 11, 29)


@pytest.mark.requirement("S2-03")
@pytest.mark.parametrize("profile", profile_names())
def test_every_rule_stands_once_under_its_text(profile: str) -> None:
    rules = load(profile)
    listed = [rule for text in law_library(rules, DAY) for rule in text.rules]
    assert sorted(map(id, listed)) == sorted(map(id, rules.all))


def test_a_text_spans_the_terms_of_its_rules() -> None:
    for text in law_library(load("CN-31"), DAY):
        assert text.since == min(rule.since for rule in text.rules)
        holds_on = any(rule.until is None for rule in text.rules)
        assert (text.until is None) == holds_on
    assert {text.state_on(date.min) for text in law_library(load("CN"), DAY)} == {"to-come"}


def test_a_text_is_found_by_its_name_and_a_rule_by_its_number_or_clause() -> None:
    found = law_library(load("CN-51"), DAY, "监检联动")
    assert {"R23", "R24"} <= {rule.id for text in found for rule in text.rules}
    assert all("监检联动" in text.source for text in found)
    assert {rule.id for text in law_library(load("CN-51"), DAY, "r23") for rule in text.rules} == {"R23"}
    assert law_library(load("CN"), DAY, "no such text") == ()


@pytest.mark.requirement("S3-47")
def test_a_profile_is_past_its_term_from_the_day_on_which_its_text_ended() -> None:
    sichuan = load("CN-51")
    assert not sichuan.is_past_term(date(2024, 12, 31))
    assert sichuan.is_past_term(date(2025, 1, 1))
    assert not load("CN-31").is_past_term(DAY)


def test_no_rule_is_named_by_a_code() -> None:
    """Names that people read on the page of the law; those of yields stand in documents under their hash."""
    named = [(rule.id, rule.zh, rule.name) for rule in every_rule() if not rule.name.startswith("yield of ")]
    codes = re.compile(r"[a-z]+[_.][a-z]+|: *[a-z]+$")
    assert [one for one in named if codes.search(one[1]) or re.search(r"[a-z]+[_.][a-z]+", one[2])] == []
