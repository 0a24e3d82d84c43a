"""R24 as its text has it (四川“监检联动”工作规范, 征求意见稿 §7(四), §8(四), §9(四)).

Of producers: 连续两年抽检不合格, or 同一年内3批次及以上抽检不合格; of those
who distribute or cater: 一年内3批次及以上.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trace.oversight.casework.major import LOTS, YEARS, major_grounds
from trace.rules import load

RULES = load("CN-51")
ON = date(2026, 11, 27)
BEFORE = date(2025, 3, 1)


def grounds(*failed: tuple[str, date], on: date = ON, maker: bool = True) -> tuple[str, ...]:
    return major_grounds(RULES, failed, on, maker=maker)


@pytest.mark.requirement("S3-08")
@pytest.mark.parametrize(
    ("lots", "expected"), [(1, ()), (2, ()), (3, (LOTS,)), (4, (LOTS,))], ids=["one", "two", "three", "four"]
)
def test_three_lots_of_one_year_are_a_major_problem(lots, expected):
    failed = [(f"K{number}", ON - timedelta(days=number)) for number in range(lots)]
    assert grounds(*failed) == expected


def test_lots_are_counted_and_not_their_reports():
    assert grounds(("K1", ON), ("K1", ON - timedelta(days=9)), ("K2", ON), ("K2", ON)) == ()


@pytest.mark.requirement("S3-08")
def test_a_producer_that_failed_in_two_years_running_has_a_major_problem():
    assert grounds(("K1", BEFORE), ("K2", ON)) == (YEARS,)
    assert grounds(("K1", date(2024, 12, 31)), ("K2", ON)) == (), "a year lies between"
    assert grounds(("K1", BEFORE), ("K1", ON)) == (), "one lot that failed twice"


def test_both_grounds_stand_beside_each_other():
    assert grounds(("K1", BEFORE), *((f"K{number}", ON) for number in (2, 3, 4))) == (LOTS, YEARS)


@pytest.mark.requirement("S3-11", "S3-12")
def test_of_distributors_and_caterers_the_lots_of_a_year_count_alone():
    assert grounds(("K1", BEFORE), ("K2", ON), maker=False) == ()
    assert grounds(*((f"K{number}", ON) for number in range(3)), maker=False) == (LOTS,)


def test_a_year_is_that_of_the_tests_whenever_their_results_come_in():
    """Three lots of December, the last of which is told in January; then one of the year before."""
    december = [(f"K{number}", date(2025, 12, 29)) for number in range(3)]
    assert grounds(*december, on=date(2025, 12, 29)) == (LOTS,)
    assert grounds(*december[:2], ("K9", date(2026, 1, 2)), on=date(2026, 1, 2)) == (YEARS,)
    assert grounds(("K2", ON), ("K1", BEFORE), on=BEFORE) == (YEARS,), "the earlier result came last"
    assert grounds(*december[:2], ("K9", date(2026, 1, 2)), on=date(2026, 1, 2), maker=False) == ()


def test_where_the_rule_is_no_law_nothing_is_major():
    failed = [("K0", BEFORE), *((f"K{number}", ON) for number in range(3))]
    assert major_grounds(load(), failed, ON, maker=True) == ()
    before = [(f"K{number}", date(2022, 5, 1)) for number in range(3)]
    assert grounds(*before, on=date(2022, 5, 1)) == (), "the working rules were not there yet"
