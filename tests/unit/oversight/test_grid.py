"""The grid of villages: whose farms and plots lie in a cell, and what lies in none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from trace.oversight.grid import (
    AREA_UNKNOWN,
    BELOW,
    BY_AREA,
    KEPT,
    NO_RULE,
    Farm,
    GridCell,
    Plot,
    belongs,
    farm_lines,
)
from trace.rules import load

DAY = date(2026, 11, 29)
RULES = load("CN-31")
CELL = GridCell("310151999299", "子虚村", "（演示）网格员", DAY)


def plot(name: str, region: str, mu: str | None = "4", village: str = "") -> Plot:
    return Plot(f"urn:place:{name}", name, region, village, Decimal(mu) if mu else None)


def farm(*plots: Plot, kind: str = "cooperative", region: str = "310151") -> Farm:
    return Farm("urn:party:f", "农场", kind, region, plots)


@pytest.mark.requirement("S1-21")
@pytest.mark.parametrize(
    ("kind", "areas", "why"),
    [
        ("farm_enterprise", ("1",), KEPT),
        ("cooperative", (), KEPT),
        ("family_farm", (None,), KEPT),
        ("smallholder", ("9.99",), BELOW),
        ("smallholder", ("4", "6"), BY_AREA),
        ("smallholder", ("10", None), BY_AREA),
        ("smallholder", ("4", None), AREA_UNKNOWN),
        ("smallholder", (), AREA_UNKNOWN),
    ],
)
@pytest.mark.requirement("S1-16")
def test_three_kinds_always_and_others_from_ten_mu(kind: str, areas: tuple, why: str) -> None:
    made = farm(*(plot(str(at), "310151", mu) for at, mu in enumerate(areas)), kind=kind)
    assert belongs(made, RULES, DAY) == why


@pytest.mark.requirement("S1-15")
def test_a_plot_lies_where_its_code_or_its_villages_name_says_and_else_nowhere() -> None:
    inside = plot("a", "310151999299")
    by_name = plot("b", "310151", village="子虚村")
    elsewhere, vague = plot("c", "310151999201"), plot("d", "310151")
    (line,) = farm_lines([farm(inside, by_name, elsewhere, vague)], [CELL], RULES, DAY)
    assert line.cells == ("310151999299",)
    assert line.outside == (elsewhere, vague)
    assert not line.covered


def test_a_name_that_two_villages_bear_places_nothing() -> None:
    twin = GridCell("310151999201", "子虚村", "（演示）另一位", DAY)
    (line,) = farm_lines([farm(plot("b", "310151", village="子虚村"))], [CELL, twin], RULES, DAY)
    assert line.outside


@pytest.mark.requirement("S1-34")
def test_a_cell_without_an_officer_covers_nothing() -> None:
    empty = GridCell(CELL.village, CELL.name, "", DAY)
    for cells, covered in (([CELL], True), ([empty], False)):
        (line,) = farm_lines([farm(plot("a", CELL.village))], cells, RULES, DAY)
        assert line.covered == covered


def test_a_farm_without_plots_lies_where_its_own_code_says() -> None:
    (line,) = farm_lines([farm(region=CELL.village)], [CELL], RULES, DAY)
    assert line.covered
    (vague,) = farm_lines([farm()], [CELL], RULES, DAY)
    assert not vague.covered


def test_what_is_missing_stands_first() -> None:
    fine = Farm("urn:party:1", "甲", "cooperative", CELL.village)
    gap = Farm("urn:party:2", "乙", "cooperative", "310151")
    small = Farm("urn:party:3", "丙", "smallholder", "310151", (plot("x", "310151", "1"),))
    assert [line.farm.name for line in farm_lines([small, fine, gap], [CELL], RULES, DAY)] == [
        "乙",
        "丙",
        "甲",
    ]


def test_who_may_be_too_small_counts_as_a_gap_until_it_is_known() -> None:
    doubtful = farm(plot("a", "310151", None), kind="smallholder")
    small = farm(plot("a", "310151", "1"), kind="smallholder")
    (one,), (other,) = (farm_lines([each], [CELL], RULES, DAY) for each in (doubtful, small))
    assert (one.on_register, one.covered, other.on_register) == (True, False, False)


@pytest.mark.parametrize("profile", ["CN", "CN-42", "CN-51"])
def test_where_no_rule_decides_nobody_is_said_to_be_on_it_or_not(profile: str) -> None:
    (line,) = farm_lines([farm(kind="smallholder")], [], load(profile), DAY)
    assert (line.belongs, line.on_register) == (NO_RULE, True)
