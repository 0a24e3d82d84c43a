"""Exact chances: the oracles of the analyses, and the interval of a share."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trace.oversight.exact import adjusted, as_many_by_chance, interval


@pytest.mark.parametrize(
    ("hit", "drawn", "chance"),
    [(3, 3, Fraction(1, 20)), (3, 6, 1), (1, 2, Fraction(4, 5)), (2, 3, Fraction(1, 2))],
)
def test_three_cases_among_six(hit, drawn, chance):
    assert as_many_by_chance(hit, drawn, 3, 6) == chance


def test_false_finds_are_counted_over_all_that_were_tried():
    assert adjusted([Fraction(1, 100), Fraction(1, 2)]) == [Fraction(1, 50), Fraction(1, 2)]


@pytest.mark.parametrize(
    ("hit", "of", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (0, 0, 0.0, 1.0)],
)
def test_the_interval_of_a_share(hit, of, low, high):
    assert interval(hit, of) == pytest.approx((low, high), abs=1e-4)
