"""Rework put back into the batch that it once came from, after that batch had been emptied.

M1 mills 1 000 kg of H1 to 600 kg and 300 kg of rework; M2 takes that rework with 700 kg of H2 and gives
300 kg of rework again; this goes through M1 once more. What had left M1 by then has left: its second run is
the mixture of M2, 7/10 of H2 and 3/10 of H1, and nothing is left afterwards.
"""

from __future__ import annotations

import pytest

from tests.builders.traced_chain import FARM, M1, MILL, made

H1, H2 = made.lot(FARM, "H1"), made.lot(FARM, "H2")
P2, AGAIN = made.lot(MILL, "P2"), made.lot(MILL, "P1-AGAIN")


@pytest.fixture
def milled(chain):
    """Both batches run once."""
    chain.hand_over(1, 1_000)
    chain.hand_over(2, 1_000)
    chain.produce(
        "M1", [("R1", 1_000)], [("P1", 600), ("W1", 300, "rework")], loss=100, hours=("12 08:00", "12 10:00")
    )
    chain.produce(
        "M2",
        [("R2", 700), ("W1", 300, "rework")],
        [("P2", 600), ("W2", 300, "rework")],
        loss=100,
        hours=("12 11:00", "12 13:00"),
    )
    return chain


@pytest.fixture
def reworked(milled):
    """M1 run a second time, with the rework of M2."""
    milled.produce(
        "M1", [("W2", 300, "rework")], [("P1-AGAIN", 280)], loss=20, hours=("12 14:00", "12 16:00")
    )
    return milled


def test_rework_in_another_batch_counts_by_its_amount(milled):
    up = milled.upstream(P2)
    assert (up.share(H1), up.share(H2)) == ("3/10", "7/10")


def test_the_second_run_comes_from_both_harvests(reworked):
    assert {H1, H2} <= reworked.upstream(AGAIN).lots.keys()


def test_the_second_run_is_seven_tenths_of_the_second_harvest(reworked):
    assert reworked.upstream(AGAIN).share(H2) == "7/10"


def test_the_second_run_is_three_tenths_of_the_first_harvest(reworked):
    assert reworked.upstream(AGAIN).share(H1) == "3/10"


def test_nothing_is_left_in_a_batch_run_twice(reworked):
    assert reworked.upstream(AGAIN).left(M1) == "0"
