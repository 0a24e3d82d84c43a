"""The plan of checks: due dates, grades, room, recusal; and equal plans for equal questions."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trace.oversight.check_plan import Inspector, Overseen, plan_checks
from trace.rules import load

RULES = load("CN-31")


def crew(*, a_month: int = 100, **recused: frozenset[str]) -> list[Inspector]:
    cards = (("m1", "market"), ("m2", "market"), ("a1", "agriculture"), ("a2", "agriculture"))
    return [Inspector(card, of, a_month, recused.get(card, frozenset())) for card, of in cards]


def planned(*firms: Overseen, year: int = 2026, first: int = 1, **more: object) -> list[tuple[str, int, str]]:
    found = plan_checks(RULES, year, first, firms, crew(**more))  # type: ignore[arg-type]
    assert found.unplaced == ()
    return [(one.party, one.month, one.why) for one in found.checks]


@pytest.mark.requirement("S4-06", "S4-05", "S0-16")
def test_grade_a_is_left_alone_until_its_full_check_is_due():
    """The story of the domain: grade A, last full check in March 2025: no routine visit until March 2027."""
    quiet = Overseen("P4", "A", date(2025, 3, 10))
    assert planned(quiet) == []
    assert planned(quiet, year=2027) == [("P4", 3, "full")]
    warned = Overseen("P4", "A", date(2025, 3, 10), causes=("YJ-1",))
    assert planned(warned, first=5) == [("P4", 5, "cause")]


@pytest.mark.requirement("S0-16", "S4-05")
@pytest.mark.parametrize(("grade", "visits"), [("A", 0), ("B", 1), ("C", 2), ("D", 3), ("", 0)])
def test_visits_follow_the_grade(grade, visits):
    found = planned(Overseen("P", grade, date(2025, 11, 1)))
    assert [why for _, _, why in found] == ["cadence"] * visits


@pytest.mark.requirement("S0-16", "S4-05")
def test_visits_that_were_made_in_the_year_are_not_planned_again():
    made = [Overseen("P", grade, date(2026, 9, 10), visits=1) for grade in ("B", "C")]
    assert planned(made[0], first=10) == []
    assert [why for _, _, why in planned(made[1], first=10)] == ["cadence"]


def test_a_firm_that_was_never_checked_is_checked_at_once_and_one_without_grade_is_named():
    plan = plan_checks(RULES, 2026, 4, [Overseen("P", "")], crew())
    assert [(one.month, one.why) for one in plan.checks] == [(4, "full")]
    assert plan.ungraded == ("P",)


def test_nobody_comes_within_three_months_of_a_higher_authority_but_for_cause():
    firm = Overseen("P", "D", date(2023, 1, 1), ("AJ-1",), quiet_until=date(2026, 5, 20))
    found = planned(firm)
    assert [month for _, month, why in found if why == "cause"] == [1]
    assert min(month for _, month, why in found if why != "cause") == 6


def test_what_finds_no_room_is_named():
    firms = [Overseen(f"P{number}", "B", date(2025, 1, 1)) for number in range(30)]
    plan = plan_checks(RULES, 2026, 1, firms, crew(a_month=1))
    assert plan.room == 24
    assert len(plan.checks) == 24
    assert len(plan.unplaced) == 6


def test_whoever_stands_aside_is_not_sent():
    plan = plan_checks(RULES, 2026, 1, [Overseen("P", "D")], crew(m1=frozenset({"P"}), a2=frozenset({"P"})))
    assert {one.by for one in plan.checks} == {("a1", "m2")}
    none = crew(m1=frozenset({"P"}), m2=frozenset({"P"}))
    assert plan_checks(RULES, 2026, 1, [Overseen("P", "A")], none).checks == ()


def test_work_is_shared():
    firms = [Overseen(f"P{number}", "B", date(2025, 1, 1)) for number in range(40)]
    plan = plan_checks(RULES, 2026, 1, firms, crew())
    assert set(Counter(card for one in plan.checks for card in one.by).values()) == {20}


firms_made = some.lists(
    some.builds(
        Overseen,
        some.sampled_from([f"P{number}" for number in range(40)]),
        some.sampled_from(["A", "B", "C", "D", ""]),
        some.none() | some.dates(date(2020, 1, 1), date(2026, 12, 31)),
        some.sampled_from([(), ("AJ-1",)]),
        some.none() | some.dates(date(2025, 10, 1), date(2026, 12, 31)),
    ),
    max_size=40,
    unique_by=lambda one: one.party,
)


@pytest.mark.unmeasured
@given(firms_made, some.integers(1, 12), some.integers(0, 9), some.randoms())
def test_a_plan_is_the_same_whatever_the_order_and_within_its_room(firms, first, a_month, chance):
    plan = plan_checks(RULES, 2026, first, firms, crew(a_month=a_month))
    shuffled = chance.sample(firms, len(firms))
    assert plan_checks(RULES, 2026, first, shuffled, crew(a_month=a_month)) == plan
    loads = Counter((one.month, card) for one in plan.checks for card in one.by)
    assert all(load <= a_month for load in loads.values())
    assert all(one.month >= first for one in plan.checks)
    grades = {one.party: one.grade for one in firms}
    assert not [one for one in plan.checks if grades[one.party] == "A" and one.why == "cadence"]
