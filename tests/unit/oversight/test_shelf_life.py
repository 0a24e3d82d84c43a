"""Shelf life on a day: past its end, near it by R52, within it, or unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trace.oversight.shelf_life import EXPIRED, GOOD, NEAR, UNKNOWN, near_rule, shelf_life_left
from trace.rules import load

MADE = date(2026, 1, 1)
RULES = load()


@pytest.mark.parametrize(
    ("life", "from_days"), [(365, 45), (364, 20), (180, 20), (179, 15), (90, 15), (30, 10), (16, 5), (10, 2)]
)
@pytest.mark.requirement("S2-04")
def test_near_begins_with_the_days_of_its_life(life: int, from_days: int) -> None:
    last = MADE + timedelta(days=life - 1)
    assert near_rule(MADE, last, last - timedelta(days=from_days), RULES) is not None
    assert near_rule(MADE, last, last - timedelta(days=from_days + 1), RULES) is None


def test_goods_keep_through_their_last_day() -> None:
    last = MADE + timedelta(days=364)
    on_it = shelf_life_left(MADE, last, last, RULES)
    assert (on_it.standing, on_it.days, on_it.rule.id if on_it.rule else "") == (NEAR, 0, "R52")
    assert shelf_life_left(MADE, last, last + timedelta(days=1), RULES).standing == EXPIRED
    assert shelf_life_left(MADE, last, MADE, RULES).standing == GOOD


def test_what_was_not_said_is_unknown_and_not_near() -> None:
    assert shelf_life_left(MADE, None, MADE, RULES).standing == UNKNOWN
    assert shelf_life_left(None, MADE, MADE, RULES).standing == GOOD
