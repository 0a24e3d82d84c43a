"""Shelf life against the days that a pack's record states."""

from __future__ import annotations

from datetime import date

import pytest

from trace.usecases.batch_page.shelf_life import expected_expiry

MADE = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("life", "expiry", "expected"),
    [
        ("12个月", "2027-10-11", None),
        ("12个月", "2027-10-12", None),
        ("12 个月", "2026-10-15", "2027-10-12"),
        ("12个月", "2029-10-12", "2027-10-12"),
        ("365天", "2027-10-12", None),
        ("7天", "2026-10-18", None),
        ("7天", "2026-10-19", None),
        ("7天", "2026-10-22", "2026-10-19"),
        ("冷藏7天，冷冻12个月", "2027-10-11", None),
        ("冷藏7天，冷冻12个月", "2026-10-19", None),
        ("冷藏7天，冷冻12个月", "2026-12-01", "2026-10-19"),
        ("一年", "2030-01-01", None),
        ("2年", "2028-10-12", None),
        ("12 months", "2026-10-15", "2027-10-12"),
        ("9999年", "2027-10-12", None),
        (None, "2027-10-12", None),
        (None, "2026-10-11", "2026-10-12"),
        ("常温保存", "2026-01-01", "2026-10-12"),
    ],
)
def test_a_last_day_is_doubted_where_no_life_of_the_label_gives_it(life, expiry, expected):
    found = expected_expiry(life, MADE, date.fromisoformat(expiry))
    assert (found.isoformat() if found else None) == expected


def test_a_month_without_that_day_ends_with_its_last():
    assert expected_expiry("1个月", date(2026, 1, 31), date(2026, 2, 28)) is None


def test_without_both_days_nothing_is_said():
    assert expected_expiry("12个月", None, MADE) is None
    assert expected_expiry("12个月", MADE, None) is None
