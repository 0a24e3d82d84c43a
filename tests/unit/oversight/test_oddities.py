"""Oddities that are asked about: journeys quicker than anything travels, figures too even to be weighed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trace.oversight.copied_codes.parameters import copy_parameters
from trace.oversight.gaps import CLEARS, IN_DOUBT, ODDITIES, RULES, SEVERITY
from trace.oversight.oddities import KILOGRAM, Weighed, too_even, too_quick
from trace.rules import load

SHANGHAI, WUHAN, SUZHOU = "310151", "420106", "320508"
MARGIN = timedelta(hours=2)
BOOK = load()
GIVEN = copy_parameters(BOOK, date(2026, 10, 1))
EVEN = BOOK.at("P68", date(2026, 10, 1))


@pytest.mark.parametrize(
    ("sent", "received", "hours", "asked"),
    [
        ([SHANGHAI], [WUHAN], 0, True),
        ([SHANGHAI], [WUHAN], 20, False),
        ([SHANGHAI], [SHANGHAI], 0, False),
        ([SHANGHAI], [SUZHOU], 0, False),
        ([SHANGHAI, WUHAN], [WUHAN], 0, False),
        ([], [WUHAN], 0, False),
        (["x"], [WUHAN], 0, False),
    ],
    ids=["too soon", "in time", "one city", "a neighbour", "it may have been there", "unknown", "no region"],
)
def test_a_journey_is_asked_about_only_where_every_reading_is_impossible(sent, received, hours, asked):
    found = too_quick(sent, received, timedelta(hours=hours), MARGIN, GIVEN)
    assert (found is not None) is asked


def harvests(*kilos: float, crop: str = "水稻") -> list[Weighed]:
    return [Weighed(f"l{at}", crop, round(one * KILOGRAM), f"s{at}") for at, one in enumerate(kilos)]


def test_the_same_weight_again_and_again_is_asked_about_once_a_crop():
    (found,) = too_even(harvests(*[1234.5] * 19, 1200.25), EVEN)
    assert (found.same, found.amount, len(found.harvests), found.of) == (True, 1234_500_000, 19, 20)


def test_whole_hundreds_are_asked_about():
    (found,) = too_even(harvests(*range(100, 2100, 100)), EVEN)
    assert (found.same, found.amount, found.of) == (False, 100 * KILOGRAM, 20)


@pytest.mark.parametrize(
    "kilos", [[1000] * 19, [1000 + 0.3 * at for at in range(40)], [1000] * 17 + [7.5] * 3], ids=str
)
def test_few_or_weighed_figures_are_not(kilos):
    assert too_even(harvests(*kilos), EVEN) == []


def test_every_oddity_is_in_doubt_and_says_what_clears_it():
    assert ODDITIES <= IN_DOUBT
    assert {CLEARS[kind].split("-")[0] for kind in ODDITIES} == {"say", "look"}
    assert all(SEVERITY[kind] == 1 and kind in RULES for kind in ODDITIES)
