"""A declared loss of processing is gone; it lies in no store."""

from __future__ import annotations

from tests.builders.traced_chain import H1, M1, P1, R1


def test_what_was_milled_is_no_longer_in_the_receipt_and_what_was_packed_not_in_the_rice(rice):
    down = rice.chain.downstream(H1)
    assert (down.left(R1), down.left(P1)) == ("0", "2000")


def test_a_declared_loss_is_not_left_in_the_batch(rice):
    assert rice.chain.downstream(H1).left(M1) == "0"
