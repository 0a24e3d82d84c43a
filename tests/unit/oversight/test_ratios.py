"""Rates as the national bulletins print them, and what a few cases do not say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trace.oversight.monthly.figures import Line
from trace.oversight.monthly.ratios import Ratio, exact_interval, percent, points_between, ranked

BULLETINS = [
    ("全国 2022", 187_572, 6_563_388, "2.86"),
    ("全国 2023", 190_872, 6_997_389, "2.73"),
    ("全国 2023 上半年", 70_174, 2_921_763, "2.40"),
    ("某市", 347, 16_641, "2.09"),
]


@pytest.mark.parametrize(("which", "failed", "sampled", "told"), BULLETINS)
def test_a_failing_rate_is_that_of_the_bulletin(which, failed, sampled, told):
    assert str(percent(failed, sampled)) == told, which


def test_a_change_is_told_in_points_of_the_rates_as_printed():
    before, after = percent(187_572, 6_563_388), percent(190_872, 6_997_389)
    assert points_between(before, after) == Decimal("-0.13")


def test_a_passing_rate_is_of_those_that_passed():
    assert percent(200 - 3, 200) == Decimal("98.50")


def test_halves_go_up_and_nothing_has_no_rate():
    assert percent(1, 800) == Decimal("0.13")  # 0.125
    assert percent(0, 0) is None


def lines(count: int, of: str = "x") -> tuple[Line, ...]:
    return tuple(Line(f"{of}{n:03}", of, (f"r{n}",)) for n in range(count))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (1, 2, "1.26", "98.74"),
        (0, 10, "0.00", "30.85"),
        (10, 10, "69.15", "100.00"),
        (3, 29, "2.19", "27.35"),
    ],
)
def test_few_cases_have_the_exact_interval(part, whole, low, high):
    assert exact_interval(part, whole) == (Decimal(low), Decimal(high))
    assert Ratio(lines(part), lines(whole)).interval == (Decimal(low), Decimal(high))


def test_many_cases_have_none_and_nothing_has_none():
    assert Ratio(lines(3), lines(30)).interval is None
    assert Ratio((), ()).interval is None
    assert Ratio((), ()).percent is None


def test_nobody_is_ranked_by_one_of_two():
    enough, few = ranked([("a", Ratio(lines(1), lines(2))), ("b", Ratio(lines(1), lines(5))),
                          ("c", Ratio(lines(4), lines(8)))])  # fmt: skip
    assert [name for name, _ in enough] == ["c", "b"]
    assert [name for name, _ in few] == ["a"]
