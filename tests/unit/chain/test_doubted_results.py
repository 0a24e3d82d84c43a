"""What a passed report is doubted for: a known limit, its own limit, a value that cannot be compared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trace.chain.doubted_results import doubts_about
from trace.rules.book import every_food_limit

TODAY = date(2026, 10, 12)
CADMIUM = {"name": "镉（以 Cd 计）", "value": "0.27", "unit": "mg/kg", "verdict": "pass"}


def kinds(food: str = "大米", conclusion: str = "pass", day: date = TODAY, **item: str):
    report = {"conclusion": conclusion, "items": [{**CADMIUM, **item}]}
    return [doubt.kind for doubt in doubts_about(report, food, day, every_food_limit())]


@pytest.mark.parametrize(
    ("food", "item", "told"),
    [
        ("大米", {}, ["law"]),
        ("（演示）子虚香米 5 kg", {"name": "总镉"}, ["law"]),
        ("干稻谷", {"name": "ＣＤ", "value": "270 μg/kg"}, ["law"]),
        ("大米", {"limit": "0.4"}, ["law"]),  # its own limit is laxer than what is known
        ("大米", {"value": "0.2"}, []),
        ("大米", {"value": "未检出"}, []),
        ("大米", {"value": "<0.05"}, []),
        ("大米", {"value": "<0.3"}, ["not-compared"]),
        ("大米", {"value": "O.27"}, ["not-compared"]),
        ("大米", {"value": "1e400"}, ["not-compared"]),
        ("鸡西大米", {}, ["law"]),  # a place lends its name
        *((food, {}, []) for food in ("大米蛋白", "糯米鸡", "香米锅巴", "Rice protein", "Licorice")),
        ("米粉", {}, []),  # another food, of which no limit is known
        ("番茄", {}, []),
        ("大米", {"name": "铅"}, []),  # no limit is known
        ("番茄", {"limit": "0.05"}, ["stated"]),
        ("番茄", {"limit": "0.05", "value": "0.01-0.06"}, ["not-compared"]),
        ("番茄", {"limit": "0.05", "value": "0.04"}, []),
        ("大米", {"verdict": "fail"}, []),
    ],
)
def test_what_is_above_a_limit_is_no_plain_pass(food, item, told):
    assert kinds(food, **item) == told


def test_a_report_that_fails_is_not_doubted_for_being_lax():
    assert kinds(conclusion="fail") == []


def test_a_limit_begins_with_its_day_and_says_that_nobody_has_read_it():
    (limit,) = every_food_limit()
    assert kinds(day=limit.since - timedelta(days=1)) == []
    assert kinds(day=limit.since) == ["law"]
    report = {"conclusion": "pass", "items": [CADMIUM]}
    (doubt,) = doubts_about(report, "大米", TODAY, every_food_limit())
    assert (doubt.value, doubt.limit, doubt.source) == ("0.27 mg/kg", "0.2 mg/kg", "GB 2762-2022")
    assert doubt.unverified
