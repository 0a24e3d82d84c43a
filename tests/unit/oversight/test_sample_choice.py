"""Which sample to test first, and what several results are worth together."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.oversight.sample_choice import Assay, Sample, after_result, choose_samples, information

EQUAL = dict.fromkeys(range(4), Fraction(1, 4))
PERFECT = Assay(Fraction(1), Fraction(1))


def sample(name, *covers, cost=1):
    return Sample(name, frozenset(covers), Fraction(cost))


def test_perfect_tests_split_the_suspects_in_half_and_then_again():
    chosen = choose_samples(
        [sample("three", 0, 1, 2), sample("half", 0, 1), sample("other", 0, 2), sample("one", 0)],
        EQUAL,
        PERFECT,
    )
    assert [one.name for one in chosen] == ["half", "other"]
    assert sum(one.added for one in chosen) == pytest.approx(2)


def test_a_second_sample_of_the_same_adds_little_and_a_useless_one_is_left_out():
    twins = [sample("a", 0, 1), sample("b", 0, 1), sample("all", 0, 1, 2, 3), sample("none")]
    first, second = choose_samples(twins, EQUAL, Assay())
    assert (first.name, second.name) == ("a", "b")
    assert second.alone == pytest.approx(first.alone)
    assert 0 < second.added < first.added / 3


def test_what_costs_less_for_its_bits_comes_first():
    chosen = choose_samples([sample("dear", 0, 1, cost=10), sample("cheap", 0)], EQUAL, PERFECT)
    assert chosen[0].name == "cheap"


def test_no_more_are_chosen_than_asked_for():
    assert len(choose_samples([sample(str(at), at) for at in range(4)], EQUAL, Assay(), most=2)) == 2


@given(st.frozensets(st.integers(0, 3)), st.fractions(Fraction(1, 2), 1), st.fractions(Fraction(1, 2), 1))
def test_bits_are_what_both_results_leave_open(covers, sensitivity, specificity):
    """Expected information is the mutual information, by its other definition."""
    assay, one = Assay(sensitivity, specificity), sample("s", *covers)
    covered = Fraction(len(covers), 4)
    positive = covered * sensitivity + (1 - covered) * (1 - specificity)
    left = 0.0
    for chance, result in ((positive, True), (1 - positive, False)):
        if chance:
            after = after_result(EQUAL, one, assay, positive=result)
            assert sum(after.values()) == 1
            left += float(chance) * open_bits(after)
    assert information(covered, assay) == pytest.approx(2 - left, abs=1e-9)


def open_bits(suspicion):
    from math import log2

    return sum(-float(chance) * log2(chance) for chance in suspicion.values() if chance)


def test_a_result_that_cannot_be_changes_nothing():
    assert after_result(EQUAL, sample("none"), PERFECT, positive=True) == EQUAL
