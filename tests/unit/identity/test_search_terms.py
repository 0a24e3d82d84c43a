"""Terms of names: the same for every way of typing them."""

from __future__ import annotations

import pytest

from trace.identity.search_terms import LONGEST, folded, grams, number


@pytest.mark.parametrize(
    "typed", ["（演示）子虚 米业", "演示子虚米业", " 演示·子虚米业。", "演示子虚\u200b米业"]
)
def test_signs_and_blanks_make_no_other_name(typed):
    assert folded(typed) == "演示子虚米业"


def test_pairs_and_numbers():
    assert grams(folded("子虚米业")) == {"子虚", "虚米", "米业"}
    assert grams("米") == frozenset()
    assert number("LB-03-24050999001A") == number("ｌｂ03 24050999001a") == "#lb0324050999001a"
    assert len(folded("米" * 500)) == LONGEST
