"""Banned pesticides are told by their whole name and from their day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trace.rules import load
from trace.rules.book import crop_limits, every_substance

TODAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("甲胺磷", "甲胺磷"),
        ("50%甲胺磷乳油", "甲胺磷"),
        ("甲胺磷 50% 乳油", "甲胺磷"),
        ("马拉硫磷·甲胺磷乳油", "甲胺磷"),
        ("毒死蜱+氧乐果", "氧乐果"),
        ("40％氧乐果乳油（农药）", "氧乐果"),
        ("3%克百威颗粒剂", "克百威"),
        ("乙酰甲胺磷", None),  # another substance, whose name ends with a banned one
        ("丁硫克百威", None),
        ("乐果", None),
        ("30%乙酰甲胺磷乳油", None),
        ("吡蚜酮", None),
        ("", None),
        ("50%", None),
        ("农药", None),
        ("氯磺隆", None),  # in lists, but its day was not found: to be verified
    ],
)
def test_a_name_is_compared_whole(text: str, named: str | None):
    found = load().forbidden(text, TODAY)
    assert (found.name if found else None) == named


def test_a_ban_begins_with_its_day():
    for name in ("氧乐果", "克百威", "灭多威", "涕灭威"):
        assert load().forbidden(name, date(2026, 5, 31)) is None
        assert load().forbidden(name, date(2026, 6, 1)) is not None
    assert load().forbidden("甲拌磷", date(2024, 8, 31)) is None
    assert load().forbidden("甲拌磷", date(2024, 9, 1)) is not None


def test_every_entry_says_where_it_was_announced():
    listed = every_substance()
    assert len(listed) > 50
    for each in listed.values():
        assert each.notice
        assert (each.since is not None) == (each.confidence == "exact")
        if each.since is not None:
            assert not each.forbidden_on(each.since - timedelta(days=1))
    assert all(each.text and each.notice and each.substances for each in crop_limits())
