"""What several failing batches have in common, and what must not be made of it."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.oversight.common_source import (
    COMMON_USE,
    EVERYWHERE,
    FEW_CASES,
    FEW_CONTROLS,
    INSEPARABLE,
    SEVERAL,
    STANDS_OUT,
    UNCOVERED,
    UNDECIDED,
    Belief,
    find_source,
    with_own_results,
)

SALT, STRAWBERRY, WATER, BREAD = 1, 2, 3, 4
above = st.lists(st.frozensets(st.integers(1, 5)), max_size=5)


def by_lot(found):
    return {lot: one for one in found.classes for lot in one.lots}


def test_ingredients_of_one_cake_are_one_class_and_stand_out_together():
    found = find_source([range(16)] * 12, [[]] * 18)
    (one,) = found.classes
    assert one.lots == tuple(range(16))
    assert (one.coverage, one.lift) == (Fraction(1), Fraction(5, 2))
    assert one.specificity == Fraction(1)
    assert one.p == one.q == Fraction(1, comb(30, 12))
    assert one.standing == STANDS_OUT
    assert INSEPARABLE in found.caveats


def test_salt_is_not_accused_where_two_controls_are_all_there_is():
    """The true source is in both controls, salt by accident in neither: p is small, and proves nothing."""
    found = find_source([[SALT, STRAWBERRY]] * 31, [[STRAWBERRY]] * 2)
    salt, strawberry = by_lot(found)[SALT], by_lot(found)[STRAWBERRY]
    assert salt.p == Fraction(1, 528)
    assert (salt.lift, strawberry.lift) == (Fraction(33, 31), 1)
    assert (salt.standing, strawberry.standing) == (UNDECIDED, EVERYWHERE)
    assert not found.ranked
    assert salt.posterior is None
    assert FEW_CONTROLS in found.caveats


def test_salt_is_not_accused_where_most_controls_have_it_too():
    found = find_source([[SALT, STRAWBERRY]] * 31, [[STRAWBERRY]] * 2 + [[SALT]] * 18)
    assert by_lot(found)[SALT].standing != STANDS_OUT


def test_what_is_in_everything_covers_everything_and_does_not_stand_out():
    found = find_source([[WATER, BREAD]] * 4, [[WATER]] * 6)
    water, bread = by_lot(found)[WATER], by_lot(found)[BREAD]
    assert (water.coverage, water.specificity, water.lift, water.p) == (1, 0, 1, 1)
    assert (water.standing, bread.standing) == (EVERYWHERE, STANDS_OUT)
    assert [one.lots for one in found.classes] == [(BREAD,), (WATER,)]
    assert COMMON_USE in found.caveats


@pytest.mark.parametrize(
    ("cases", "controls", "code"), [(2, 9, FEW_CASES), (9, 2, FEW_CONTROLS), (0, 0, FEW_CASES)]
)
def test_with_too_few_there_is_a_list_and_no_ranking(cases, controls, code):
    found = find_source([[BREAD]] * cases, [[]] * controls)
    assert not found.ranked
    assert found.unknown is None
    assert code in found.caveats
    assert all(one.posterior is None and one.standing != STANDS_OUT for one in found.classes)


def test_two_sources_are_named_together_where_none_covers_all():
    found = find_source([[1], [1, 3], [2], [2, 3], []], [[], [], []])
    together = {lot for place in found.together for lot in found.classes[place].lots}
    assert together == {1, 2}
    assert found.uncovered == (4,)
    assert {SEVERAL, UNCOVERED} <= set(found.caveats)
    assert by_lot(found)[1].exclusive == (0,)


def test_the_unknown_source_is_believed_where_no_candidate_explains_anything():
    found = find_source([[1], [], [], []], [[1], [1], [1], []], Belief())
    assert found.unknown > Fraction(1, 2)


def test_chances_do_not_become_sure_by_being_many():
    """Twelve lots, each in two of four cases and in no control: some lot had to be."""
    pairs = list(combinations(range(4), 2))
    cases = [[at for at, pair in enumerate(pairs * 2) if place in pair] for place in range(4)]
    found = find_source(cases, [[]] * 4)
    assert {one.p for one in found.classes} == {Fraction(comb(4, 2), comb(8, 2))}
    assert {one.q for one in found.classes} == {Fraction(comb(4, 2), comb(8, 2))}
    assert {one.standing for one in found.classes} == {UNDECIDED}


def drawn_at_random(reached, exposed, cases, controls):
    """The one-sided p by drawing every set of batches there is."""
    drawn = list(combinations(range(cases + controls), reached + exposed))
    return Fraction(sum(sum(at < cases for at in some) >= reached for some in drawn), len(drawn))


@given(above, above)
def test_every_figure_is_that_of_counting_and_drawing(cases, controls):
    found = find_source(cases, controls)
    lots = [lot for one in found.classes for lot in one.lots]
    assert sorted(lots) == sorted(set().union(*cases))
    for one in found.classes:
        for lot in one.lots:
            assert one.cases == tuple(at for at, every in enumerate(cases) if lot in every)
            assert one.controls == tuple(at for at, every in enumerate(controls) if lot in every)
        assert one.p == drawn_at_random(len(one.cases), len(one.controls), len(cases), len(controls))
        worse = [other for other in found.classes if other.p >= one.p]
        ranks = sorted(found.classes, key=lambda each: each.p)
        assert one.q == min(
            min(
                Fraction(1),
                other.p * len(ranks) / max(at + 1 for at, each in enumerate(ranks) if each.p == other.p),
            )
            for other in worse
        )
        others = [each for other in found.classes if other is not one for each in other.cases]
        assert one.exclusive == tuple(at for at in one.cases if at not in others)
    if found.ranked:
        assert sum([found.unknown, *(one.posterior for one in found.classes)]) == 1


@given(above)
def test_the_fewest_classes_are_as_few_as_can_be(cases):
    found = find_source(cases, [])
    reachable = {at for at, every in enumerate(cases) if every}
    assert set(found.uncovered) == set(range(len(cases))) - reachable

    def cover(places):
        return {at for place in places for at in found.classes[place].cases} == reachable

    assert cover(found.together)
    fewer = range(len(found.together))
    assert not any(cover(some) for count in fewer for some in combinations(range(len(found.classes)), count))


def test_a_tested_ingredient_counts_with_its_own_result():
    """Of two paddies in three failing packs one failed and one passed: they differ in that alone."""
    failed, passed, farm, packs, others = 11, 12, 13, (21, 22, 23), (31, 32)
    above = {
        failed: frozenset({farm}),
        passed: frozenset({14}),
        **dict.fromkeys(packs, frozenset({failed, passed, farm, 14})),
        **dict.fromkeys(others, frozenset({15})),
    }
    counted = with_own_results(above)
    found = by_lot(
        find_source([counted[one] for one in (failed, *packs)], [counted[one] for one in (passed, *others)])
    )
    assert found[failed] == found[farm]
    assert (found[failed].coverage, found[failed].specificity) == (1, 1)
    assert (found[passed].coverage, found[passed].specificity) == (Fraction(3, 4), Fraction(2, 3))
    assert found[failed].posterior > found[passed].posterior
    assert not found.keys() & {*packs, *others}
