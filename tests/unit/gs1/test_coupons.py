"""Coupon codes (AI 8110, 8112): digits to the end, whatever stands in them."""

from __future__ import annotations

import pytest

from trace.errors import ElementMalformed
from trace.gs1.application_identifiers import element

GOOD = "012345612345611110123"


def test_a_coupon_is_read_to_its_end() -> None:
    assert element("8110", GOOD).value == GOOD


@pytest.mark.parametrize("place", range(len(GOOD)))
@pytest.mark.parametrize("odd", ["%", "A", "/", "-"])
def test_what_is_no_digit_is_refused_wherever_it_stands(place: int, odd: str) -> None:
    with pytest.raises(ElementMalformed):
        element("8110", GOOD[:place] + odd + GOOD[place + 1 :])


@pytest.mark.parametrize("day", ["0%3607", "26%607", "2613A1", "-10101"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(ElementMalformed):
        element("8110", f"{GOOD}3{day}")
