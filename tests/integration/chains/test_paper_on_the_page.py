"""Goods from outside every platform: the page says that they came on paper, and whose word they are."""

from __future__ import annotations

from tests.builders.traced_chain import MILL, made
from trace.usecases.batch_page.show_batch import show_batch


def received_on_paper(chain) -> None:
    lot = made.lot(MILL, "R2")
    data = made.a_receipt(
        lot=lot,
        quantity=made.kg(500),
        supplierLot=made.ABSENT,
        proofs=[{"kind": "paper", "ref": "送货单 17", "sha256": "0" * 64}],
        receivedAt="2026-10-06T10:00:00+08:00",
    )
    chain.state(MILL, "food.receipt", lot, data, "06 10:00")


def test_the_page_says_that_a_source_came_on_paper(chain):
    chain.hand_over(1, 1_000)
    received_on_paper(chain)
    chain.produce("M1", [("R1", 1_000), ("R2", 500)], [("P1", 1_400)], loss=100)
    pack = chain.pack("K1", 1_400, made.lot(MILL, "P1"))
    page = show_batch(chain.platform.transactions, lot=pack)
    assert page.handovers == ("confirmed", "paper")


def test_a_page_without_such_a_source_says_nothing_of_paper(rice):
    page = show_batch(rice.chain.platform.transactions, lot=made.lot(MILL, "K1"))
    assert page.handovers == ("confirmed",)
