"""Scores of some deliveries of a network: what is asked of the others is passed over."""

from __future__ import annotations

from fractions import Fraction

from trace.chain.lineage.deliveries import Delivery, DeliveryNetwork, Switches
from trace.chain.lineage.scores import Observed, Weights, score_network


def test_deliveries_that_were_not_asked_for_have_no_score():
    network = DeliveryNetwork(
        [Delivery("d1", "A", "B"), Delivery("d2", "B", "C")], [("d1", "d2")], Switches()
    )
    found = score_network(network, ["A"], ["d2"], Weights({"C": Fraction(1)}), Observed())
    assert set(found.deliveries) == {"d2"}
    assert found.deliveries["d2"].score == 1
    assert found.stations["A"].score == 1
