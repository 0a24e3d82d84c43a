"""Common problems of visits: ranked by firms, with the districts and products among them."""

from __future__ import annotations

import pytest

from trace.oversight.visits.problems import Found, common_problems


@pytest.mark.requirement("S0-20")
def test_what_most_firms_had_stands_first_and_a_firm_counts_once() -> None:
    found = [
        Found("trace", "a", "310151", "1"),
        Found("trace", "a", "310151", "2"),
        Found("waste", "a", "310151", "1"),
        Found("waste", "b", "310113", "3"),
        Found("waste", "c", "310151", "4"),
    ]
    waste, trace = common_problems(found, {"a": ["大米", "糯米"], "b": ["大米"]})
    assert (waste.item, waste.firms, waste.visits) == ("waste", ("a", "b", "c"), ("1", "3", "4"))
    assert waste.districts == (("310151", 2), ("310113", 1))
    assert waste.products == (("大米", 2), ("糯米", 1))
    assert (trace.firms, trace.visits) == (("a",), ("1", "2"))
    assert common_problems([], {}) == []
