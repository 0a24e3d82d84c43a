"""Lines of a scope: by whose word goods went where, between which amounts, and nothing sent is left out."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.builders.effects import kg
from tests.builders.handovers import RECEIVER, SHIPPER, claim, former, handover
from trace.chain.handover_effects import NAMED
from trace.chain.lineage.scope import (
    BOTH_DENIED,
    Summing,
    claim_line,
    former_line,
    lines_of,
    outstanding,
)
from trace.quantities import Quantity

SENT = handover(10, "s", 2, 1)


def paired(amount="400", state="confirmed", **more):
    return claim(20, 3, quantity=kg(amount), state=state, handover=10, paired_by=20, **more)


def shown(amount):
    return None if amount is None else str(amount)


def told(given, claims=(), *, certain=True, denied=False):
    """(column, word is certain, least, most) of each line."""
    return [
        (line.column, line.certain, shown(line.low), shown(line.high))
        for line in lines_of(given, claims, certain=certain, denied=denied)
    ]


@pytest.mark.parametrize(
    ("more", "claims", "lines"),
    [
        ({}, (), [("unanswered", False, "0 kg", "400 kg")]),
        ({"state": "unaccepted"}, (), [("denied", False, "0 kg", "400 kg")]),
        ({"state": "withdrawn"}, (), [("withdrawn", False, "0 kg", "400 kg")]),
        ({"to": "outside", "state": "delivered"}, (), [("outside", True, "400 kg", "400 kg")]),
        ({"to": "consumers", "state": "delivered"}, (), [("outside", True, "400 kg", "400 kg")]),
        ({}, (paired(),), [("confirmed", True, "400 kg", "400 kg")]),
        (
            {},
            (paired("250"),),
            [("confirmed", True, "250 kg", "250 kg"), ("unanswered", False, "0 kg", "150 kg")],
        ),
        ({}, (paired("250", complete=True),), [("confirmed", True, "250 kg", "250 kg")]),
        ({}, (paired("600", "disputed"),), [("confirmed", True, "400 kg", "600 kg")]),
        (
            {},
            (paired("380", "disputed", complete=True),),
            [("confirmed", True, "380 kg", "400 kg")],
        ),
        ({}, (paired(lapsed=True),), [("unanswered", False, "0 kg", "400 kg")]),
    ],
)
def test_each_state_of_a_hand_over_has_its_column_word_and_amounts(more, claims, lines):
    given = handover(10, "s", 2, 1, **more)
    assert told(given, claims) == lines
    assert all(not certain for _, certain, *_ in told(given, claims, certain=False))


def test_what_an_authority_found_untrue_is_nobodys_and_a_hand_over_of_which_it_did_so_was_not_sent():
    untrue = paired(found="not_established")
    assert told(SENT, (untrue,)) == [("unanswered", False, "0 kg", "400 kg")]
    never = handover(10, "s", 2, 1, found="not_established")
    assert told(never) == []
    sums = Summing()
    sums.sent(never)
    assert list(sums.done()) == []


def test_what_both_sides_deny_is_shown_and_does_not_count():
    taken_back = handover(10, "s", 2, 1, state="withdrawn")
    assert told(taken_back, denied=True) == [(BOTH_DENIED, False, "0 kg", "400 kg")]
    (line,) = lines_of(taken_back, (), certain=True, denied=True)
    assert not line.counts


def test_amounts_that_do_not_compare_are_no_figures():
    pieces = Quantity.of("40", "袋")
    differing = paired(state="disputed")
    boxed = claim(20, 3, quantity=pieces, state="disputed", handover=10)
    assert outstanding(SENT, [boxed]) is None
    assert told(SENT, (boxed,)) == [("confirmed", True, None, None), ("unanswered", False, None, None)]
    assert outstanding(SENT, [differing]) == kg("0")


@pytest.mark.parametrize(
    ("more", "column", "certain"),
    [
        ({}, "claimed", False),
        ({"lapsed": True, "state": "confirmed"}, "claimed", False),
        ({"state": "refused"}, "denied", False),
        ({"through": True}, "through", False),
        ({"found": "established"}, "claimed", True),
    ],
)
def test_a_claim_is_possible_unless_an_authority_has_found_it_so(more, column, certain):
    line = claim_line(claim(20, 3, **more), 1, SHIPPER)
    assert (line.column, line.certain, line.receiver) == (column, certain, RECEIVER)
    assert (line.low, line.high) == (kg("0"), kg("400"))


@pytest.mark.parametrize(
    ("more", "column", "certain"),
    [
        ({}, "corrected", False),
        ({"why": "withdrawn"}, "withdrawn", False),
        ({"why": NAMED}, "claimed", False),
        ({"ended_by": 7}, BOTH_DENIED, False),
        ({"found": "established"}, "corrected", True),
        ({"quantity": None}, "corrected", False),
    ],
)
def test_a_link_of_old_says_why_it_stands_no_longer(more, column, certain):
    line = former_line(former(30, 3, 1, **more), 1, RECEIVER)
    assert (line.column, line.certain) == (column, certain)
    assert line.high == (None if "quantity" in more else kg("400"))


def test_sums_count_all_that_was_sent_whoever_answered():
    sums = Summing()
    outside = handover(11, "o", 5, 1, to="outside", state="delivered", quantity=kg("100"))
    gone = handover(12, "w", 6, 1, state="withdrawn")
    for one, claims in ((SENT, (paired("250"),)), (outside, ()), (gone, ())):
        sums.sent(one)
        for line in lines_of(one, claims, certain=True):
            sums.line(line)
    sums.recovered(SHIPPER, kg("50"))
    sums.disposed(SHIPPER, kg("20"), witnessed=False)
    sums.disposed(SHIPPER, kg("30"), witnessed=True)
    (one,) = sums.done()
    assert (one.shipper, one.sent) == (SHIPPER, kg("500"))
    assert one.columns == {
        "confirmed": kg("250"),
        "outside": kg("100"),
        "unanswered": kg("150"),
        "withdrawn": kg("400"),
    }
    assert (one.recovered, one.disposed, one.witnessed) == (kg("50"), kg("50"), kg("30"))


def test_a_line_without_a_shipper_or_an_amount_is_in_no_sum():
    sums = Summing()
    sums.line(former_line(former(30, 3, 1), 1, RECEIVER))
    sums.line(claim_line(claim(20, 3), 1, None))
    assert list(sums.done()) == []


def test_sums_hold_none_of_the_amounts_that_pass():
    sums, held = Summing(), []
    tracemalloc.start()
    for count in (100, 10_000):
        for number in range(count):
            sums.sent(handover(number, "s", 2, 1))
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[1] - held[0] < 10_000
    (one,) = sums.done()
    assert one.sent == Quantity.of(str(400 * 10_100), "kg")
