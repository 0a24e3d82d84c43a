"""What a shopper types into a search is told apart before it is looked for."""

from __future__ import annotations

import pytest

from trace.identity.search_terms import ALIKE, folded, likeness
from trace.identity.sought import is_no_code, sought


@pytest.mark.parametrize(
    ("text", "kind", "looked_for"),
    [
        ("LB-03-24050999001A", "lb", True),
        ("ｌｂ０３ 24050999001ａ", "lb", True),
        ("LB-03-24050999001", "lb", True),
        ("GF310151249903", "gf", True),
        ("91310151XN0000442L", "uscc", True),
        ("9521234100010", "gtin", False),
        ("９５２１２３４１０００１０", "gtin", False),
        ("M20261012A", "batch", True),
        ("V20261016", "batch", True),
        ("批号：M20261012A", "batch", True),
        ("(10)M20261012A", "batch", True),
        ("D20261006-1", "batch", True),
        ("2026-10-12", "batch", True),
        ("20269912", "gtin", False),
        ("0GM61CJ4ENC", "code", False),
        ("https://shop.example/item?id=12345", "link", True),
        ("www.shop.example", "link", True),
        ("大米", "name", True),
        ("12315", "name", False),
        ("<script>", "name", False),
        ("", "name", False),
    ],
)
def test_each_kind_of_number_is_known_by_its_form(text, kind, looked_for):
    assert sought(text) == kind
    assert is_no_code(text) is looked_for


@pytest.mark.parametrize("typed", ["子虚牌大米", "子虚大米5kg", "绿色大米子虚"])
def test_a_name_with_words_left_out_or_turned_is_like_it(typed):
    assert likeness(folded(typed), folded("子虚牌绿色大米 5kg")) >= ALIKE


@pytest.mark.parametrize("typed", ["有机大米", "番茄酱", "米", ""])
def test_another_name_is_not_like_it(typed):
    assert likeness(folded(typed), folded("子虚牌绿色大米 5kg")) < ALIKE
