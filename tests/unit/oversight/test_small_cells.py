"""Which cells of published tables are not shown: small ones, and those that a total would give away."""

from __future__ import annotations

import random

import pytest

from trace.oversight.monthly.small_cells import hidden_cells


def hidden(tables, totals=None, wholes=None) -> set[tuple[str, str]]:
    return set(hidden_cells(tables, totals or {}, wholes or {}))


@pytest.mark.parametrize(("count", "away"), [(0, False), (1, True), (4, True), (5, False)])
def test_counts_from_one_to_four_are_not_shown(count, away):
    assert hidden({"d": {"found": count}}) == ({("d", "found")} if away else set())


def test_a_part_is_not_shown_whose_rest_to_its_whole_is_small():
    table = {"producers": 20, "systems": 18, "uploaders": 20, "coded": 9}
    wholes = {"systems": "producers", "uploaders": "producers", "coded": "products"}
    assert hidden({"d": table}, wholes=wholes) == {("d", "systems")}, "two firms without a system"


def test_a_total_gives_no_hidden_member_away():
    tables = {"city": {"x": 29}, "a": {"x": 2}, "b": {"x": 7}, "c": {"x": 20}, "d": {"x": 0}}
    assert hidden(tables, {"city": "abcd"}) == {("a", "x"), ("b", "x")}, "the next smallest, no zero"
    alone = {"city": {"x": 8}, "a": {"x": 3}, "b": {"x": 5}}
    assert hidden(alone, {"city": "ab"}) == {("a", "x"), ("b", "x")}
    small = {"city": {"x": 2}, "a": {"x": 2}, "b": {"x": 0}}
    assert hidden(small, {"city": "ab"}) == {("city", "x"), ("a", "x")}, "a small total tells nothing more"
    rest = {"city": {"x": 9}, "a": {"x": 4}}
    assert hidden(rest, {"city": "a"}) == {("city", "x"), ("a", "x")}, "nothing else to hide"


def test_two_small_members_whose_sum_says_what_they_are_are_not_left_alone():
    tables = {"city": {"x": 12}, "a": {"x": 1}, "b": {"x": 1}, "c": {"x": 10}}
    assert hidden(tables, {"city": "abc"}) == {("a", "x"), ("b", "x"), ("c", "x")}


def test_totals_of_totals_hold_too():
    tables = {"land": {"x": 30}, "east": {"x": 10}, "west": {"x": 20}, "e1": {"x": 2}, "e2": {"x": 8}}
    away = hidden(tables, {"land": ["east", "west"], "east": ["e1", "e2"]})
    assert away == {("e1", "x"), ("e2", "x")}


def test_in_any_city_no_small_member_stands_alone_under_its_total():
    told = random.Random(7)
    for _ in range(300):
        members = {f"m{one}": {"x": told.randint(0, 9)} for one in range(told.randint(1, 6))}
        tables = {"city": {"x": sum(one["x"] for one in members.values())}, **members}
        away = hidden(tables, {"city": list(members)})
        assert {(name, "x") for name, one in tables.items() if 0 < one["x"] < 5} <= away
        own = [name for name in members if (name, "x") in away]
        if own and ("city", "x") not in away:
            assert len(own) > 1 and sum(members[name]["x"] for name in own) >= 5
