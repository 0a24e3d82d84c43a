"""A recall of a harvest and what its rice may still be used for."""

from __future__ import annotations

import pytest

from tests.builders.traced_chain import H1, K1, P1, NotTaken


def test_a_recall_of_the_harvest_holds_for_all_that_was_made_of_it(rice):
    assert {rice.chain.order_on(lot) for lot in (H1, P1, K1)} == {None}
    rice.chain.recall(H1)
    assert {rice.chain.order_on(lot) for lot in (H1, P1, K1)} == {"recalled"}


def blend(rice) -> str:
    """Half a ton of the rice with half a ton of another harvest's; why it was not taken, or nothing."""
    try:
        rice.chain.produce(
            "M9", [("P1", 500), ("R2", 500)], [("P9", 950)], loss=50, hours=("22 09:00", "22 10:00")
        )
    except NotTaken as refusal:
        return str(refusal)
    return ""


def test_rice_under_no_order_may_be_blended(rice):
    rice.chain.hand_over(2, 1_000)
    assert blend(rice) == ""
    assert rice.chain.downstream(P1).left(P1) == "1500"


def test_rice_of_a_recalled_harvest_may_not_be_shipped(rice):
    rice.chain.recall(H1)
    with pytest.raises(NotTaken, match="recall"):
        rice.chain.ship("D1", 1_000, K1, at="22 09:00", report=rice.report)


@pytest.fixture
def recalled(rice):
    """The harvest of the rice is recalled; another one, R2, is not."""
    rice.chain.hand_over(2, 1_000)
    rice.chain.recall(H1)
    return rice


def test_blending_rice_of_a_recalled_harvest_is_refused_unless_declared(recalled):
    assert "recall" in blend(recalled)
