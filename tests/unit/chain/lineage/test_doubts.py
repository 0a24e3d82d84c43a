"""The record that would settle most of a scope: what hangs on one answer, and what on several."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.effects import kg
from trace.chain.lineage.doubts import (
    AGREEMENT,
    CONFIRMATION,
    FINDING,
    RECEIPT,
    SEVERAL,
    Doubts,
    roots_of,
    wanted,
)
from trace.chain.lineage.scope import (
    CLAIMED,
    CONFIRMED,
    CORRECTED,
    DENIED,
    THROUGH,
    UNANSWERED,
    WITHDRAWN,
    ScopeLine,
)

lots = st.integers(0, 7)
ways = st.lists(st.tuples(lots, lots), max_size=14)


def line(column, low, high, row, *, certain=False, handover=None):
    return ScopeLine(column, certain, 1, None, low, high, "urn:uscc:A", "urn:uscc:B", row, handover)


@given(ways, st.sets(lots, min_size=1))
def test_a_lot_hangs_on_the_way_without_which_nothing_comes_to_it(pairs, certain):
    steps = [(number, near, far, 0, 0, 0) for number, (near, far) in enumerate(pairs, 1)]

    def beyond(without):
        reached, grew = set(certain), True
        while grew:
            new = {far for number, near, far, *_ in steps if near in reached and number != without}
            grew = not new <= reached
            reached |= new
        return reached - certain

    roots, leaving = roots_of(certain, steps), [one for one in steps if one[1] in certain]
    assert roots.keys() == beyond(None)
    for number, *_ in leaving:
        assert {lot for lot, root in roots.items() if root == number} == beyond(None) - beyond(number)


def test_ways_that_part_and_meet_again_hang_on_what_both_left_by():
    steps = [
        (at, near, far, 0, 0, 0) for at, (near, far) in enumerate([(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)])
    ]
    assert roots_of({0}, steps) == dict.fromkeys((1, 2, 3, 4), 0)


def test_what_hangs_on_one_claim_is_one_doubt_and_the_largest_is_named_first():
    doubts = Doubts({7})
    claim = line(CLAIMED, kg("0"), kg("50"), 7)
    doubts.line(claim, 7)
    doubts.line(line(CONFIRMED, kg("400"), kg("400"), 8), 7)
    doubts.line(line(UNANSWERED, kg("0"), kg("200"), 9), 9)
    doubts.line(line(CONFIRMED, kg("90"), kg("100"), 10, certain=True), 10)
    doubts.line(line(CONFIRMED, kg("90"), kg("90"), 11, certain=True), 11)
    doubts.line(line(UNANSWERED, kg("0"), kg("900"), 12), SEVERAL)
    doubts.line(line(UNANSWERED, None, None, 13), 13)
    first, *others = doubts.most(5)
    assert (first.row, first.amount, first.lines, first.own) == (7, kg("450"), 2, claim)
    assert [(one.row, one.amount) for one in others] == [(9, kg("200")), (10, kg("10"))]


def test_of_very_many_the_largest_are_kept():
    doubts = Doubts({1})
    doubts.line(line(CLAIMED, kg("0"), kg("1"), 1), 1)
    for row in range(2, 3_500):
        doubts.line(line(UNANSWERED, kg("0"), kg(str(row)), row), row)
    doubts.line(line(CONFIRMED, kg("9000"), kg("9000"), 9_999), 1)
    for _ in range(2):  # a row with two lines alike
        doubts.line(line(UNANSWERED, kg("0"), kg("3499"), 3_499), 3_499)
    first, second, *_ = doubts.most(5)
    assert [(one.row, one.amount) for one in (first, second)] == [(1, kg("9001")), (3_499, kg("3499"))]


def test_each_open_word_is_settled_by_a_record_of_its_own():
    for column, handover, record in (
        (UNANSWERED, 3, RECEIPT),
        (WITHDRAWN, 3, RECEIPT),
        (WITHDRAWN, None, FINDING),
        (CLAIMED, None, CONFIRMATION),
        (DENIED, 3, AGREEMENT),
        (CONFIRMED, 3, AGREEMENT),
        (THROUGH, None, FINDING),
        (CORRECTED, None, FINDING),
    ):
        assert wanted(line(column, kg("0"), kg("1"), 1, handover=handover)) == record
