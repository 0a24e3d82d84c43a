"""The five proofs of a closing in the words of the text that asks for them."""

from __future__ import annotations

from datetime import date

import pytest

from scanner_web.frame.reader import Reader
from scanner_web.regulator.case_page import proof_words
from trace.oversight.casework.table import PROOFS
from trace.rules import load


@pytest.mark.requirement("S4-10")
@pytest.mark.parametrize(
    ("profile", "word"),
    [
        ("CN-31", "不合格食品控制到位"),
        ("demo", "不合格食品控制到位"),
        ("CN-51", "风险控制到位"),
        ("CN-42", "产品控制到位"),
    ],
)
def test_a_profile_calls_the_first_of_five_as_its_text_does(profile: str, word: str) -> None:
    of = Reader("zh-CN", large=False, chosen=False, query=())
    words = proof_words(of, load(profile), date(2026, 10, 1))
    assert tuple(words) == PROOFS
    assert (words["control_ok"], words["cause_ok"]) == (word, "原因排查到位")
