"""Every mark that the table of admission can make is worded in both languages."""

from __future__ import annotations

import pytest

from trace.chain.admission.kept_burdens import TAKEN_BACK
from trace.chain.admission.marks_above import UNDER_ORDER
from trace.chain.editions import ADMITTED, FIRST, NEWEST, UNASKED
from trace.rules import BLOCK_ACT, REFUSE
from trace.rules.book import every_admission
from trace.wording import LOCALES, say, sentences

MADE = {"shipped-through-gate", TAKEN_BACK, UNASKED, UNDER_ORDER} | {
    row.code for row in every_admission() if row.effect not in {REFUSE, BLOCK_ACT}
}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_edition_has_a_mark_for_what_it_took(locale):
    for edition in range(FIRST, NEWEST + 1):
        assert say(locale, f"mark.{ADMITTED}-{edition}.title")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_mark_that_admission_makes_has_a_title_and_figures(locale):
    for code in sorted(MADE):
        assert say(locale, f"mark.{code}.title")
        assert "{rule}" in sentences(locale)[f"mark.{code}.detail"], code
