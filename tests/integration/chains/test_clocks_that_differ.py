"""Several clocks: one may run behind another, by minutes or by a day, and the goods still arrived."""

from __future__ import annotations

import pytest

from tests.builders.traced_chain import D1, H1, K1, M1, MILL, P1, TOFU_MAKER, made

SHIPPED = "14 10:30"


def delivered(rice, received: str) -> str:
    """3 000 kg of K1 sent to the tofu maker; the lot that it received."""
    consignment = rice.chain.ship("D1", 3_000, K1, to=TOFU_MAKER, at=SHIPPED, report=rice.report)
    return rice.chain.receive("X1", 3_000, consignment, by=TOFU_MAKER, at=received)


@pytest.fixture
def received_in_time(rice) -> str:
    return delivered(rice, "14 11:00")


@pytest.fixture
def received_too_early(rice) -> str:
    return delivered(rice, "14 10:20")


def test_a_receipt_after_the_shipment_is_reached_from_both_ends(rice, received_in_time):
    assert received_in_time in rice.chain.downstream(K1).lots
    assert H1 in rice.chain.upstream(received_in_time).lots


def test_a_receipt_after_the_shipment_is_under_the_recall_of_its_harvest(rice, received_in_time):
    assert rice.chain.order_on(received_in_time) is None
    rice.chain.recall(H1)
    assert rice.chain.order_on(received_in_time) == "recalled"


def test_a_receipt_ten_minutes_early_is_taken_and_a_trace_tells_what_it_leaves_out(rice, received_too_early):
    down, up = rice.chain.downstream(K1), rice.chain.upstream(received_too_early)
    assert D1 in down.lots
    for trace, sought in ((down, received_too_early), (up, H1)):
        assert sought in trace.lots or [gone["reason"] for gone in trace.document["excluded"]] == ["time"]


def test_a_recall_holds_for_the_consignment_whatever_the_receiver_says(rice, received_too_early):
    assert rice.chain.order_on(received_too_early) is None
    rice.chain.recall(H1)
    assert rice.chain.order_on(D1) == "recalled"


def test_downstream_of_the_pack_holds_the_lot_received_ten_minutes_early(rice, received_too_early):
    assert received_too_early in rice.chain.downstream(K1).lots


def test_upstream_of_the_lot_received_ten_minutes_early_reaches_the_harvest(rice, received_too_early):
    assert H1 in rice.chain.upstream(received_too_early).lots


def test_the_lot_received_ten_minutes_early_is_under_the_recall_of_its_harvest(rice, received_too_early):
    rice.chain.recall(H1)
    assert rice.chain.order_on(received_too_early) == "recalled"


def reached_both_ways(chain, upper: str, lower: str) -> bool:
    down, up = lower in chain.downstream(upper).lots, upper in chain.upstream(lower).lots
    assert down == up
    return down


@pytest.mark.parametrize("received", ["14 10:20", "14 00:00", "13 23:59", "10 08:00"])
def test_all_that_the_receiver_makes_by_its_own_clock_is_reached(rice, received):
    lot = delivered(rice, received)
    sent = rice.chain.ship("D9", 3_000, lot, by=TOFU_MAKER, to=MILL, at=received[:2] + " 10:25")
    again = rice.chain.receive("R9", 3_000, sent, at=received[:2] + " 10:26")
    assert reached_both_ways(rice.chain, H1, again)
    rice.chain.recall(H1)
    assert rice.chain.order_on(again) == "recalled"


@pytest.mark.parametrize("packed", ["12 00:00", "12 07:59", "11 12:00"])
def test_a_pack_dated_before_its_batch_was_made_has_its_origin_and_its_receivers(chain, packed):
    chain.hand_over(1, 10_000)
    chain.produce("M1", [("R1", 10_000)], [("P1", 7_000)], loss=3_000)
    report = chain.release(P1)
    chain.pack("K1", 5_000, P1, at=packed)
    sent = chain.ship("D1", 3_000, K1, at="14 10:30", report=report)
    assert reached_both_ways(chain, H1, K1)
    assert reached_both_ways(chain, M1, sent)
    assert [each["lot"] for each in chain.downstream(M1).document["receivers"]] == [sent]
    assert chain.upstream(K1).share(H1) == "1"


def test_a_batch_begun_before_its_paddy_was_received_keeps_it(chain):
    """Milled from eight to five, received at four in the afternoon, packed at ten in the morning."""
    sent = chain.ship("C1", 10_000, chain.harvest("H1", 10_000), by=made.COOPERATIVE, to=MILL, at="12 07:00")
    chain.receive("R1", 10_000, sent, at="12 16:00")
    chain.produce("M1", [("R1", 10_000)], [("P1", 7_000)], loss=3_000)
    chain.pack("K1", 5_000, P1, at="12 10:00")
    assert reached_both_ways(chain, H1, K1)


def test_time_goes_on_deciding_among_several_inputs(chain):
    """The second run's paddy is not in what was packed between the two runs."""
    for number in (1, 2):
        chain.hand_over(number, 1_000)
    chain.produce("M1", [("R1", 1_000)], [("P1", 900)], loss=100, hours=("12 08:00", "12 10:00"))
    chain.produce("M2", [("R2", 1_000)], [("W2", 900, "rework")], loss=100, hours=("12 08:00", "12 10:00"))
    chain.produce("M1", [("W2", 900, "rework")], [("P2", 800)], loss=100, hours=("12 14:00", "12 16:00"))
    second = made.lot(made.COOPERATIVE, "H2")
    assert not reached_both_ways(chain, second, P1)
    assert reached_both_ways(chain, second, made.lot(MILL, "P2"))
    assert next(gone["reason"] for gone in chain.upstream(P1).document["excluded"]) == "time"
